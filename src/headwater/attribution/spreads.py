"""How a model's weights are laid over the rows of many paths, compactly.

Most models give a few named touches a weight of their own and share the rest evenly: that is
one number per path and touch named, so sums by channel need not visit every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from headwater.attribution.arrays import Bools, Floats
from headwater.attribution.paths import Paths, Place, Spot


@dataclass(frozen=True, slots=True)
class Named:
    """One named touch per path: its weight, and whether it is the first name for it."""

    spot: Spot
    place: Place
    weight: Floats
    is_new: Bools
    """False where the touch is missing, or is a touch that an earlier name has."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Named touches have their weights, all others `even`. One number per path each."""

    even: Floats | None
    """None: other touches have nothing."""
    named: tuple[Named, ...]

    @property
    def is_single(self) -> bool:
        """Whether one touch, which every path has, gets everything."""
        return self.even is None and len(self.named) == 1

    def weights(self, paths: Paths) -> Floats:
        """Return the weight of every row."""
        to_row = paths.offsets - paths.starts
        if self.even is None:
            weights = np.zeros(int(paths.lengths.sum()))
        else:
            weights = paths.per_row(self.even)
            for one in self.named:
                weights[(one.place.touch + to_row)[one.is_new]] = 0.0
        for one in self.named:
            # Within one name no row comes twice, so plain addition is safe.
            weights[one.place.touch + to_row] += one.weight
        return weights

    def beyond_even(self, one: Named) -> Floats:
        """Return what a named touch has beyond the even share, per path."""
        return one.weight if self.even is None else one.weight - self.even * one.is_new


@dataclass(frozen=True, slots=True)
class Relative:
    """A raw weight per row, to be divided by its path's total."""

    raw: Floats
    totals: Floats

    def weights(self, paths: Paths) -> Floats:
        """Return the weight of every row."""
        return self.raw / paths.per_row(self.totals)


Spread: TypeAlias = Landmarks | Relative


def single(paths: Paths, spot: Spot) -> Landmarks:
    """Give everything to one touch, which every path has."""
    size = paths.lengths.size
    everything = Named(spot, paths.place(spot), np.ones(size), np.ones(size, dtype=np.bool_))
    return Landmarks(None, (everything,))


def landmarks(paths: Paths, masses: Sequence[tuple[Spot, float]], rest: float) -> Landmarks:
    """Weigh the spots by their masses and share `rest` evenly among the other touches.

    Masses on one touch add up. Where a touch is missing or there are no other touches, what
    is there is scaled up to 1; where nothing that is there has a mass, all touches share
    evenly.
    """
    places = [paths.place(spot) for spot, _ in masses]
    fresh = _first_names(paths, places)
    others = paths.lengths.astype(np.float64)
    for new in fresh:
        others -= new
    total = np.where(others > 0, rest, 0.0)
    for place, (_, mass) in zip(places, masses, strict=True):
        total += mass if place.reached is None else mass * place.reached
    bare = total <= 0.0
    if bare.any():
        fresh = [new & ~bare for new in fresh]
        others[bare] = paths.lengths[bare]
        total[bare] = 1.0
    scale = 1.0 / total
    even = np.where(bare, 1.0, rest) * scale / np.maximum(others, 1.0)
    scale[bare] = 0.0
    named = tuple(
        Named(
            spot, place, mass * scale * (True if place.reached is None else place.reached), new
        )
        for (spot, mass), place, new in zip(masses, places, fresh, strict=True)
    )
    return Landmarks(even, named)


def relative(paths: Paths, raw: Floats) -> Relative:
    """Weigh each row by `raw` (>= 0); where a path has none at all, evenly."""
    totals = paths.summed(raw)
    bare = totals <= 0.0
    if bare.any():
        raw = np.where(bare[paths.path_of_row], 1.0, raw)
        totals = np.where(bare, paths.lengths, totals)
    return Relative(raw, totals)


def _first_names(paths: Paths, places: Sequence[Place]) -> list[Bools]:
    """Return per place where it is present and no earlier place is the same touch."""
    fresh: list[Bools] = []
    for index, place in enumerate(places):
        new = np.ones(paths.lengths.size, dtype=np.bool_)
        if place.reached is not None:
            new &= place.reached
        for earlier, seen in zip(places[:index], fresh, strict=True):
            new &= ~(seen & (earlier.touch == place.touch))
        fresh.append(new)
    return fresh
