"""Credit summed by channel, without a row per touch: what a comparison of models needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.checks import DEFAULT_LOOKBACK
from headwater.attribution.clusters import whole
from headwater.attribution.intake import CHUNK_ROWS, Codebook, Job, Matched, TouchInput, matched
from headwater.attribution.models import Model
from headwater.attribution.paths import Paths
from headwater.attribution.shares import settle
from headwater.attribution.spreads import Landmarks, Relative, Spread
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


@dataclass(frozen=True, slots=True)
class _Groups:
    """The rows of the paths with the group of each touch."""

    paths: Paths
    of_touch: Ints
    size: int

    def sums(self, per_path: Floats, raw: Floats | None = None) -> Floats:
        """Return by group the sums over rows of each path's numbers (times the row's raw).

        `per_path` is numbers x paths, the result numbers x groups.
        """
        groups = self.of_touch[self.paths.rows]
        lengths = self.paths.lengths
        if self.size <= _FEW:
            cell = np.repeat(np.arange(lengths.size) * self.size, lengths) + groups
            table = np.bincount(cell, raw, lengths.size * self.size).astype(np.float64)
            found: Floats = per_path @ table.reshape(lengths.size, self.size)
            return found
        factor = 1.0 if raw is None else raw
        return np.stack(
            [
                np.bincount(groups, np.repeat(numbers, lengths) * factor, self.size)
                for numbers in per_path
            ]
        )


def _sums(spreads: Sequence[Spread], groups: _Groups, amounts: Floats) -> Floats:
    """Return amounts x models x groups: the amounts (amounts x paths) shared by each model."""
    found = np.zeros((len(amounts), len(spreads), groups.size))
    evens: list[tuple[int, Floats]] = []
    for index, spread in enumerate(spreads):
        if isinstance(spread, Relative):
            found[:, index] = groups.sums(amounts / spread.totals, spread.raw)
        else:
            found[:, index] = _landmark_sums(spread, groups, amounts)
            if spread.even.any():
                evens.append((index, spread.even))
    if evens:
        # One pass over the rows serves all models that share evenly.
        stacked = np.concatenate([amounts * even for _, even in evens])
        sums = groups.sums(stacked).reshape(len(evens), len(amounts), groups.size)
        for (index, _), one in zip(evens, sums, strict=True):
            found[:, index] += one
    return found


def _landmark_sums(spread: Landmarks, groups: _Groups, amounts: Floats) -> Floats:
    """Return what named touches have beyond the even share that all rows are given."""
    found = np.zeros((len(amounts), groups.size))
    for one in spread.named:
        beyond = one.weight - np.where(one.is_new, spread.even, 0.0)
        group = groups.of_touch[one.touch]
        for index, amount in enumerate(amounts):
            found[index] += np.bincount(group, amount * beyond, groups.size)
    return found


def _total(values: Ints) -> int:
    """Return the exact sum, which may leave 64 bits on the way."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())
