"""What users ruled: these keys are one person; this key is shared; this one is not.

A ruling is told by facts of kind IDENTITY_LINK with the evidence `user`, one for each key,
all of one `origin` (`ruling:<id>`) and with the verdict as their `strength`. The same facts
with the strength `revoked` undo it, as if it had never been.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any, Final

import pyarrow as pa

from headwater.facts import fact_id
from headwater.identity.keys import ABSENT, KINDS, Keys

EVIDENCE: Final = "user"
ORIGIN: Final = "ruling:"
VISITOR: Final = "visitor"
_COLUMNS: Final = {**KINDS, VISITOR: "visitor_id"}


class Verdict(StrEnum):
    """What a ruling says of its keys."""

    SAME = "same"
    """They are one person."""
    SHARED = "shared"
    """Several people use it: it joins nobody."""
    SINGLE = "single"
    """One person uses it, whatever stands beside it."""
    REVOKED = "revoked"
    """Nothing any more."""


@dataclass(frozen=True, slots=True)
class Rulings:
    """The rulings that stand."""

    same: tuple[tuple[str, ...], ...] = ()
    """Keys that are one person's."""
    sharing: tuple[tuple[str, bool], ...] = ()
    """Keys that are shared, or are not."""

    @classmethod
    def of(cls, table: pa.Table) -> Rulings:
        """Read the derived table `rulings`; of two that contradict each other the later."""
        same: dict[str, list[str]] = {}
        sharing: dict[str, bool] = {}
        order = [("ruled_at", "ascending"), ("ruling_id", "ascending")]
        for row in table.sort_by([*order, ("person_key", "ascending")]).to_pylist():
            if row["verdict"] == Verdict.SAME:
                same.setdefault(row["ruling_id"], []).append(row["person_key"])
            else:
                sharing[row["person_key"]] = row["verdict"] == Verdict.SHARED
        return cls(tuple(map(tuple, same.values())), tuple(sharing.items()))

    def sharing_codes(self, keys: Keys) -> Iterator[tuple[int, bool]]:
        """Yield the code of each ruled key that is there, and whether it is shared."""
        for name, is_shared in self.sharing:
            code = keys.code(name)
            if code != ABSENT:
                yield code, is_shared

    def edges(self, keys: Keys) -> list[tuple[int, int]]:
        """Return pairs of the codes of keys that are one person's."""
        # All pairs: a chain would break where a key between two others is shared.
        groups = ([c for c in map(keys.code, one) if c != ABSENT] for one in self.same)
        return [pair for group in groups for pair in combinations(group, 2)]


def ruling_facts(
    verdict: Verdict, keys: Sequence[str], now: int, ruling_id: str | None = None
) -> list[dict[str, Any]]:
    """Return the facts of a ruling, for `FactStore.append`; a new one without `ruling_id`.

    `keys` are written `email:<key>`, `phone:<key>`, `external:<id>` or `visitor:<id>`.
    """
    origin = ruling_id or ORIGIN + uuid.uuid4().hex
    return [_fact(origin, verdict, key, now) for key in _distinct(keys)]


def _fact(origin: str, verdict: Verdict, key: str, now: int) -> dict[str, Any]:
    kind, _, name = key.partition(":")
    return {
        "fact_id": fact_id(origin, verdict, key),
        "occurred_at": now,
        "received_at": now,
        "origin": origin,
        _COLUMNS[kind]: name,
        "evidence": EVIDENCE,
        "strength": verdict.value,
    }


def _distinct(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))


NO_RULINGS: Final = Rulings()
"""Nobody ruled anything."""
