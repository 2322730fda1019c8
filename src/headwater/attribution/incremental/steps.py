"""What a path has met at each of its touches: its pattern grows as it goes on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.attribution.arrays import Ints, spread_ranges
from headwater.attribution.data_driven import PathCounts
from headwater.attribution.data_driven.counts import Batch


@dataclass(frozen=True, slots=True)
class Steps:
    """The pattern that each touch completes, numbered through all paths.

    A touch counts if its channel came less than `cap` times before it; only those that count
    change the pattern. `chosen[p]` is one touch that completes pattern p.
    """

    pattern: Ints
    """By touch."""
    last: Ints
    """By path."""
    chosen: Ints
    """By pattern: the position of its last touch among those that count."""
    firsts: Ints
    """By pattern: the position of its first touch among those that count."""
    labels: Ints
    """Of the touches that count."""

    @classmethod
    def of(cls, paths: PathCounts, cap: int) -> Steps:
        """Return the patterns of all touches."""
        counting = _ranks(paths) < cap
        numbers = _numbers(len(paths.channels))
        # The sum of one random number a label names a pattern, but for a chance of 2**-40;
        # whole numbers that run over come round again.
        sums = np.cumsum(np.where(counting, numbers[paths.items], 0))
        before = np.append(0, sums)[paths.starts]
        names = sums - np.repeat(before, paths.lengths)
        _, chosen, pattern = np.unique(names, return_index=True, return_inverse=True)
        place = np.cumsum(counting) - 1
        firsts = place[paths.starts[paths.path_of_item[chosen]]]
        pattern = pattern.astype(np.int64)
        ends = paths.starts + paths.lengths - 1
        labels = paths.items[counting]
        return cls(pattern, pattern[ends], place[chosen], firsts, labels)

    def members(self, patterns: Ints) -> tuple[Ints, Ints]:
        """Return the touches of some patterns: which of these patterns, and which label."""
        lengths = self.chosen[patterns] - self.firsts[patterns] + 1
        labels = self.labels[spread_ranges(self.firsts[patterns], lengths)]
        return np.repeat(np.arange(patterns.size), lengths), labels


def _ranks(paths: PathCounts) -> Ints:
    """Return how often each touch's channel came before it in its path."""
    keys = paths.path_of_item * max(len(paths.channels), 1) + paths.items
    order = np.argsort(keys, kind="stable")
    heads = np.flatnonzero(np.diff(keys[order], prepend=-1))
    lengths = np.diff(np.append(heads, keys.size))
    ranks = np.zeros(keys.size, dtype=np.int64)
    ranks[order] = np.arange(keys.size) - np.repeat(heads, lengths)
    return ranks


def _numbers(count: int) -> Ints:
    random = np.random.Generator(np.random.SFC64(0))
    return random.integers(1, 2**62, size=(count,))


def bags(counts: PathCounts, cap: int) -> PathCounts:
    """Return the paths as bags, whatever the order of their touches.

    A bag is a path of channels in ascending order, each as often as it counts; so it is
    counted, added and drawn anew as paths are.
    """
    paths, channels, times = counts.members
    kept = np.minimum(times, cap)
    lengths = np.bincount(paths, kept, counts.lengths.size).astype(np.int64)
    batch = Batch(np.repeat(channels, kept), lengths, counts.batch.amounts)
    return PathCounts.of(
        batch, counts.channels, counts.untouched, counts.minor, counts.has_values
    )
