"""One run: from counted paths to credit by channel, its intervals and its factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Floats
from headwater.attribution.data_driven import (
    Bootstrap,
    Flag,
    PathCounts,
    credit_by_channel,
    removal_effects,
)
from headwater.attribution.data_driven.families import chosen
from headwater.attribution.data_driven.markov import Markov
from headwater.attribution.incremental import Finely
from headwater.attribution.model_runs.allocation import Factors, Sets, fit_factors
from headwater.attribution.model_runs.increments import Increments
from headwater.attribution.model_runs.labels import is_incremental
from headwater.attribution.model_runs.records import (
    ChannelEffect,
    ChannelResult,
    ModelRun,
    Setting,
)
from headwater.domain.errors import InputError
from headwater.domain.times import now_micros

REPLICATES: Final = 1000
"""What intervals are made of where each replicate costs little."""
_FEWEST_REPLICATES: Final = 200
_MOST_DRAWS: Final = 30_000_000
"""Distinct paths times replicates: intervals of one model then take some seconds."""
_MOST_WORK: Final = 1e10
"""Sums and products of all replicates: some seconds, too."""
_NOISE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Learned:
    """A run and what it found of each channel; no channels where it failed."""

    run: ModelRun
    results: tuple[ChannelResult, ...]
    effects: tuple[ChannelEffect, ...] = ()
    """Of the incremental model."""


class _Bounded(NamedTuple):
    """An amount by channel with its bounds, None where none could be drawn."""

    amounts: Floats
    low: list[float | None]
    high: list[float | None]


class Lesson:
    """Counted paths of one kind of conversion, from which several models learn.

    `finely` counts the same paths by campaign, which the incremental model learns from.
    """

    def __init__(self, counts: PathCounts, finely: Callable[[], Finely] | None = None) -> None:
        self.counts = counts
        self._finely = finely

    @cached_property
    def _sets(self) -> Sets:
        return Sets.of(self.counts)

    def replicates(self, model: str) -> int:
        """Return how many replicates its intervals are made of: fewer where each costs much."""
        most = min(REPLICATES, _MOST_DRAWS // max(self.counts.lengths.size, 1))
        if not is_incremental(model):
            (one,) = chosen([model], 1)
            if isinstance(one, Markov):
                most = min(most, int(_MOST_WORK / max(self._work(one), 1.0)))
        return max(most, _FEWEST_REPLICATES)

    def _work(self, model: Markov) -> float:
        try:
            return model.fit(self.counts).work
        except InputError:  # it has no run, which says why
            return 0.0

    def learn(self, setting: Setting) -> Learned:
        """Return the run; one that cannot be made has its reason in `run.error`."""
        if is_incremental(setting.model):
            return self._learn_incremental(setting)
        started_at = now_micros()
        try:
            table, effects = self._ask(setting)
        except InputError as error:
            return Learned(self._run(setting, started_at, error=str(error)), ())
        conversions = _bounded(table, "conversions")
        values = _bounded(table, "value_minor")
        shares = self._fit(conversions.amounts, values.amounts)
        results = _results(setting, table, (conversions, values), effects, shares)
        gaps = [
            float(np.abs(one.reached - wanted.amounts).sum() / 2)
            for one, wanted in zip(shares, (conversions, values), strict=True)
        ]
        run = self._run(setting, started_at, flags=_flags(table, self.counts), gaps=gaps)
        return Learned(run, results)

    def _learn_incremental(self, setting: Setting) -> Learned:
        started_at = now_micros()
        try:
            found = Increments.learn(
                self.counts, self._finely() if self._finely else None, setting
            )
        except InputError as error:
            return Learned(self._run(setting, started_at, error=str(error)), ())
        run = self._run(setting, started_at, flags=found.flags)
        return Learned(run, found.results, found.effects)

    def _ask(self, setting: Setting) -> tuple[pa.Table, pa.Table | None]:
        bootstrap = Bootstrap(setting.replicates, setting.seed)
        table = credit_by_channel(self.counts, [setting.model], bootstrap=bootstrap)
        (model,) = chosen([setting.model], 1)
        if not isinstance(model, Markov):
            return table, None
        return table, removal_effects(self.counts, model.order)

    def _fit(self, conversions: Floats, values: Floats) -> tuple[Factors, Factors]:
        by_count = fit_factors(self._sets, self.counts.conversions, conversions)
        if not self.counts.values.any():
            return by_count, Factors(by_count.factors, np.zeros(values.size))
        return by_count, fit_factors(self._sets, self.counts.values, values)

    def _run(
        self,
        setting: Setting,
        started_at: int,
        *,
        flags: str = "",
        gaps: list[float] | None = None,
        error: str = "",
    ) -> ModelRun:
        counts = self.counts
        gap_conversions, gap_minor = gaps or (0.0, 0.0)
        return ModelRun(
            run_id=setting.run_id,
            model=setting.model,
            kind=setting.kind.value,
            lookback=setting.lookback,
            watermark=setting.watermark,
            rule_version=setting.rule_version,
            settings_version=setting.settings_version,
            code_version=setting.code_version,
            replicates=setting.replicates,
            seed=setting.seed,
            started_at=started_at,
            finished_at=now_micros(),
            paths=int(counts.lengths.size),
            conversions=float(counts.conversions.sum()),
            untouched=float(counts.untouched.conversions),
            value_minor=int(counts.minor or 0),
            null_paths=round(float(counts.nulls.sum())),
            gap_conversions=gap_conversions,
            gap_minor=gap_minor,
            flags=flags,
            error=error,
        )


def learn(counts: PathCounts, setting: Setting) -> Learned:
    """Return one model's run over counted paths."""
    return Lesson(counts).learn(setting)


def _bounded(table: pa.Table, name: str) -> _Bounded:
    """Return a column by channel; the last row, `(no touch)`, is none."""
    amounts = table.column(name).to_numpy()[:-1].astype(np.float64)
    low, high = (table.column(f"{name}_{end}").to_pylist()[:-1] for end in ("low", "high"))
    return _Bounded(amounts, low, high)


def _results(
    setting: Setting,
    table: pa.Table,
    amounts: tuple[_Bounded, _Bounded],
    effects: pa.Table | None,
    shares: tuple[Factors, Factors],
) -> tuple[ChannelResult, ...]:
    conversions, values = amounts
    by_count, by_value = shares
    units = table.column("value_minor").to_pylist()
    flags = table.column("flags").to_pylist()
    lost = effects.to_pylist() if effects is not None else []
    return tuple(
        ChannelResult(
            run_id=setting.run_id,
            model=setting.model,
            kind=setting.kind.value,
            channel=channel,
            conversions=float(conversions.amounts[at]),
            conversions_low=conversions.low[at],
            conversions_high=conversions.high[at],
            value_minor=units[at],
            value_low_minor=_whole(values.low[at]),
            value_high_minor=_whole(values.high[at]),
            removal_conversions=lost[at]["removal_conversions"] if lost else None,
            removal_value=lost[at]["removal_value"] if lost else None,
            credited_conversions=float(by_count.reached[at]),
            credited_minor=float(by_value.reached[at]),
            factor=float(by_count.factors[at]),
            value_factor=float(by_value.factors[at]),
            too_few=Flag.TOO_FEW.value in flags[at],
        )
        for at, channel in enumerate(table.column("channel").to_pylist()[:-1])
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _flags(table: pa.Table, counts: PathCounts) -> str:
    """Return what holds of the whole run: not that one channel's figures are weak."""
    told = {flag for flags in table.column("flags").to_pylist() for flag in flags}
    told.discard(Flag.TOO_FEW.value)
    if not counts.values.any() and not counts.minor:
        # Leads are worth nothing by themselves; that weakens no figure.
        told.discard(Flag.NO_VALUES.value)
    if counts.conversions.sum() <= _NOISE:
        told.add("no conversions")
    return "; ".join(sorted(told))
