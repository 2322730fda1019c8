"""The numpy types of the kernels, and searches over many sorted segments at once."""

from __future__ import annotations

from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

Numbers = TypeVar("Numbers", Ints, Floats)

NEVER: Final = np.iinfo(np.int64).min
"""Stands for a time that was never reached."""


def first_above(times: Ints, limits: Ints, low: Ints, high: Ints) -> Ints:
    """Return for each i the first index in `low[i]:high[i]` whose time is above `limits[i]`.

    `times` ascends within each of the segments; where no time is above, `high[i]` is
    returned. Segments may overlap and may be empty.
    """
    found = low.copy()
    if not times.size:
        return found
    # Most limits lie outside their segment: settle those without a search. What is looked
    # up for an empty segment does not matter.
    some = low < high
    after = some & (times.take(high - 1, mode="clip") <= limits)
    np.copyto(found, high, where=after)
    inside = np.flatnonzero(some & ~after & (times.take(low, mode="clip") <= limits))
    if inside.size:
        found[inside] = _search(times, limits, low, high, inside)
    return found


def _search(times: Ints, limits: Ints, low: Ints, high: Ints, which: Ints) -> Ints:
    """Halve all the segments `which` in step: as many rounds as the longest one needs."""
    limit, end, found = limits[which], high[which], low[which]
    longest = int((end - found).max()) if which.size else 0
    step = 1 << longest.bit_length()
    while step := step >> 1:
        probe = found + (step - 1)
        inside = probe < end
        inside &= times.take(probe, mode="clip") <= limit
        found += inside * np.int64(step)
    return found


def taken(values: Numbers, places: Ints) -> Numbers:
    """Return `values[places]` for places that are all within: numpy need not look first."""
    found: Numbers = values.take(places, mode="clip")
    return found


def owners(lengths: Ints) -> Ints:
    """Return for each row of segments laid end to end the number of its segment."""
    return np.repeat(np.arange(lengths.size), lengths)


def spread_ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the indices of all the ranges `starts[i] : starts[i] + lengths[i]`, in order."""
    return ranges_of(starts, lengths, owners(lengths))


def ranges_of(starts: Ints, lengths: Ints, owner: Ints) -> Ints:
    """Return what `spread_ranges` does, where the segment of each row is known already."""
    shifts = starts - (np.cumsum(lengths) - lengths)
    found = taken(shifts, owner)
    found += np.arange(owner.size)
    return found


def exact_sum(values: Ints) -> int:
    """Return the exact sum, which may leave 64 bits on the way."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())
