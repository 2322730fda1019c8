"""A request of our own format, understood: the batch's head and its events as they came."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

import orjson

from headwater.capture.protocols.payloads import base64_bytes, json_object
from headwater.capture.wire import Refusal, WireRequest

MOST_EVENTS: Final = 100
MOST_BYTES: Final = 65_536
COOKIE: Final = "hw_v"
UNREADABLE: Final = frozenset({"bad_json", "no_events", "too_many_events", "bad_event"})
"""Reasons that make sending the same body again useless."""

_MILLISECOND: Final = 1_000
_VISITOR: Final = re.compile(r"[0-9a-fA-F]{32}")
_COOKIE: Final = re.compile(rf"(?:^|;\s*){COOKIE}=([0-9a-fA-F]{{32}})(?:;|$)")
_LATEST_MS: Final = 253_402_300_799_000

Json = Mapping[str, Any]


class Body(NamedTuple):
    """A batch: what holds for all its events, and the events."""

    key: str | None
    visitor_id: str | None
    is_denied: bool
    is_cookieless: bool
    has_consent: bool
    has_gpc: bool
    shift: int
    head: Json
    events: Sequence[Any]


def read_body(request: WireRequest) -> Body | Refusal:
    """Return the batch of a request, or why it is none."""
    head = _head(request)
    if isinstance(head, Refusal):
        return head
    events = head.get("events")
    if not isinstance(events, list) or not events:
        return Refusal("no_events", "events", "a list of at least one event is expected")
    if len(events) > MOST_EVENTS:
        return Refusal("too_many_events", "events", f"at most {MOST_EVENTS} a request")
    get = head.get
    consent, key = get("consent"), get("key")
    return Body(
        key if isinstance(key, str) and key else None,
        visitor_of(head, request.headers.get("cookie")),
        consent == "denied",
        consent == "cookieless",
        consent == "granted",
        get("gpc") is True or request.headers.get("sec-gpc") == "1",
        shift_of(get("sent_at"), request.received_at),
        head,
        events,
    )


def moment(value: object) -> int | None:
    """Return milliseconds since 1970 as microseconds; None for what is no such number."""
    if value.__class__ is not int and not isinstance(value, float):
        return None
    return int(value * _MILLISECOND) if 0 < value <= _LATEST_MS else None


def _head(request: WireRequest) -> Json | Refusal:
    if request.method != "GET":
        return _decoded(request.body)
    texts = parse_qs(request.query, max_num_fields=8) if request.query.count("&") < 8 else {}
    data = base64_bytes(texts.get("d", [None])[-1])
    if data is None or len(data) > MOST_BYTES:
        return Refusal("bad_json", "d", "the body in base64url is expected")
    return _decoded(data)


def _decoded(body: bytes) -> Json | Refusal:
    """Read a well-formed body at once, and any other by the way that explains."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return json_object(body)
    return value if isinstance(value, dict) else json_object(body)


def visitor_of(head: Json, cookies: str | None) -> str | None:
    """Return the visitor of a batch; None where neither it nor the browser names one.

    The linker's id wins over the cookie, the cookie over what the script remembers.
    """
    told = head.get("visitor")
    told = told.lower() if isinstance(told, str) and _VISITOR.fullmatch(told) else None
    if cookies is None or (told is not None and head.get("linked") is True):
        return told
    return _in_cookies(cookies) or told


def visitor_cookie(request: WireRequest) -> str | None:
    """Return the visitor that the browser is known as."""
    cookies = request.headers.get("cookie")
    return None if cookies is None else _in_cookies(cookies)


def shift_of(sent_at: object, received_at: int) -> int:
    """Return how far a client's clock is ahead, in microseconds; 0 where it is not told."""
    sent = moment(sent_at)
    return 0 if sent is None else sent - received_at


def _in_cookies(cookies: str) -> str | None:
    found = _COOKIE.search(cookies)
    return found[1].lower() if found else None
