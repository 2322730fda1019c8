"""Credit summed by channel, without a row per touch: what a comparison of models needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.checks import DEFAULT_LOOKBACK
from headwater.attribution.clusters import whole
from headwater.attribution.intake import CHUNK_ROWS, Codebook, Job, Matched, TouchInput, matched
from headwater.attribution.models import Model
from headwater.attribution.paths import Paths, Place
from headwater.attribution.shares import settle
from headwater.attribution.spreads import Relative, Spread
from headwater.domain.errors import InputError
from headwater.domain.words import NO_TOUCH

_FEW: Final = 32
"""Up to so many groups a table of paths by groups is small, and quicker than single sums."""
_RESULTS: Final = ("model", "conversions", "value_minor")


def attribute(
    touches: TouchInput,
    conversions: pa.Table,
    models: Sequence[str | Model],
    lookback: int | str | None = DEFAULT_LOOKBACK,
    by: str = "channel",
    reset: bool = False,
) -> pa.Table:
    """Return conversions and value per model and channel.

    Input as for `credit`, and the touches have the text column `by` (an empty one is
    `(not set)`). `conversions.counts` (optional, >= 0, may be a fraction) says how many
    conversions a row stands for, 1 if the column is absent, 0 for a refund.

    Columns: `model`; `by` under its own name; `conversions` (double); `value_minor` (int64).
    Each model has every channel that any touch has, by name, then `(no touch)`; its rows sum
    to all conversions and, to the minor unit, to their value. Money is rounded once, here, at
    the channel: the sum of `credit`, which rounds at each touch, may be off by some cents.
    """
    if by in _RESULTS:
        raise InputError(f"The column to sum by cannot be called '{by}'; rename it.")
    job = Job.of(models, lookback, reset=reset, chunk_rows=CHUNK_ROWS, by=by)
    groups = Codebook()
    tally = _Tally.empty(len(job.models))
    for part in matched(touches, conversions, job, groups):
        tally = tally.plus(_tally(part, job, len(groups.codes)))
    names = [*groups.codes, NO_TOUCH]
    shown = [*sorted(range(len(groups.codes)), key=names.__getitem__), len(groups.codes)]
    rows = [
        (one.label, names[place], counts[place], minor[place])
        for one, counts, minor in zip(
            job.models, *tally.settled(len(groups.codes)), strict=True
        )
        for place in shown
    ]
    columns = list(zip(*rows, strict=True))
    kinds = [pa.string(), pa.string(), pa.float64(), pa.int64()]
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)],
        names=["model", by, "conversions", "value_minor"],
    )


@dataclass(frozen=True, slots=True)
class _Tally:
    """Sums so far: by model and group, and for conversions without a touch."""

    counts: Floats
    """Models x groups."""
    values: Floats
    credited: int
    lonely_count: float
    lonely_value: int

    @classmethod
    def empty(cls, models: int) -> _Tally:
        return cls(np.zeros((models, 0)), np.zeros((models, 0)), 0, 0.0, 0)

    def plus(self, other: _Tally) -> _Tally:
        return _Tally(
            _widened(self.counts, other.counts.shape[1]) + other.counts,
            _widened(self.values, other.values.shape[1]) + other.values,
            self.credited + other.credited,
            self.lonely_count + other.lonely_count,
            self.lonely_value + other.lonely_value,
        )

    def settled(self, groups: int) -> tuple[list[list[float]], list[list[int]]]:
        """Return conversions and minor units per model and group, `(no touch)` last."""
        counts = _widened(self.counts, groups).tolist()
        values = [settle(row, self.credited) for row in _widened(self.values, groups)]
        return (
            [[*row, self.lonely_count] for row in counts],
            [[*row, self.lonely_value] for row in values],
        )


def _widened(table: Floats, groups: int) -> Floats:
    return np.pad(table, ((0, 0), (0, groups - table.shape[1])))


def _tally(part: Matched, job: Job, groups: int) -> _Tally:
    counts = whole(part.conversions.column("counts")).to_numpy()
    values: Ints = whole(part.conversions.column("value_minor")).to_numpy()
    sums = np.zeros((2, len(job.models), groups))
    if part.paths is not None and part.groups is not None and part.credited.size:
        sums = _sums(
            [one.spread(part.paths) for one in job.models],
            _Groups(part.paths, part.groups, groups),
            np.stack([counts[part.credited], values[part.credited].astype(np.float64)]),
        )
    return _Tally(
        sums[0],
        sums[1],
        _total(values[part.credited]),
        float(counts[part.untouched].sum()),
        _total(values[part.untouched]),
    )


@dataclass(frozen=True)
class _Groups:
    """The rows of the paths with the group of each touch."""

    paths: Paths
    of_touch: Ints
    size: int

    @cached_property
    def of_row(self) -> Ints:
        return self.of_touch[self.paths.rows]

    @cached_property
    def cell(self) -> Ints:
        """The cell of each row in a table of paths by groups."""
        return np.repeat(np.arange(self.paths.starts.size) * self.size, self.paths.lengths) + (
            self.of_row
        )

    def over_rows(self, numbers: Floats, raw: Floats | None = None) -> Floats:
        """Return by group the sums over rows of each path's numbers (times the row's raw).

        `numbers` is n x paths, the result n x groups.
        """
        paths = self.paths.starts.size
        if self.size <= _FEW:
            table = np.bincount(self.cell, raw, paths * self.size).astype(
                np.float64, copy=False
            )
            return _product(numbers, table.reshape(paths, self.size))
        found = np.empty((len(numbers), self.size))
        for one, into in zip(numbers, found, strict=True):
            weights = self.paths.per_row(one)
            into[:] = np.bincount(
                self.of_row, weights if raw is None else weights * raw, self.size
            )
        return found

    def at(self, place: Place, numbers: Floats) -> Floats:
        """Return by group the sums of each path's numbers at one place; n x groups."""
        groups = self.of_touch[place.touch]
        if self.size <= _FEW:
            table = np.zeros((groups.size, self.size))
            table[np.arange(groups.size), groups] = 1.0
            return _product(numbers, table)
        return np.stack([np.bincount(groups, one, self.size) for one in numbers])


def _product(one: Floats, other: Floats) -> Floats:
    found: Floats = one @ other
    return found


def _sums(spreads: Sequence[Spread], groups: _Groups, amounts: Floats) -> Floats:
    """Return amounts x models x groups: the amounts (amounts x paths) shared by each model.

    What models have in common (the even rest, a place) is visited once for all of them.
    """
    found = np.zeros((len(amounts), len(spreads), groups.size))
    evens: list[tuple[int, Floats]] = []
    places: dict[Place, list[tuple[int, Floats]]] = {}
    for index, spread in enumerate(spreads):
        if isinstance(spread, Relative):
            found[:, index] = groups.over_rows(amounts / spread.totals, spread.raw)
            continue
        if spread.even is not None:
            evens.append((index, spread.even))
        for one in spread.named:
            places.setdefault(one.place, []).append((index, spread.beyond_even(one)))
    for place, shares in places.items():
        _add(found, shares, groups.at(place, _shared(amounts, shares)))
    if evens:
        _add(found, evens, groups.over_rows(_shared(amounts, evens)))
    return found


def _shared(amounts: Floats, shares: Sequence[tuple[int, Floats]]) -> Floats:
    """Return (shares * amounts) x paths."""
    return np.concatenate([amounts * share for _, share in shares])


def _add(found: Floats, shares: Sequence[tuple[int, Floats]], sums: Floats) -> None:
    parts = sums.reshape(len(shares), len(found), -1)
    for (index, _), part in zip(shares, parts, strict=True):
        found[:, index] += part


def _total(values: Ints) -> int:
    """Return the exact sum, which may leave 64 bits on the way."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())
