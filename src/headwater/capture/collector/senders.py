"""Who sends: what the steps make of a request's headers and address, kept for the next one.

A browser sends the same headers again and again. What they come to (the site by write key, the
network of the address, agent and language, the headers of the answer) is found out by the
steps themselves, the first time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from headwater.capture.collector import answers
from headwater.capture.collector.admission import (
    drop_foreign_origin,
    drop_own_address,
    drop_unknown_site,
)
from headwater.capture.collector.clients import Client, Proxies, Scope
from headwater.capture.collector.completion import put_agent, put_ip
from headwater.capture.collector.headers import Headers
from headwater.capture.collector.passage import Passage, Visit, sender_of
from headwater.capture.collector.salt import DailySalt
from headwater.capture.snapshot import Site, Sites
from headwater.capture.wire import Draft, WireRequest
from headwater.domain.words import FactKind

MOST_SENDERS: Final = 4_096
LONGEST_HEADERS: Final = 2_048
"""Bytes of headers that are kept; whoever sends more is looked at anew each time."""

_TELLING: Final = (
    *(b"host", b"origin", b"user-agent", b"accept-language", b"sec-gpc"),
    *(b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"),
)
_EVENT: Final = FactKind.EVENT


class Admitted(NamedTuple):
    """A site as a sender may write to it; `columns` are the same in all events from there."""

    domain: str
    columns: dict[str, Any]
    honours_gpc: bool
    is_open: bool

    @classmethod
    def of(cls, site: Site, columns: Mapping[str, Any]) -> Admitted:
        """Return the site beside the columns that the sender's headers fill."""
        is_open = site.consent == "granted"
        return cls(site.domain, {**columns, "site": site.domain}, site.honour_gpc, is_open)


class Sender:
    """A browser as its headers show it.

    `head` is what stands in the answer before the visitor's id, `foot` what stands behind it.
    """

    __slots__ = ("_columns", "_known", "_visit", "foot", "has_gpc", "head")

    def __init__(self, visit: Visit, client: Client) -> None:
        headers, sites = visit.request.headers, visit.sites
        around = answers.cors(headers, sites) if isinstance(headers, Headers) else []
        attributes = answers.cookie_attributes(client.host, sites, client.is_https)
        self._known: dict[str, Admitted] = {}
        self._visit = visit
        self._columns = _columns(visit)
        self.has_gpc = headers.get("sec-gpc") == "1"
        self.head = b"".join(b"%s: %s\r\n" % one for one in around)
        self.foot = attributes.encode() + b"\r\n"

    def admitted(self, key: str) -> Admitted | None:
        """Return the site that may be written to with a key from here; None if none may."""
        found = self._known.get(key)
        if found is None and self._visit.sites.of_key(key) is not None:
            passage = Passage(Draft(_EVENT, {}, write_key=key), self._visit, {})
            steps = (drop_unknown_site, drop_foreign_origin, drop_own_address)
            if all(step(passage) is None for step in steps):
                found = self._known[key] = Admitted.of(passage.site, self._columns)
        return found


class Senders:
    """The senders of late; all are forgotten when the sites change, or when they are many."""

    def __init__(self, proxies: Proxies, salt: DailySalt) -> None:
        self._proxies = proxies
        self._salt = salt
        self._sites: Sites | None = None
        self._kept: dict[tuple[bytes | str | None, ...], Sender] = {}

    def find(self, scope: Scope, headers: dict[bytes, bytes], sites: Sites) -> Sender:
        """Return who sent a request with these headers, no two of them of one name."""
        peer = scope["client"]
        key = (peer[0] if peer else None, *map(headers.get, _TELLING))
        if sites is not self._sites or len(self._kept) >= MOST_SENDERS:
            self._sites = sites
            self._kept.clear()
        found = self._kept.get(key)
        if found is None:
            found = self._look(scope, sites)
            if sum(len(part) for part in key if part) <= LONGEST_HEADERS:
                self._kept[key] = found
        return found

    def _look(self, scope: Scope, sites: Sites) -> Sender:
        headers = Headers([one for one in scope["headers"] if one[0] in _TELLING])
        client = self._proxies.client(scope, headers)
        request = WireRequest("POST", "", "", headers, b"", client.ip, 0)
        return Sender(
            Visit(request, sites, self._salt, sender_of(request), _nowhere, b""), client
        )


def _columns(visit: Visit) -> dict[str, Any]:
    draft = Draft(_EVENT, {})
    passage = Passage(draft, visit, draft.values)
    put_ip(passage)
    put_agent(passage)
    return {name: value for name, value in draft.values.items() if value}


def _nowhere(field: str) -> None:
    """Nothing is left out of a sender: a client's address is one, or none at all."""
