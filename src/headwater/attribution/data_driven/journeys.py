"""Path counts from touches and conversions, a chunk of persons at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Floats, Ints, first_above, spread_ranges
from headwater.attribution.checks import DEFAULT_LOOKBACK, check_lookback
from headwater.attribution.clusters import whole
from headwater.attribution.data_driven.counts import (
    AMOUNTS,
    Batch,
    PathCounts,
    Untouched,
    merged,
)
from headwater.attribution.intake import CHUNK_ROWS, Codebook, Job, Matched, TouchInput, matched


def count_journeys(
    touches: TouchInput,
    conversions: pa.Table,
    lookback: int | str | None = DEFAULT_LOOKBACK,
    by: str = "channel",
    reset: bool = False,
) -> PathCounts:
    """Return the counts of the conversions' paths and of those who did not convert.

    Input as for `attribute`; a path's items are the touches' labels in the column `by`. A
    person of whom no conversion is in the table, of whatever kind, is one null path: the
    touches less than a lookback before the last one, and that one. A person who converted is
    none, whatever came after. Values are whole minor units. Memory holds the distinct paths
    and about 200,000 touches, if these come as a stream in the order (person, time, id).
    """
    job = Job([], check_lookback(lookback), reset, CHUNK_ROWS, by)
    groups, outside = Codebook(), _Outside()
    paths = merged(
        batch
        for part in matched(touches, conversions, job, groups)
        for batch in _batches(part, lookback=job.lookback, outside=outside)
    )
    return PathCounts.of(
        paths,
        list(groups.codes),
        Untouched(outside.conversions, outside.value),
        outside.credited,
    )


@dataclass(slots=True)
class _Outside:
    """Sums that no path holds, exact in whole minor units."""

    conversions: float = 0.0
    value: int = 0
    credited: int = field(default=0)
    """The value of all conversions with a path."""


def _batches(part: Matched, *, lookback: int | None, outside: _Outside) -> Iterator[Batch]:
    counts: Floats = whole(part.conversions.column("counts")).to_numpy()
    values: Ints = whole(part.conversions.column("value_minor")).to_numpy()
    outside.conversions += float(counts[part.untouched].sum())
    outside.value += sum(values[part.untouched].tolist())
    outside.credited += sum(values[part.credited].tolist())
    if part.groups is None:
        return
    if part.paths is not None:
        gained, worth = counts[part.credited], values[part.credited].astype(np.float64)
        squares = worth**2 / np.where(gained > 0, gained, 1.0)
        amounts = np.stack([gained, worth, np.zeros(worth.size), squares])
        yield _batch(part.groups, part.paths.starts, part.paths.lengths, amounts)
    if part.silent is not None:
        starts, stops = part.silent.firsts, part.silent.stops
        if lookback is not None and starts.size:
            floor = part.silent.touched_at[stops - 1] - lookback
            starts = first_above(part.silent.touched_at, floor, starts, stops)
        amounts = np.zeros((AMOUNTS, starts.size))
        amounts[2] = 1.0
        yield _batch(part.groups, starts, stops - starts, amounts)


def _batch(groups: Ints, starts: Ints, lengths: Ints, amounts: Floats) -> Batch:
    return Batch(groups[spread_ranges(starts, lengths)], lengths, amounts).merged()
