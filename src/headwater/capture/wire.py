"""What an event is between the wire and the journal: the words all protocols share.

A `WireProtocol` (a folder of `capture/protocols/`) reads one request of some client into
drafts and words the answer that this client expects. It judges nothing: whether a site is
known, a time believable, an address to be truncated, is decided once for all protocols by the
collector's steps (`capture/collector/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from headwater.capture.snapshot import Sites
from headwater.domain.words import FactKind


class WireRequest(NamedTuple):
    """One HTTP request as it came, its body unpacked.

    `path` is without the query; `headers` are in lower case, the last of equal names stands.
    `ip` is the client's, after proxies that are trusted. `received_at` is in microseconds UTC.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    ip: str | None
    received_at: int


@dataclass(slots=True)
class Draft:
    """One fact in the making, as a protocol understood it.

    `values` are columns of `SCHEMAS[kind]`, and `email`, `phone`, `person_name`, `message` in
    plain as the client sent them; texts only, except where the column is a number. `amount`
    (a decimal text) with `currency` may stand for `amount_minor`, `properties` may be a
    mapping. `occurred_at` may be absent: the moment of receipt. `event_id` is what the client
    calls this event: the same id of the same site is the same fact, whenever it comes again;
    None where the client has no such thing. `write_key` names the site; None where the
    protocol has none, and the site is told by `values["site"]`, `url` or the request's origin.
    `is_cookieless` asks for a visitor id made of a daily salt, and that nothing be set.
    `has_consent` says that the visitor agreed, as this client knows; without it the site's own
    mode stands. `has_gpc` is the browser's Global Privacy Control. `shift` is how far the
    client's clock is ahead of ours, in microseconds.
    """

    kind: FactKind
    values: dict[str, object]
    event_id: str | None = None
    write_key: str | None = None
    is_cookieless: bool = False
    shift: int = 0
    has_consent: bool = False
    has_gpc: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """One event of a request that cannot be used; `reason` is a counted name: `bad_json`.

    `field` and `detail` are for whoever debugs their integration; never personal data.
    """

    reason: str
    field: str = ""
    detail: str = ""


class Reading(NamedTuple):
    """What a request came to. An empty one is a ping, answered and not stored."""

    drafts: Sequence[Draft] = ()
    refusals: Sequence[Refusal] = ()


class Outcome(NamedTuple):
    """What became of a request: how many events are durable, and which are refused.

    `is_durable` is false where the disk did not take them (full, or too slow): the answer
    must make the client send again. `sites` is what is published, for answers that lead
    somewhere: they may lead to a site alone.
    """

    stored: int = 0
    refusals: Sequence[Refusal] = ()
    is_durable: bool = True
    sites: Sites | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. The collector adds CORS, cookies and Retry-After."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a protocol listens. `path` is whole, or a beginning where it ends with `*`."""

    method: str
    path: str


class WireProtocol(Protocol):
    """One protocol that clients speak to us."""

    @property
    def name(self) -> str:
        """What its facts carry as `origin`, and what its counters are named after."""

    @property
    def routes(self) -> Sequence[Route]:
        """Where it listens; no two protocols share a route."""

    def read(self, request: WireRequest) -> Reading:
        """Return the drafts of a request. Never raises for what a client may send."""

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """Return what this client expects to be told."""
