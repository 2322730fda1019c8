"""How well persons were found, where the truth is known: by pairs.

A pair of sightings is right where both are of one true person and were found to be. Precision
is the share of found pairs that are right, recall the share of true pairs that were found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs of sightings, counted."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """The share of found pairs that are true; 1 where none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of true pairs that were found; 1 where there is none."""
        return self.right / self.true if self.true else 1.0


def pairwise(sightings: Iterable[tuple[Hashable, Hashable]]) -> Score:
    """Score sightings, each with the person that was found and the true one."""
    told = list(sightings)
    both = Counter(told)
    found = Counter(person for person, _true in told)
    true = Counter(person for _found, person in told)
    return Score(_pairs(both), _pairs(found), _pairs(true))


def welded(sightings: Iterable[tuple[Hashable, Hashable]]) -> int:
    """Return how many of the persons found hold sightings of two true ones."""
    true: dict[Hashable, set[Hashable]] = {}
    for person, real in sightings:
        true.setdefault(person, set()).add(real)
    return sum(len(people) > 1 for people in true.values())


def _pairs(counts: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())
