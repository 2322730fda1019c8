"""From the drafts of one request to facts that the journal can take."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from headwater.capture.collector.passage import Passage, Visit
from headwater.capture.collector.steps import STEPS_OF
from headwater.capture.wire import Draft, Reading, Refusal
from headwater.domain.errors import BadRow
from headwater.domain.words import FactKind
from headwater.facts import Batch, fact_id


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
        batches: list[Batch] = []
        events = 0
        visitor = None
        for place, draft in enumerate(reading.drafts):
            refusal = _refused(draft, visit)
            if refusal is None:
                refusal = self._take(protocol, draft, visit, place, batches)
            if refusal is not None:
                refusals.append(refusal)
                continue
            events += draft.kind is FactKind.EVENT
            if visitor is None and not draft.is_cookieless:
                visitor = draft.values.get("visitor_id")
        for refusal in refusals:
            self._dropped(protocol, refusal.reason)
        if not events:
            events = len(batches)
        return Made(batches, events, refusals, visitor if isinstance(visitor, str) else None)

    def _take(
        self, protocol: str, draft: Draft, visit: Visit, place: int, batches: list[Batch]
    ) -> Refusal | None:
        """Add the fact of a draft, or say which field cannot be stored."""
        site = draft.values["site"]
        event_id = draft.event_id or secrets.token_hex(16)
        row = draft.values
        row["fact_id"] = fact_id(draft.kind, str(site), event_id)
        row["received_at"] = visit.request.received_at + place  # keeps their order
        row["origin"] = protocol
        try:
            batches.append(self._checker.batch(draft.kind, (row,)))
        except BadRow as error:
            return Refusal("invalid_field", error.field, error.reason)
        return None


def _refused(draft: Draft, visit: Visit) -> Refusal | None:
    passage = Passage(draft, visit)
    for step in STEPS_OF[draft.kind]:
        refusal = step(passage)
        if refusal is not None:
            return refusal
    draft.values["site"] = passage.known_site.domain
    return None
