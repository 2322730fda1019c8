"""Plain events, made into facts by the short way: most of what a site sends.

A plain event is one of our own format that names no person, no value and no order, of a
visitor who is known and may be recognised, at a believable time, from a page that may send. No
step would drop it or leave anything of it out, so what the steps come to is written at once.
Whatever is not plain, be it one event of a batch, is left to the steps. Both ways make the same
facts to the byte: a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from headwater.capture.collector.admission import LATENCY, OLDEST
from headwater.capture.collector.completion import clean, written
from headwater.capture.collector.senders import Admitted, Sender
from headwater.capture.mail_clicks import PARAMETER
from headwater.capture.protocols.own import NAME
from headwater.capture.protocols.own.mapping import (
    CONVERSIONS,
    common_values,
    name_of,
    properties_of,
    put_values,
    short,
)
from headwater.capture.protocols.own.reading import MOST_EVENTS, shift_of, visitor_of
from headwater.domain.words import FactKind
from headwater.facts import Entry, entry, fact_id

Json = Mapping[str, Any]

_EVENT: Final = FactKind.EVENT
_TOKEN: Final = PARAMETER.encode()
"""Of a mail's link: whose click it was, the steps find out."""
_AT, _BACKSLASH, _PERCENT = b"@\\%"
"""As numbers. Asked for bytes, `in` raises and catches an error inside the interpreter before
it looks; what is of several bytes is found by `find` for the same reason."""
_ANONYMOUS: Final = ("denied", "cookieless")
_TELLING: Final = frozenset({"user", "value", "order_id", "items"})
"""What makes more of an event than a plain one."""
_WITH_PROPERTIES: Final = frozenset({"session", "screen"})
"""What of a batch's head goes into the properties of its events."""


def read_plain(
    data: bytes | bytearray, cookies: bytes | None, sender: Sender, received_at: int
) -> tuple[list[Entry], str] | None:
    """Return the facts of a request's body, and the visitor whose they are.

    None where the steps must see the request.
    """
    head = _head(data)
    if head is None:
        return None
    admitted = _admitted(head, sender, received_at)
    if admitted is None:
        return None
    visitor = visitor_of(head, None if cookies is None else cookies.decode("latin-1"))
    if visitor is None:
        return None
    common, columns = common_values(visitor, head), admitted.columns
    if len(common) > 1:  # the language that the script tells stands above the browser's
        columns = columns | common
    # A backslash may hide one.
    is_to_clean = _AT in data or _BACKSLASH in data or (_PERCENT in data and b"%40" in data)
    entries: list[Entry] = []
    for event in head["events"]:
        event_id = short(event.get("id")) if event.__class__ is dict else None
        values = _values(head, event, common, received_at) if event_id is not None else None
        if values is None or event_id is None:
            return None
        if is_to_clean:
            clean(values)
        values |= columns
        values["fact_id"] = fact_id(_EVENT, admitted.domain, event_id)
        values["received_at"] = received_at + len(entries)
        values["origin"] = NAME
        entries.append(entry(values))
    return entries, visitor


def _head(data: bytes | bytearray) -> dict[str, Any] | None:
    if data.find(_TOKEN) >= 0 or (_BACKSLASH in data and b"\\u" in data):  # which may hide one
        return None
    try:
        head = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return head if isinstance(head, dict) else None


def _admitted(head: Json, sender: Sender, received_at: int) -> Admitted | None:
    """Return the site of a batch; None where it is not well-formed, or not plain as a whole."""
    events, key = head.get("events"), head.get("key")
    if events.__class__ is not list or not 0 < len(events) <= MOST_EVENTS:
        return None
    if "sent_at" in head and not (
        -LATENCY <= shift_of(head["sent_at"], received_at) <= LATENCY
    ):
        return None
    found = sender.admitted(key) if key.__class__ is str else None
    return found if found is not None and _is_recognised(head, found, sender) else None


def _is_recognised(head: Json, admitted: Admitted, sender: Sender) -> bool:
    """Tell whether the visitor agreed to be, as the site or they themselves say."""
    consent = head.get("consent")
    if admitted.honours_gpc and (sender.has_gpc or head.get("gpc") is True):
        return False
    return consent == "granted" or (admitted.is_open and consent not in _ANONYMOUS)


def _values(
    head: Json, event: Any, common: Mapping[str, Any], received_at: int
) -> dict[str, Any] | None:
    """Return what a plain event says itself; None where it is not plain."""
    name = name_of(event)
    if name is None or name in CONVERSIONS or not _TELLING.isdisjoint(event):
        return None
    values: dict[str, Any] = {"name": name, **common}
    put_values(values, event)
    if "properties" in event or not _WITH_PROPERTIES.isdisjoint(head):
        properties = properties_of(head, event, name)
        if properties is not None:
            values["properties"] = text = written(properties)
            if text is None:
                return None
    at = values.setdefault("occurred_at", received_at)
    if not received_at - OLDEST <= at <= received_at:
        return None
    return values
