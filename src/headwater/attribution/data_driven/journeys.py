"""Path counts from touches and conversions, a chunk of persons at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import (
    Floats,
    Ints,
    exact_sum,
    first_above,
    spread_ranges,
    taken,
)
from headwater.attribution.checks import DEFAULT_LOOKBACK, check_lookback
from headwater.attribution.clusters import whole
from headwater.attribution.data_driven.counts import (
    AMOUNTS,
    Batch,
    Merging,
    PathCounts,
    Untouched,
)
from headwater.attribution.intake import (
    CHUNK_ROWS,
    Codebook,
    Job,
    Matched,
    Persons,
    TouchInput,
    matched,
)


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
    groups = Codebook()
    journeys = Journeys(job.lookback)
    counted = Counted()
    for part in matched(touches, conversions, job, groups):
        for paths in journeys.of(part):
            counted.add(paths)
    return counted.counts(list(groups.codes), journeys)


@dataclass(slots=True)
class Journeys:
    """Chunks of matched touches as paths with what came of them.

    Sums up on the way what no path holds, exactly in whole minor units.
    """

    lookback: int | None
    nulls: bool = True
    """Whether those who did not convert are told of."""
    conversions: float = 0.0
    """Those without a touch, and their value."""
    value: int = 0
    credited: int = 0
    """The value of all conversions with a path."""
    silent: int = 0
    """How many null paths there were."""

    def of(self, part: Matched) -> Iterator[Batch]:
        """Yield the paths that converted, then those that did not; none of them merged."""
        self.outside(part)
        if part.groups is not None:
            yield from self._paths(part, part.groups)

    def outside(self, part: Matched) -> None:
        """Sum up what no path holds."""
        counts: Floats = whole(part.conversions.column("counts")).to_numpy()
        values: Ints = whole(part.conversions.column("value_minor")).to_numpy()
        self.conversions += float(counts[part.untouched].sum())
        self.value += exact_sum(values[part.untouched])
        self.credited += exact_sum(values[part.credited])

    def _paths(self, part: Matched, labels: Ints) -> Iterator[Batch]:
        if part.paths is not None and part.credited.size:
            gained: Floats = whole(part.conversions.column("counts")).to_numpy()[part.credited]
            worth = whole(part.conversions.column("value_minor")).to_numpy()[part.credited]
            worth = worth.astype(np.float64)
            squares = worth**2 / np.where(gained > 0, gained, 1.0)
            amounts = np.stack([gained, worth, np.zeros(worth.size), squares])
            yield Batch(part.paths.label_of_row, part.paths.lengths, amounts)
        if part.persons is None:
            return
        starts, lengths = self._cut(part.persons)
        if starts.size:
            self.silent += starts.size
            if self.nulls:
                amounts = np.zeros((AMOUNTS, starts.size))
                amounts[2] = 1.0
                yield Batch(taken(labels, spread_ranges(starts, lengths)), lengths, amounts)

    def _cut(self, persons: Persons) -> tuple[Ints, Ints]:
        """Return the null paths: touches less than a lookback before a last one, and that."""
        starts, stops = persons.silent()
        if self.lookback is not None:
            floor = persons.touched_at[stops - 1] - self.lookback
            starts = first_above(persons.touched_at, floor, starts, stops)
        return starts, stops - starts


@dataclass(slots=True)
class Counted:
    """Paths merged as they come, so that little more than the distinct ones is held."""

    held: Merging = field(default_factory=Merging)

    def add(self, paths: Batch) -> None:
        self.held.add(paths.merged())

    def counts(self, names: Sequence[str], journeys: Journeys) -> PathCounts:
        """Return the counts of all paths that were added."""
        outside = Untouched(journeys.conversions, journeys.value)
        return PathCounts.of(self.held.merged(), names, outside, journeys.credited)
