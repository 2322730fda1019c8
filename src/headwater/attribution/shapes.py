"""Paths of one shape, which a model of landmarks weighs alike.

What such a model gives to each touch depends on how long the path is and on which of its first,
last, lead and opportunity touches are the same: some hundreds of shapes, however many paths.
So amounts are summed by shape and label first, and weights are applied to the sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from headwater.attribution.arrays import Ints
from headwater.attribution.models import ByPosition, Milestones, Model, Single
from headwater.attribution.paths import FIRST, LAST, Anchor, Paths, Spot

Shaped: TypeAlias = Single | Milestones | ByPosition


@dataclass(frozen=True, slots=True)
class Shapes:
    """`samples[of_path[i]]` is of the shape of path i."""

    of_path: Ints
    samples: Paths


def is_shaped(model: Model) -> bool:
    """Return whether the model's weights depend on the shape of a path alone."""
    return isinstance(model, Shaped)


def shapes(paths: Paths) -> Shapes:
    """Return the shapes there are, each with one path as a sample."""
    codes = paths.lengths
    seen: list[Spot] = []
    for stage in paths.milestones:
        spot = Spot(Anchor.STAGE, stage=stage)
        place = paths.place(spot)
        same = [place.touch == paths.place(one).touch for one in (FIRST, LAST, *seen)]
        place_code = np.ones(codes.size, dtype=np.int64)
        for index, one in enumerate(same):
            place_code += one * np.int64(1 << (index + 1))
        codes = codes * (1 << (len(same) + 1)) + place_code * (
            place.reached is None or place.reached
        )
        seen.append(spot)
    of_path, chosen = _numbered(codes)
    return Shapes(
        of_path,
        Paths(
            paths.touches,
            paths.starts[chosen],
            paths.lengths[chosen],
            {stage: times[chosen] for stage, times in paths.milestones.items()},
        ),
    )


def _numbered(codes: Ints) -> tuple[Ints, Ints]:
    """Return small numbers for codes, and the index of one entry of each number."""
    highest = int(codes.max(initial=-1)) + 1
    if highest > 4 * codes.size + 1024:
        _, chosen, numbers = np.unique(codes, return_index=True, return_inverse=True)
        return numbers.astype(np.int64), chosen.astype(np.int64)
    samples = np.full(highest, -1, dtype=np.int64)
    samples[codes] = np.arange(codes.size)
    present = samples >= 0
    numbers = np.cumsum(present) - 1
    return numbers[codes], samples[present]
