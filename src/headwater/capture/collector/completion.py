"""Steps that put into an event what its client left to us: `put_*`."""

from __future__ import annotations

import json
import secrets
from functools import lru_cache
from typing import Any, Final

from headwater.capture.collector.passage import Passage
from headwater.capture.importers.addresses import truncate
from headwater.capture.mail_clicks import without_tokens
from headwater.capture.scrubbing import scrubbed
from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.facts import SCHEMAS

_EVENT: Final = FactKind.EVENT
_SCRUBBED: Final = ("url", "referrer", "landing_page", "title")
_LONGEST_AGENT: Final = 1024
_LONGEST_LANGUAGE: Final = 64
_LONGEST_ACCEPTED: Final = 200
_NAMELESS: Final = frozenset(
    kind for kind, schema in SCHEMAS.items() if "visitor_id" not in schema.names
)
_encode: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str
).encode


def put_agent(passage: Passage) -> None:
    """Take agent and language from the request where the client names none."""
    values, headers = passage.values, passage.visit.request.headers
    if "user_agent" not in values:
        agent = headers.get("user-agent")
        values["user_agent"] = agent[:_LONGEST_AGENT] if agent else None
    if "language" not in values:
        accepted = headers.get("accept-language")
        if accepted:
            is_short = len(accepted) <= _LONGEST_ACCEPTED  # strangers choose what is kept
            first = _kept_language if is_short else _first_language
            values["language"] = first(accepted)


def _first_language(accepted: str) -> str:
    return accepted.partition(",")[0].partition(";")[0].strip()[:_LONGEST_LANGUAGE]


_kept_language: Final = lru_cache(maxsize=1024)(_first_language)


def put_visitor(passage: Passage) -> None:
    """Name the visitor: as the browser is known, by a salt of today, or by a new id."""
    draft, visit, values = passage.draft, passage.visit, passage.values
    if draft.kind in _NAMELESS:
        values.pop("visitor_id", None)
    elif is_cookieless(passage):
        draft.is_cookieless = True
        values["visitor_id"] = _visitor_of_today(passage)
    elif "visitor_id" in values and not values["visitor_id"]:
        if visit.visitor_id is None:
            visit.visitor_id = secrets.token_hex(16)
        values["visitor_id"] = visit.visitor_id


def _visitor_of_today(passage: Passage) -> str | None:
    """Return the hash of today; None where a server says nothing of its visitor's browser.

    The server's own address would make one visitor of all whom it speaks for.
    """
    visit = passage.visit
    ip = _told_or_seen(passage, "ip", visit.request.ip)
    agent = _told_or_seen(passage, "user_agent", visit.request.headers.get("user-agent"))
    if ip is None and agent is None and "ip" in passage.values:
        return None
    site, at = passage.site.domain, visit.request.received_at
    return visit.salt.visitor_id(site, ip, agent, at)


def is_cookieless(passage: Passage) -> bool:
    """Tell whether the visitor is not to be recognised tomorrow."""
    draft, site = passage.draft, passage.site
    if draft.is_cookieless or (site.honour_gpc and draft.has_gpc):
        return True
    return site.consent == "cookieless" and not draft.has_consent


def _told_or_seen(passage: Passage, name: str, seen: str | None) -> str | None:
    told = passage.values.get(name, seen)
    return told if isinstance(told, str) else None


def put_ip(passage: Passage) -> None:
    """Keep the network of an event's client, not the address; other facts keep neither."""
    values = passage.values
    if passage.draft.kind is not _EVENT:
        values.pop("ip", None)
        values.pop("user_agent", None)
        return
    told = values.get("ip", passage.visit.request.ip)
    if not isinstance(told, str):
        values.pop("ip", None)
        return
    try:
        values["ip"] = truncate(told)
    except InputError:
        values["ip"] = None
        passage.visit.left_out("ip")


def put_clean_texts(passage: Passage) -> None:
    """Take e-mail addresses out of pages' addresses and titles: they are no place for them."""
    clean(passage.values)


def clean(values: dict[str, object]) -> None:
    """Take e-mail addresses out of the columns that hold texts of pages."""
    for name in _SCRUBBED:
        text = values.get(name)
        if isinstance(text, str) and ("@" in text or "%40" in text):
            values[name] = scrubbed(text)


def put_properties(passage: Passage) -> None:
    """Write the properties as a JSON object, without e-mail addresses and mails' tokens."""
    values = passage.values
    given = values.get("properties")
    if given is None:
        return
    text = values["properties"] = written(given)
    if text is None:
        passage.visit.left_out("properties")


def written(given: Any) -> str | None:
    """Return properties as they are stored; None for what cannot be JSON."""
    try:
        text = given if isinstance(given, str) else _encode(given)
    except (ValueError, RecursionError):
        return None
    return without_tokens(scrubbed(text))
