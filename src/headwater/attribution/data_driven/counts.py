"""How many persons went each path: all that the data-driven models read.

Counts add up, so they may be made of parts (persons, days, machines) in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats, Ints, spread_ranges
from headwater.attribution.data_driven.distinct import distinct

AMOUNTS: Final = 4
"""Conversions, value, null paths and squares, in this order."""
_WHOLE: Final = 2.0**53
"""Up to here, binary fractions hold every whole number."""
_HOLD: Final = 500_000
"""Rows that may wait to be merged."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Paths end to end, the same one perhaps several times, and their `amounts` (4 x paths).

    Path i is the next `lengths[i]` (>= 1) of `items`.
    """

    items: Ints
    lengths: Ints
    amounts: Floats

    @classmethod
    def joined(cls, batches: Sequence[Batch]) -> Batch:
        """Return batches end to end."""
        some = batches or [NOTHING]
        return cls(
            np.concatenate([one.items for one in some]),
            np.concatenate([one.lengths for one in some]),
            np.concatenate([one.amounts for one in some], axis=1),
        )

    def merged(self) -> Batch:
        """Return each path once, with its sums; the same for every order of the paths."""
        chosen, groups = distinct(self.items, self.lengths)
        # Sums of binary fractions depend on their order: take them in one order always.
        order = slice(None) if _adds_exactly(self.amounts) else np.lexsort(self.amounts)
        sums = [np.bincount(groups[order], one[order], chosen.size) for one in self.amounts]
        starts = np.cumsum(self.lengths) - self.lengths
        lengths = self.lengths[chosen]
        items = self.items[spread_ranges(starts[chosen], lengths)]
        return Batch(items, lengths, np.stack(sums))

    def packed(self) -> Batch:
        """Return the batch with its items in as few bytes as a few channels need."""
        if int(self.items.max(initial=0)) <= np.iinfo(np.uint16).max:
            return replace(self, items=self.items.astype(np.uint16))
        return self

    def recoded(self, codes: Ints) -> Batch:
        """Return the batch with item i written as `codes[i]`."""
        return replace(self, items=codes[self.items])


NOTHING: Final = Batch(
    np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros((AMOUNTS, 0))
)


def _adds_exactly(amounts: Floats) -> bool:
    """Return whether all are whole numbers that stay so in every sum."""
    return float(np.abs(amounts).sum()) < _WHOLE and bool((np.floor(amounts) == amounts).all())


@dataclass(slots=True)
class Merging:
    """Batches added up, holding little more than the distinct paths."""

    held: list[Batch] = field(default_factory=list)
    rows: int = 0
    limit: int = _HOLD

    def add(self, batch: Batch) -> None:
        self.held.append(batch.packed())
        self.rows += batch.lengths.size
        if self.rows > self.limit:
            self.held = [self.merged()]
            self.rows = self.held[0].lengths.size
            self.limit = max(_HOLD, 2 * self.rows)

    def merged(self) -> Batch:
        return Batch.joined(self.held).merged()


@dataclass(frozen=True, slots=True)
class Untouched:
    """What no touch can be credited with: empty paths. `value` is an int for minor units."""

    conversions: float = 0.0
    value: float | int = 0
    nulls: float = 0.0


@dataclass(frozen=True)
class PathCounts:
    """Distinct paths with what came of them. Make it with `count_paths` or `count_journeys`.

    Path i is the next `lengths[i]` of `items`, which are codes into `channels` (all names,
    ascending). Per path: `conversions` (>= 0, may be fractions), `values` (their value, may be
    negative), `nulls` (how many persons went it and did not convert), and `squares` (sum of
    the squared values of single conversions, which only intervals read).
    """

    channels: tuple[str, ...]
    items: Ints
    lengths: Ints
    conversions: Floats
    values: Floats
    nulls: Floats
    squares: Floats
    untouched: Untouched = Untouched()
    minor: int | None = None
    """Values are whole minor units and sum to this, or None: any numbers."""
    has_values: bool = True

    @classmethod
    def of(
        cls,
        batch: Batch,
        names: Sequence[str],
        untouched: Untouched,
        minor: int | None = None,
        has_values: bool = True,
    ) -> PathCounts:
        """Return the counts of a batch whose items are codes into `names`."""
        channels = sorted(names)
        ranks = {name: rank for rank, name in enumerate(channels)}
        codes = np.array([ranks[name] for name in names], dtype=np.int64)
        paths = batch.recoded(codes).merged()
        return cls(
            tuple(channels),
            paths.items,
            paths.lengths,
            paths.amounts[0],
            paths.amounts[1],
            paths.amounts[2],
            paths.amounts[3],
            untouched,
            minor,
            has_values,
        )

    def plus(self, other: PathCounts) -> PathCounts:
        """Return both together; minor units only where both have them."""
        names = sorted({*self.channels, *other.channels})
        minor = None
        if self.minor is not None and other.minor is not None:
            minor = self.minor + other.minor
        batches = [
            one.batch.recoded(np.searchsorted(names, one.channels).astype(np.int64))
            for one in (self, other)
        ]
        one, two = self.untouched, other.untouched
        return PathCounts.of(
            Batch.joined(batches),
            names,
            Untouched(
                one.conversions + two.conversions, one.value + two.value, one.nulls + two.nulls
            ),
            minor,
            self.has_values or other.has_values,
        )

    def without_nulls(self) -> PathCounts:
        """Return the converting paths' counts alone."""
        return replace(self, nulls=np.zeros(self.lengths.size))

    @property
    def batch(self) -> Batch:
        """The paths as a batch, to be joined with others."""
        amounts = np.stack([self.conversions, self.values, self.nulls, self.squares])
        return Batch(self.items, self.lengths, amounts)

    @cached_property
    def starts(self) -> Ints:
        """The first item of each path."""
        return np.cumsum(self.lengths) - self.lengths

    @cached_property
    def path_of_item(self) -> Ints:
        return np.repeat(np.arange(self.lengths.size), self.lengths)

    @cached_property
    def members(self) -> tuple[Ints, Ints, Ints]:
        """Each path's distinct channels: path, channel, how often; by path, then channel."""
        keys, times = np.unique(
            self.path_of_item * max(len(self.channels), 1) + self.items, return_counts=True
        )
        paths, channels = np.divmod(keys, max(len(self.channels), 1))
        return paths, channels, times.astype(np.int64)
