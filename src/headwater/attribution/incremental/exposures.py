"""Who was exposed to what: paths become patterns of exposure, and trials in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven import PathCounts
from headwater.attribution.data_driven.estimators import Draw
from headwater.attribution.incremental.logistic import Trials
from headwater.attribution.incremental.settings import Settings
from headwater.attribution.incremental.steps import Steps, bags
from headwater.domain.errors import InputError
from headwater.domain.words import BASELINE

MOST_LABELS: Final = 1000
"""Effects of so many labels are learned within minutes; their matrix of patterns fits."""
_MOST_CELLS: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class Exposures:
    """Patterns of exposure, what was tried in each, and which channel each label belongs to.

    `amounts` (patterns x labels): how often each counts. Trial i is one of `trial_path[i]` in
    pattern `trial[i]`; a path may convert in its last one, of pattern `last`. Where persons
    without any touch are known to have converted or not, they are the last pattern, all 0.
    """

    paths: PathCounts
    """What is counted and drawn anew: the paths, or the bags of them."""
    amounts: Floats
    trial: Ints
    trial_path: Ints
    last: Ints
    groups: tuple[str, ...]
    group_of_label: Ints

    @classmethod
    def of(cls, counts: PathCounts, settings: Settings) -> Exposures:
        """Return the exposures of the paths; InputError where there are too many labels."""
        names = [settings.group_of(label) for label in counts.channels]
        _check(counts, names)
        groups = tuple(sorted(set(names)))
        places = np.array([groups.index(name) for name in names], dtype=np.int64)
        paths = counts if settings.each_touch else bags(counts, settings.cap)
        steps = Steps.of(paths, settings.cap)
        if settings.each_touch:
            tried, tried_path = steps.pattern, paths.path_of_item
        else:
            tried, tried_path = steps.last, np.arange(paths.lengths.size)
        used, codes = np.unique(tried, return_inverse=True)
        amounts = _amounts(paths, steps, used)
        last = np.searchsorted(used, steps.last).astype(np.int64)
        return cls(paths, amounts, codes.astype(np.int64), tried_path, last, groups, places)

    @property
    def observed(self) -> Draw:
        """What came of the paths, as counted."""
        return Draw.observed(self.paths)

    def at_last(self, amounts: Floats) -> Floats:
        """Return amounts of paths summed by the pattern of their last trial."""
        patterns = self.amounts.shape[0]
        return np.bincount(self.last, amounts, patterns).astype(np.float64, copy=False)

    def outcomes(self, draw: Draw, untouched: tuple[float, float] | None = None) -> Floats:
        """Return trials that (converted, did not) x patterns; `untouched`: without a touch."""
        tried = (draw.conversions + draw.nulls)[self.trial_path]
        won = self.at_last(draw.conversions)
        lost = np.bincount(self.trial, tried, won.size) - won
        alone = self.paths.untouched
        if alone.nulls > 0:
            last = untouched if untouched is not None else (alone.conversions, alone.nulls)
            won[-1], lost[-1] = last
        return np.stack([won, np.maximum(lost, 0.0)])

    def trials(self, outcomes: Floats, free: Ints, offset: Floats) -> Trials:
        """Return the regression on the labels `free`, the others' part being `offset`."""
        ones = np.ones((self.amounts.shape[0], 1))
        design = np.concatenate([ones, self.amounts[:, free]], axis=1)
        return Trials(design, outcomes.sum(axis=0), outcomes[0], offset)


def _amounts(paths: PathCounts, steps: Steps, used: Ints) -> Floats:
    """Return how often each label counts in the patterns used, and in those without a touch."""
    shape = used.size + (paths.untouched.nulls > 0), len(paths.channels)
    if shape[0] * shape[1] > _MOST_CELLS:
        raise InputError(
            f"{shape[0]:,} patterns of exposure to {shape[1]:,} channels are too many to "
            "learn from at once. Group the channels, or lower the cap."
        )
    amounts = np.zeros(shape)
    pattern, label = steps.members(used)
    np.add.at(amounts, (pattern, label), 1.0)
    return amounts


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
            "and of these there are none (null paths). With paths, give the column 'nulls': "
            "how many went the path and did not convert. With touches, hand in those of "
            "persons without a conversion too."
        )
