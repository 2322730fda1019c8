"""Credit from a table of paths by sums alone: no path is kept, or looked for among others.

For rule-based models, Markov of order 1 and Shapley, whose counts add up, where no interval is
asked for. The figures are those of `learnt` on counted paths, but for the rounding of sums that
are taken in another order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from headwater.attribution.arrays import Ints, spread_ranges, taken
from headwater.attribution.data_driven.additive import Additive, ByChannel, additive
from headwater.attribution.data_driven.counts import NOTHING, Batch, PathCounts
from headwater.attribution.data_driven.estimators import Credit, Flag
from headwater.attribution.data_driven.families import Estimator
from headwater.attribution.data_driven.path_rows import PathRows
from headwater.attribution.data_driven.results import Result
from headwater.attribution.data_driven.rules import check_rule, touches_of
from headwater.attribution.learning import Learnt
from headwater.attribution.models import Model
from headwater.attribution.naming import NamedModel, rules
from headwater.attribution.paths import Paths
from headwater.attribution.sums import Labelled, sums


@dataclass(frozen=True, slots=True)
class Summed:
    """What sums gave: the results, what all of them share, and how many null paths there were.

    `null_paths` counts those of a touch or more that models learnt from.
    """

    shared: PathCounts
    found: Learnt
    null_paths: float


def add_up(models: Sequence[NamedModel]) -> bool:
    """Return whether sums are enough for all of these models."""
    return len(rules(models)) + len(_learners(models)) == len(models)


def summed(rows: PathRows, models: Sequence[NamedModel], *, nulls: bool) -> Summed:
    """Return the credit of models that `add_up`, from one pass over the paths.

    `nulls`: whether those who did not convert are learnt from. Raises InputError, BadRow.
    """
    # Value that nobody's conversion brought flows through no chain: no effect is left of it.
    odd = (rows.amounts[1] < 0) | ((rows.amounts[0] <= 0) & (rows.amounts[1] != 0))
    sums_of = _Sums.of(models, refunds=bool(odd.any()))
    null_paths = 0.0
    names: tuple[str, ...] = ()
    for batch in rows.batches():
        null_paths += float(batch.amounts[2].sum())
        names = tuple(rows.codes.codes)
        sums_of.add(batch, names, nulls=nulls)
    assumed = {Flag.NO_NULLS} if not null_paths else set() if nulls else {Flag.NULLS_LEFT_OUT}
    shared = set() if rows.has_values else {Flag.NO_VALUES}
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    credit = sums_of.credit(len(names))
    results = []
    for label in (one.label for one in models):
        found = credit[label]
        flags = {*found.flags, *shared, *(assumed if label in sums_of.learners else ())}
        by_name = Credit(found.conversions[order], found.values[order])
        results.append(Result(label, by_name, flags, None))
    return Summed(_outline(rows, names), Learnt(results, {}), null_paths if nulls else 0.0)


@dataclass(frozen=True, slots=True)
class _Sums:
    """The sums of each model so far, by its label."""

    rules: Sequence[Model]
    credited: Sequence[ByChannel]
    """Of each rule."""
    learners: Mapping[str, Additive]

    @classmethod
    def of(cls, models: Sequence[NamedModel], *, refunds: bool) -> _Sums:
        each = rules(models)
        for one in each:
            check_rule(one)
        return cls(each, [ByChannel() for _ in each], _learners(models, refunds=refunds))

    def add(self, batch: Batch, names: tuple[str, ...], *, nulls: bool) -> None:
        """Take in paths whose items are numbers of these names."""
        if self.rules:
            self._add_to_rules(_earning(batch), names)
        if self.learners and not nulls:
            amounts = batch.amounts.copy()
            amounts[2] = 0.0
            batch = replace(batch, amounts=amounts)
        for one in self.learners.values():
            one.add(batch, len(names))

    def _add_to_rules(self, batch: Batch, names: tuple[str, ...]) -> None:
        if not batch.lengths.size:
            return
        starts = np.cumsum(batch.lengths) - batch.lengths
        paths = Paths(touches_of(batch.items, names), starts, batch.lengths, {})
        conversions, values = batch.amounts[:2]
        amounts = (None if (conversions == 1.0).all() else conversions, values)
        found = sums(self.rules, Labelled(paths, amounts, batch.items, len(names)))
        for index, one in enumerate(self.credited):
            one.add(found[:, index])

    def credit(self, channels: int) -> dict[str, Credit]:
        """Return each model's credit by the number of the channel."""
        found = {
            one.label: Credit(*so_far.wide(channels))
            for one, so_far in zip(self.rules, self.credited, strict=True)
        }
        return found | {label: one.credit(channels) for label, one in self.learners.items()}


def _learners(models: Sequence[NamedModel], *, refunds: bool = True) -> dict[str, Additive]:
    """Return empty sums for each model that learns from sums."""
    found = {}
    for one in models:
        if isinstance(one, Estimator):
            empty = additive(one, refunds=refunds)
            if empty is not None:
                found[one.label] = empty
    return found


def _earning(batch: Batch) -> Batch:
    """Return the paths that have something to be credited; rules read no others."""
    some = np.flatnonzero(batch.amounts[:2].any(axis=0))
    if some.size == batch.lengths.size:
        return batch
    starts = (np.cumsum(batch.lengths) - batch.lengths)[some]
    lengths = batch.lengths[some]
    items: Ints = taken(batch.items, spread_ranges(starts, lengths))
    return Batch(items, lengths, batch.amounts[:, some])


def _outline(rows: PathRows, names: Sequence[str]) -> PathCounts:
    counts = PathCounts.of(NOTHING, [], rows.untouched(), rows.credited(), rows.has_values)
    return replace(counts, channels=tuple(sorted(names)))
