"""How a model's weights are laid over the rows of many paths, compactly.

Most models give a few named touches a weight of their own and share the rest evenly: that is
one number per path and touch named, so sums by channel need not visit every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from headwater.attribution.arrays import Bools, Floats, Ints
from headwater.attribution.paths import Paths, Place


@dataclass(frozen=True, slots=True)
class Named:
    """One named touch per path: its weight, and whether it is the first name for it."""

    touch: Ints
    weight: Floats
    is_new: Bools
    """False where the touch is missing, or is a touch that an earlier name has."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Named touches have their weights, all others `even`. One number per path each."""

    even: Floats
    named: tuple[Named, ...]

    def weights(self, paths: Paths) -> Floats:
        """Return the weight of every row."""
        weights = paths.per_row(self.even)
        for one in self.named:
            weights[(one.touch - paths.starts + paths.offsets)[one.is_new]] = 0.0
        for one in self.named:
            # Within one name no row comes twice, so plain addition is safe.
            weights[one.touch - paths.starts + paths.offsets] += one.weight
        return weights


@dataclass(frozen=True, slots=True)
class Relative:
    """A raw weight per row, to be divided by its path's total."""

    raw: Floats
    totals: Floats

    def weights(self, paths: Paths) -> Floats:
        """Return the weight of every row."""
        return self.raw / paths.per_row(self.totals)


Spread: TypeAlias = Landmarks | Relative


def landmarks(paths: Paths, masses: Sequence[tuple[Place, float]], rest: float) -> Landmarks:
    """Weigh the places by their masses and share `rest` evenly among the other touches.

    Masses on one touch add up. Where a place is missing or there are no other touches, what
    is there is scaled up to 1; where nothing that is there has a mass, all touches share
    evenly.
    """
    size = paths.lengths.size
    fresh = _first_names(paths, [place for place, _ in masses])
    others = paths.lengths - sum(new.astype(np.int64) for new in fresh)
    total = np.where(others > 0, rest, 0.0)
    parts: list[Floats] = []
    for place, mass in masses:
        part = np.full(size, mass)
        if place.reached is not None:
            part[~place.reached] = 0.0
        parts.append(part)
        total = total + part
    bare = total <= 0.0
    if bare.any():
        fresh = [new & ~bare for new in fresh]
        others = np.where(bare, paths.lengths, others)
        total = np.where(bare, 1.0, total)
    even = np.where(bare, 1.0, rest) / np.maximum(others, 1) / total
    return Landmarks(
        even,
        tuple(
            Named(place.touch, part / total, new)
            for (place, _), part, new in zip(masses, parts, fresh, strict=True)
        ),
    )


def relative(paths: Paths, raw: Floats) -> Relative:
    """Weigh each row by `raw` (>= 0); where a path has none at all, evenly."""
    totals = np.add.reduceat(raw, paths.offsets) if raw.size else np.zeros(0)
    bare = totals <= 0.0
    if bare.any():
        raw = np.where(np.repeat(bare, paths.lengths), 1.0, raw)
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
