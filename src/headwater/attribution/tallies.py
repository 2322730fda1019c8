"""Credit of all paths by model and label, added up chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.attribution.arrays import Floats, Ints, exact_sum
from headwater.attribution.clusters import whole
from headwater.attribution.intake import Job, Matched
from headwater.attribution.shares import settle
from headwater.attribution.sums import Labelled, sums


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums so far, by model and label, and those of conversions without a touch."""

    counts: Floats
    """Models x labels."""
    values: Floats
    credited: int
    """The value of all conversions with a touch, in whole minor units."""
    lonely_count: float
    lonely_value: int

    @classmethod
    def empty(cls, models: int) -> Tally:
        return cls(np.zeros((models, 0)), np.zeros((models, 0)), 0, 0.0, 0)

    @classmethod
    def of(cls, part: Matched, job: Job, labels: int) -> Tally:
        """Return the sums of one chunk, whose touches' labels are codes below `labels`."""
        counts: Floats = whole(part.conversions.column("counts")).to_numpy()
        values: Ints = whole(part.conversions.column("value_minor")).to_numpy()
        found = np.zeros((2, len(job.models), labels))
        if part.paths is not None and part.groups is not None and part.credited.size:
            gained = counts[part.credited]
            amounts = (
                None if (gained == 1.0).all() else gained,
                values[part.credited].astype(np.float64),
            )
            found = sums(job.models, Labelled(part.paths, amounts, part.groups, labels))
        return cls(
            found[0],
            found[1],
            exact_sum(values[part.credited]),
            float(counts[part.untouched].sum()),
            exact_sum(values[part.untouched]),
        )

    def plus(self, other: Tally) -> Tally:
        return Tally(
            _widened(self.counts, other.counts.shape[1]) + other.counts,
            _widened(self.values, other.values.shape[1]) + other.values,
            self.credited + other.credited,
            self.lonely_count + other.lonely_count,
            self.lonely_value + other.lonely_value,
        )

    def settled(self, labels: int) -> tuple[Floats, list[list[int]]]:
        """Return conversions and whole minor units, models x labels; these sum exactly."""
        values = [settle(row, self.credited) for row in _widened(self.values, labels)]
        return _widened(self.counts, labels), values


def _widened(table: Floats, labels: int) -> Floats:
    return np.pad(table, ((0, 0), (0, labels - table.shape[1])))
