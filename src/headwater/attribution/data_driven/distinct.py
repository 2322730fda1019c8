"""Which of many paths are the same: found by a fingerprint, then compared item by item."""

from __future__ import annotations

from typing import Final

import numpy as np

from headwater.attribution.arrays import Ints, spread_ranges

# The multipliers and shifts of splitmix64, which spreads neighbouring numbers far apart.
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


def distinct(items: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return the index of one path for each distinct one, and the group of every path.

    Path i is the next `lengths[i]` (>= 1) of `items`. Groups are numbered in an order that
    depends on what the paths are, not on how they come.
    """
    if not lengths.size:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    starts = np.cumsum(lengths) - lengths
    prints = _fingerprints(items, lengths, starts)
    _, chosen, groups = np.unique(prints, return_index=True, return_inverse=True)
    chosen, groups = chosen.astype(np.int64), groups.astype(np.int64)
    like = chosen[groups]
    same = np.array_equal(lengths[like], lengths) and np.array_equal(
        items[spread_ranges(starts[like], lengths)], items
    )
    return (chosen, groups) if same else _slowly(items, lengths, starts)


def _fingerprints(items: Ints, lengths: Ints, starts: Ints) -> Ints:
    place = np.arange(items.size) - np.repeat(starts, lengths)
    mixed = (items + (place << 32)).view(np.uint64) * _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    mixed ^= mixed >> np.uint64(31)
    prints: Ints = np.add.reduceat(mixed, starts)
    return prints


def _slowly(items: Ints, lengths: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """Compare whole paths: for the day when two of them share a fingerprint."""
    texts = [
        items[start : start + length].tobytes()
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]
    numbers = {text: number for number, text in enumerate(sorted(set(texts)))}
    groups = np.array([numbers[text] for text in texts], dtype=np.int64)
    chosen = np.zeros(len(numbers), dtype=np.int64)
    chosen[groups[::-1]] = np.arange(groups.size)[::-1]
    return chosen, groups
