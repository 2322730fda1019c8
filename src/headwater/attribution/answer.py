"""One request answered: a pass over the touches for all models, and the result's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.amounts import as_decimals, to_decimals
from headwater.attribution.clusters import NotInOrder
from headwater.attribution.conversions import Conversions
from headwater.attribution.credit import CREDIT_SCHEMA, batches_of
from headwater.attribution.data_driven.estimators import Credit
from headwater.attribution.data_driven.results import Result
from headwater.attribution.incremental import Findings
from headwater.attribution.intake import TOUCH_ID, Codebook, Job, Sparing, TouchInput, matched
from headwater.attribution.learning import Learning, Learnt
from headwater.attribution.models import IS_DIRECT
from headwater.attribution.naming import NamedModel
from headwater.attribution.outcome import Assumed, Attribution
from headwater.attribution.sources import Source, in_utc
from headwater.attribution.tallies import Tally
from headwater.domain.words import NO_TOUCH

_TIME: Final = "touched_at"


@dataclass(frozen=True, slots=True)
class Request:
    """All that was asked for; answered from one pass over the touches."""

    source: Source
    won: Conversions
    wanted: Sequence[NamedModel]
    job: Job
    learning: Callable[[], Learning]
    zoneless: set[str]

    def answer(self) -> Attribution:
        """Read the touches as they are stored; if out of order, again, to be sorted."""
        try:
            return self._answer(self._spared(), self._stored)
        except NotInOrder:
            if not self.source.repeats:
                raise
            return self._answer(self._in_memory(), self._in_memory)

    def _spared(self) -> TouchInput:
        """Return the touches without their ids, if these can be read where they matter."""
        names = self._columns()
        ids = self.source.aside(TOUCH_ID)
        if names is None or ids is None:
            return self._stored()
        rows = self.source.open([name for name in names if name != TOUCH_ID])
        if isinstance(rows, pa.Table):
            return self._stored()
        return in_utc(Sparing(rows, ids), _TIME, self.zoneless)

    def _stored(self) -> TouchInput:
        return in_utc(self.source.open(self._columns()), _TIME, self.zoneless)

    def _in_memory(self) -> TouchInput:
        return in_utc(self.source.whole(self._columns()), _TIME, self.zoneless)

    def _columns(self) -> list[str] | None:
        names = self.source.names
        return self.job.touch_columns(names) if names else None

    def _answer(self, touches: TouchInput, again: Callable[[], TouchInput]) -> Attribution:
        """Return what is found in the touches; `again` reads them for credit per touch."""
        groups, tally = Codebook(), Tally.empty(len(self.job.models))
        finer = Codebook() if self.job.learn_by else None
        parts = matched(touches, self.won.table, self.job, groups, finer)
        learning = self.learning()  # now that the conversions are known to be sound
        for part in parts:
            labels = len(groups.codes)
            tally = tally.plus(Tally.of(part, self.job, labels))
            learning.add(part, labels)
        names = list(groups.codes)
        called = self.job.learn_by or "", self.job.by or ""
        shared, learnt = learning.results(
            names,
            None if finer is None else lambda one: one.finely(names, list(finer.codes), called),
        )
        shared = replace(shared, channels=tuple(sorted(names)))
        found = Learnt([*self._rules(tally, names), *learnt.results], learnt.findings)
        with_bounds = bool(learning.models) and learning.bootstrap is not None
        table = found.credit(shared, self.wanted, with_bounds=with_bounds)
        return attribution(
            _in_amounts(table.rename_columns(self._named(table)), self.won.decimals),
            self._assumed(learning if learning.models else None),
            learnt.findings,
            partial(self._per_touch, again) if self.source.repeats else None,
        )

    def _named(self, table: pa.Table) -> list[str]:
        return [
            self.job.by or name if name == "channel" else name for name in table.column_names
        ]

    def _rules(self, tally: Tally, names: Sequence[str]) -> Iterator[Result]:
        order = sorted(range(len(names)), key=names.__getitem__)
        counts, units = tally.settled(len(names))
        for one, count, unit in zip(self.job.models, counts, units, strict=True):
            settled = [unit[place] for place in order]
            credit = Credit(count[order], np.array(settled, dtype=np.float64))
            yield Result(one.label, credit, set(), None, units=settled)

    def _assumed(self, learning: Learning | None) -> Assumed:
        told = learning.journeys if learning else None
        return Assumed(
            self.job.by or "",
            self.job.lookback,
            reset=self.job.reset,
            zoneless=tuple(sorted(self.zoneless)),
            direct_by_channel=bool(self.job.who_needs(IS_DIRECT))
            and IS_DIRECT not in self.source.names,
            null_paths=None if told is None else float(told.silent if told.nulls else 0),
        )

    def _per_touch(self, read: Callable[[], TouchInput]) -> pa.RecordBatchReader:
        batches = batches_of(read(), self.won.table, replace(self.job, by=None))
        made = (_batch_in_amounts(one, self.won.decimals) for one in batches)
        first = next(made, None)
        if first is None:
            return pa.RecordBatchReader.from_batches(CREDIT_SCHEMA, [])
        return pa.RecordBatchReader.from_batches(first.schema, chain([first], made))


def attribution(
    table: pa.Table,
    assumed: Assumed,
    findings: Mapping[str, Findings],
    again: Callable[[], pa.RecordBatchReader] | None = None,
) -> Attribution:
    """Return the result of a credit table, with its totals and all flags."""
    flags: dict[str, list[str]] = {}
    for model, row in zip(table["model"].to_pylist(), table["flags"].to_pylist(), strict=True):
        known = flags.setdefault(model, [])
        known += [flag for flag in row if flag not in known]
    told = {model: tuple(found) for model, found in flags.items() if found}
    learned = {label: one.told for label, one in findings.items()}
    assumed = replace(assumed, flags=told, learned=learned)
    return Attribution(table, _totals(table), assumed, findings, again)


def _totals(table: pa.Table) -> pa.Table:
    """Return a row per model: all of it, and what no touch could be credited with."""
    value = next(name for name in table.column_names if name.startswith("value"))
    labels = table.column(1)
    lonely = table.filter(pc.equal(labels, NO_TOUCH))
    sums: dict[str, list[object]] = {}
    rows = zip(
        *(table[name].to_pylist() for name in ("model", "conversions", value)), strict=True
    )
    for model, count, amount in rows:
        so_far = sums.setdefault(model, [0.0, amount - amount])
        so_far[0] += count
        so_far[1] += amount
    totals = list(zip(*sums.values(), strict=True))
    kind = table.schema.field(value).type
    return pa.table(
        {
            "model": pa.array(list(sums), pa.string()),
            "conversions": pa.array(totals[0], pa.float64()),
            value: pa.array(totals[1], kind),
            "untouched_conversions": lonely["conversions"],
            f"untouched_{value}": lonely[value],
        }
    )


def _in_amounts(table: pa.Table, decimals: int | None) -> pa.Table:
    """Return the table with whole units as amounts, where amounts came in."""
    if decimals is None:
        return table
    for place, name in enumerate(table.column_names):
        if name.startswith("value_minor"):
            amounts = to_decimals(table[name].to_pylist(), decimals)
            table = table.set_column(place, name.replace("value_minor", "value"), amounts)
    return table


def _batch_in_amounts(batch: pa.RecordBatch, decimals: int | None) -> pa.RecordBatch:
    if decimals is None:
        return batch
    place = batch.schema.get_field_index("value_minor")
    return batch.set_column(
        place, "value", as_decimals(batch.column(place).to_numpy(), decimals)
    )
