"""Plain events, made into facts by the short way: most of what a site sends.

A plain event is one of our own format that names no person, no value and no order, of a
visitor who is known and may be recognised, at a believable time, from a page that may send. No
step would drop it or leave anything of it out, so what the steps come to is written at once.
Whatever is not plain, be it one event of a batch, is left to the steps. Both ways make the same
facts to the byte: a test holds them to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

import orjson

from headwater.capture.collector.admission import LATENCY, OLDEST
from headwater.capture.collector.completion import clean, written
from headwater.capture.collector.senders import Sender
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
from headwater.capture.snapshot import Site
from headwater.domain.words import FactKind
from headwater.facts import Batch, Entry, entry, fact_id

Json = Mapping[str, Any]

_EVENT: Final = FactKind.EVENT
_ANONYMOUS: Final = ("denied", "cookieless")
_TELLING: Final = frozenset({"user", "value", "order_id", "items"})
"""What makes more of an event than a plain one."""


class Plain(NamedTuple):
    """The facts of a request, and the visitor whose they are."""

    batch: Batch
    visitor: str


def read_plain(
    data: bytes | bytearray, cookies: bytes | None, sender: Sender, received_at: int
) -> Plain | None:
    """Return the facts of a request's body; None where the steps must see it."""
    try:
        head = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    if head.__class__ is not dict:
        return None
    visitor = visitor_of(head, None if cookies is None else cookies.decode("latin-1"))
    site = _site(head, sender, received_at)
    if site is None or visitor is None:
        return None
    rows = _Rows(head, visitor, site, sender, received_at)
    entries = [rows.entry(event, place) for place, event in enumerate(head["events"])]
    if None in entries:
        return None
    return Plain(Batch(_EVENT, (), cast("list[Entry]", entries)), visitor)


def _site(head: Json, sender: Sender, received_at: int) -> Site | None:
    """Return the site of a batch; None where it is not well-formed, or not plain as a whole."""
    events, key = head.get("events"), head.get("key")
    if events.__class__ is not list or not 0 < len(events) <= MOST_EVENTS:
        return None
    if not -LATENCY <= shift_of(head.get("sent_at"), received_at) <= LATENCY:
        return None
    site = sender.site(key) if key.__class__ is str else None
    return site if site is not None and _is_recognised(head, site, sender) else None


def _is_recognised(head: Json, site: Site, sender: Sender) -> bool:
    """Tell whether the visitor agreed to be, as the site or they themselves say."""
    consent = head.get("consent")
    if consent in _ANONYMOUS:
        return False
    if site.honour_gpc and (sender.has_gpc or head.get("gpc") is True):
        return False
    return consent == "granted" or site.consent == "granted"


class _Rows:
    """What the events of one request share."""

    __slots__ = ("_columns", "_common", "_domain", "_head", "_received_at")

    def __init__(
        self, head: Json, visitor: str, site: Site, sender: Sender, received_at: int
    ) -> None:
        self._head = head
        self._common = common_values(visitor, head)
        self._columns = sender.columns
        if len(self._common) > 1:  # the language that the script tells stands
            self._columns = sender.columns | self._common
        self._domain = site.domain
        self._received_at = received_at

    def entry(self, event: Any, place: int) -> Entry | None:
        """Return an event as the journal holds it; None where it is no plain one."""
        name = name_of(event)
        if name is None or name in CONVERSIONS or not _TELLING.isdisjoint(event):
            return None
        event_id = short(event.get("id"))
        if event_id is None:
            return None
        values: dict[str, Any] = {"name": name, **self._common}
        put_values(values, event)
        if (properties := properties_of(self._head, event, name)) is not None:
            values["properties"] = text = written(properties)
            if text is None:
                return None
        received_at = self._received_at
        at = values.setdefault("occurred_at", received_at)
        if not received_at - OLDEST <= at <= received_at:
            return None
        clean(values)
        values.update(self._columns)
        values["site"] = self._domain
        values["fact_id"] = fact_id(_EVENT, self._domain, event_id)
        values["received_at"] = received_at + place
        values["origin"] = NAME
        return entry(values)
