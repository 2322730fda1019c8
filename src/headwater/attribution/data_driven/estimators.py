"""What every data-driven model is to the rest: counts in, credit by channel out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven.counts import PathCounts


class Flag(StrEnum):
    """What was assumed, or what weakens a figure."""

    TOO_FEW = "too few conversions"
    """The 95 % interval is wider than the estimate."""
    NO_NULLS = "no null paths"
    """Nobody who did not convert is known: every path ends in a conversion."""
    NULLS_LEFT_OUT = "null paths left out"
    """There are null paths, and by request they were not used."""
    NO_VALUES = "no values"
    """The paths came without a value; it is shown as 0."""
    SHARED_EVENLY = "effects sum to 0: shared evenly"
    """Nothing to share by, so each touch of a path got the same."""
    NEGATIVE = "negative credit"
    """Some credit is below 0 and shown as it is."""
    NO_INTERVAL = "no interval: too much to compute"
    """So many replicates of so large a model would take hours."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What came of each distinct path: as counted, or drawn anew by the bootstrap."""

    conversions: Floats
    values: Floats
    nulls: Floats

    @classmethod
    def observed(cls, counts: PathCounts) -> Draw:
        return cls(counts.conversions, counts.values, counts.nulls)


@dataclass(frozen=True, slots=True)
class Credit:
    """Conversions and value by channel."""

    conversions: Floats
    values: Floats
    flags: AbstractSet[Flag] = frozenset()


class Fitted(Protocol):
    """A model made ready for some paths, so that many draws cost little each."""

    @property
    def work(self) -> float:
        """About how many sums and products one draw takes."""
        ...

    def credit(self, draw: Draw) -> Credit:
        """Share out what came of the paths."""
        ...


@dataclass(frozen=True, slots=True)
class Shares:
    """Fixed shares: entry i gives `share[i]` of path `path[i]` to channel `channel[i]`.

    For models whose shares of a path do not depend on the other paths.
    """

    path: Ints
    channel: Ints
    share: Floats
    channels: int

    @property
    def work(self) -> float:
        return float(self.path.size)

    def credit(self, draw: Draw) -> Credit:
        return Credit(self.of(draw.conversions), self.of(draw.values))

    def of(self, amounts: Floats) -> Floats:
        """Return amounts of paths summed by channel."""
        weights = self.share * amounts[self.path]
        return np.bincount(self.channel, weights, self.channels).astype(np.float64, copy=False)


def evenly(counts: PathCounts) -> Shares:
    """Return the linear model's shares: each touch of a path the same."""
    paths, channels, times = counts.members
    return Shares(paths, channels, times / counts.lengths[paths], len(counts.channels))
