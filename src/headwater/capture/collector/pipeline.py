"""From the drafts of one request to facts that the journal can take."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from headwater.capture.collector.passage import Passage, Visit
from headwater.capture.collector.steps import steps_for
from headwater.capture.wire import Draft, Reading, Refusal
from headwater.domain.errors import BadRow
from headwater.domain.words import FactKind
from headwater.facts import Batch, fact_id

_EVENT: Final = FactKind.EVENT


class Checker(Protocol):
    """What checks facts: a FactStore. Raises BadRow."""

    def batch(self, kind: FactKind, rows: Sequence[Mapping[str, object]]) -> Batch: ...


class Made(NamedTuple):
    """What a request came to.

    `events` counts what clients call an event: an order beside its purchase is none. `visitor`
    is to be set as a cookie, None where nothing is.
    """

    batches: Sequence[Batch]
    events: int
    refusals: Sequence[Refusal]
    visitor: str | None


class Pipeline:
    """Runs drafts through the steps, and gives what is left its id."""

    def __init__(self, checker: Checker, dropped: Callable[[str, str], None]) -> None:
        """Take what is told of each event that is not kept: its protocol and the reason."""
        self._checker = checker
        self._dropped = dropped

    def run(self, protocol: str, reading: Reading, visit: Visit) -> Made:
        """Return the facts of a request. A draft that is dropped leaves the others be."""
        refusals = list(reading.refusals)
        kept: list[Draft] = []
        for place, draft in enumerate(reading.drafts):
            refusal = _refused(protocol, draft, visit)
            if refusal is None:
                kept.append(draft)
                _put_names(protocol, draft, visit.request.received_at + place)
            else:
                refusals.append(refusal)
        for draft in visit.beside:
            _put_names(protocol, draft, visit.request.received_at)
        kept += visit.beside
        batches: list[Batch] = []
        for kind in dict.fromkeys([draft.kind for draft in kept]):
            batches += self._checked(kind, kept, refusals)
        for refusal in refusals:
            self._dropped(protocol, refusal.reason)
        return Made(batches, _events(kept), refusals, _visitor(kept))

    def _checked(
        self, kind: FactKind, kept: list[Draft], refusals: list[Refusal]
    ) -> Iterator[Batch]:
        """Yield the facts of a kind; what cannot be stored leaves `kept`, the field named."""
        try:
            rows = [draft.values for draft in kept if draft.kind is kind]
            yield self._checker.batch(kind, rows)
        except BadRow:
            for draft in [draft for draft in kept if draft.kind is kind]:
                try:
                    yield self._checker.batch(kind, (draft.values,))
                except BadRow as error:
                    refusals.append(Refusal("invalid_field", error.field, error.reason))
                    kept[:] = [one for one in kept if one is not draft]


def _refused(protocol: str, draft: Draft, visit: Visit) -> Refusal | None:
    values = draft.values
    passage = Passage(draft, visit, values)
    for step in steps_for(protocol, draft.kind, tuple(values)):
        refusal = step(passage)
        if refusal is not None:
            return refusal
    values["site"] = passage.site.domain
    return None


def _put_names(protocol: str, draft: Draft, received_at: int) -> None:
    """Name the fact, and say what brought it and when: in the order of their request."""
    row = draft.values
    event_id = draft.event_id or secrets.token_hex(16)
    row["fact_id"] = fact_id(draft.kind, str(row["site"]), event_id)
    row["received_at"] = received_at
    row["origin"] = protocol


def _events(kept: Sequence[Draft]) -> int:
    return sum([draft.kind is _EVENT for draft in kept]) or len(kept)


def _visitor(kept: Sequence[Draft]) -> str | None:
    for draft in kept:
        visitor = draft.values.get("visitor_id")
        if visitor is not None and not draft.is_cookieless:
            return visitor if isinstance(visitor, str) else None
    return None
