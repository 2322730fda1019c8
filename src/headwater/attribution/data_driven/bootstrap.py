"""How far credit would move had other persons come by: the Poisson bootstrap over paths.

Each replicate draws how many conversions and null paths each distinct path has, from a Poisson
distribution about the count: what drawing each person 0, 1, 2, ... times comes to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Credit, Draw, Fitted
from headwater.domain.errors import InputError

_MOST_WORK: Final = 2e12
"""Sums and products that intervals of one model may take: some minutes."""
_NOISE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """How intervals are made: so many replicates, drawn from this seed, at this level."""

    replicates: int = 1000
    seed: int = 0
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.replicates < 2:
            raise InputError(
                f"There are {self.replicates} replicates; intervals take 2 or more."
            )
        if not 0 < self.level < 1:
            raise InputError(
                f"The level of intervals is {self.level}; it lies between 0 and 1."
            )

    def affords(self, fitted: Fitted) -> bool:
        """Return whether intervals of this model take minutes rather than hours."""
        return fitted.work * self.replicates <= _MOST_WORK


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds by channel, then those of `(no touch)`: 2 (low, high) x (channels + 1)."""

    conversions: Floats
    values: Floats


def intervals(counts: PathCounts, models: list[Fitted], bootstrap: Bootstrap) -> list[Interval]:
    """Return each model's intervals; all models see the same draws."""
    if not models:
        return []
    found: list[list[Floats]] = [[] for _ in models]
    for draw, outside in _draws(counts, bootstrap):
        for one, rows in zip(models, found, strict=True):
            rows.append(_row(one.credit(draw), outside))
    tails = [(1 - bootstrap.level) / 2, (1 + bootstrap.level) / 2]
    bounds = [np.quantile(np.stack(rows), tails, axis=0) for rows in found]
    return [Interval(one[:, 0], one[:, 1]) for one in bounds]


def _row(credit: Credit, outside: tuple[float, float]) -> Floats:
    return np.stack(
        [np.append(credit.conversions, outside[0]), np.append(credit.values, outside[1])]
    )


def _draws(
    counts: PathCounts, bootstrap: Bootstrap
) -> Iterator[tuple[Draw, tuple[float, float]]]:
    """Yield what came of the paths, and of empty ones, in each replicate."""
    random = np.random.Generator(np.random.SFC64(bootstrap.seed))
    expected = np.maximum(counts.conversions, _NOISE)
    known = counts.conversions > 0
    mean = np.where(known, counts.values / expected, 0.0)
    spread = _spreads(counts, known, expected)
    uneven = np.flatnonzero(spread)
    empty = counts.untouched
    for _ in range(bootstrap.replicates):
        conversions = random.poisson(counts.conversions).astype(np.float64)
        nulls = random.poisson(counts.nulls).astype(np.float64)
        values = np.where(known, mean * conversions, counts.values)
        if uneven.size:
            noise = random.standard_normal(uneven.size) * spread[uneven]
            values[uneven] += noise * np.sqrt(np.where(known, conversions, 1.0)[uneven])
        lonely = float(random.poisson(empty.conversions))
        ratio = lonely / empty.conversions if empty.conversions else 1.0
        yield Draw(conversions, values, nulls), (lonely, empty.value * ratio)


def _spreads(counts: PathCounts, known: np.ndarray, expected: Floats) -> Floats:
    """Return by path the standard deviation of the value of one conversion.

    Where a path has values but no conversions, that of all its values together.
    """
    within = counts.squares - np.where(known, counts.values**2 / expected, 0.0)
    within[within <= _NOISE * counts.squares] = 0.0
    spreads: Floats = np.sqrt(np.where(known, within / expected, within))
    return spreads
