"""The numpy types of the kernels, and searches over many sorted segments at once."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

NEVER: Final = np.iinfo(np.int64).min
"""Stands for a time that was never reached."""


def first_above(times: Ints, limits: Ints, low: Ints, high: Ints) -> Ints:
    """Return for each i the first index in `low[i]:high[i]` whose time is above `limits[i]`.

    `times` ascends within each of the segments; where no time is above, `high[i]` is
    returned. Segments may overlap and may be empty.
    """
    low, high = low.copy(), high.copy()
    searched = np.flatnonzero(low < high)
    # Most limits lie outside their segment: settle those without a search.
    limit = limits[searched]
    after = times[high[searched] - 1] <= limit
    before = times[low[searched]] > limit
    low[searched[after]] = high[searched[after]]
    high[searched[before]] = low[searched[before]]
    searched = searched[~(after | before)]
    while searched.size:
        middle = (low[searched] + high[searched]) >> 1
        above = times[middle] > limits[searched]
        high[searched[above]] = middle[above]
        low[searched[~above]] = middle[~above] + 1
        searched = searched[low[searched] < high[searched]]
    return low


def spread_ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the indices of all the ranges `starts[i] : starts[i] + lengths[i]`, in order."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if ends.size else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)
