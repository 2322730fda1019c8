"""Who was exposed to what: paths become bags of channels, whatever their order.

A bag is a path of channels in ascending order, each as often as it counts; so it is counted,
added and drawn anew as paths are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven import PathCounts
from headwater.attribution.data_driven.counts import Batch
from headwater.attribution.data_driven.estimators import Draw
from headwater.attribution.incremental.logistic import Trials
from headwater.attribution.incremental.settings import Settings
from headwater.domain.errors import InputError
from headwater.domain.words import BASELINE

MOST_LABELS: Final = 1000
"""Effects of so many labels are learned within minutes; their matrix of patterns fits."""
_MOST_CELLS: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class Exposures:
    """Distinct bags with what came of them, and which channel (row) each label belongs to.

    `amounts` (patterns x labels): how often each counts. Where persons without any touch are
    known to have converted or not, they are the last pattern, all 0.
    """

    bags: PathCounts
    amounts: Floats
    groups: tuple[str, ...]
    group_of_label: Ints

    @classmethod
    def of(cls, counts: PathCounts, settings: Settings) -> Exposures:
        """Return the exposures of the paths; InputError where there are too many labels."""
        names = [settings.group_of(label) for label in counts.channels]
        _check(counts, names)
        groups = tuple(sorted(set(names)))
        bags = _bags(counts, settings.cap)
        shape = bags.lengths.size + (bags.untouched.nulls > 0), len(bags.channels)
        if shape[0] * shape[1] > _MOST_CELLS:
            raise InputError(
                f"{shape[0]:,} patterns of exposure to {shape[1]:,} channels are too many to "
                "learn from at once. Group the channels, or lower the cap."
            )
        amounts = np.zeros(shape)
        paths, channels, times = bags.members
        amounts[paths, channels] = times
        places = np.array([groups.index(name) for name in names], dtype=np.int64)
        return cls(bags, amounts, groups, places)

    @property
    def observed(self) -> Draw:
        """What came of the bags, as counted."""
        return Draw.observed(self.bags)

    def outcomes(self, draw: Draw, untouched: tuple[float, float] | None = None) -> Floats:
        """Return (conversions, nulls) x patterns; `untouched`: those without a touch."""
        both = np.stack([draw.conversions, draw.nulls])
        if self.amounts.shape[0] == both.shape[1]:
            return both
        alone = self.bags.untouched
        last = untouched if untouched is not None else (alone.conversions, alone.nulls)
        return np.append(both, np.array(last)[:, None], axis=1)

    def trials(self, outcomes: Floats, free: Ints, offset: Floats) -> Trials:
        """Return the regression on the labels `free`, the others' part being `offset`."""
        ones = np.ones((self.amounts.shape[0], 1))
        design = np.concatenate([ones, self.amounts[:, free]], axis=1)
        return Trials(design, outcomes.sum(axis=0), outcomes[0], offset)


def _check(counts: PathCounts, names: list[str]) -> None:
    if BASELINE in names:
        raise InputError(
            f"A channel is called '{BASELINE}', which is a row of its own; rename it."
        )
    if len(names) > MOST_LABELS:
        raise InputError(
            f"There are {len(names):,} channels; the incremental model learns the effects of "
            f"up to {MOST_LABELS:,}. Group them into fewer."
        )
    if counts.conversions.any() and not (counts.nulls.any() or counts.untouched.nulls):
        raise InputError(
            "The incremental model compares persons who converted with persons who did not, "
            "and the paths have none of these (null paths). Add them, or use another model."
        )


def _bags(counts: PathCounts, cap: int) -> PathCounts:
    paths, channels, times = counts.members
    kept = np.minimum(times, cap)
    lengths = np.bincount(paths, kept, counts.lengths.size).astype(np.int64)
    batch = Batch(np.repeat(channels, kept), lengths, counts.batch.amounts)
    return PathCounts.of(
        batch, counts.channels, counts.untouched, counts.minor, counts.has_values
    )
