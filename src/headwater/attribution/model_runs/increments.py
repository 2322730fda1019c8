"""A run of the incremental model: what each channel added, and what would have come anyway."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.attribution.data_driven import Bootstrap, PathCounts
from headwater.attribution.data_driven.estimators import Flag
from headwater.attribution.data_driven.families import called
from headwater.attribution.incremental import Finely
from headwater.attribution.incremental.named import incremental_model
from headwater.attribution.model_runs.records import ChannelEffect, ChannelResult, Setting


@dataclass(frozen=True, slots=True)
class Increments:
    """What a run found: rows of the channels, `(baseline)`, `(no touch)`, and what it rests on.

    Together the rows are all conversions and all value.
    """

    results: tuple[ChannelResult, ...]
    effects: tuple[ChannelEffect, ...]
    flags: str
    """Sentences, parted by semicolons."""

    @classmethod
    def learn(cls, counts: PathCounts, finely: Finely | None, setting: Setting) -> Increments:
        """Learn the model that the setting names; InputError where it cannot be learned.

        `counts` are of channels; effects are learned from `finely`, if given, and added up.
        """
        learner = incremental_model(setting.model, called(setting.model)[1])
        bootstrap = Bootstrap(setting.replicates, setting.seed)
        if finely is None:
            found = learner.learn(counts, bootstrap)
        else:
            found = learner.learn_finely(finely, bootstrap)
        rows = found.table.to_pylist()
        effects = _by_channel(found.effects)
        met = _met(counts)
        total = float(counts.conversions.sum())
        return cls(
            tuple(_result(setting, row, total) for row in rows),
            tuple(
                _effect(setting, row, effects.get(row["channel"]), met.get(row["channel"]))
                for row in rows
            ),
            "; ".join(found.told),
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    """An effect and its error, or the persons who met a channel and those who converted."""

    first: float
    second: float


def _by_channel(effects: pa.Table | None) -> dict[str, _Pair]:
    """Return each channel's mean effect by who met its labels, with its standard error."""
    sums: dict[str, list[float]] = {}
    for row in effects.to_pylist() if effects is not None else ():
        weight = row["exposed_persons"]
        of_channel = sums.setdefault(row["channel"], [0.0, 0.0, 0.0])
        of_channel[0] += weight
        of_channel[1] += weight * row["effect"]
        of_channel[2] += (weight * row["error"]) ** 2
    return {
        channel: _Pair(effect / weight, sqrt(square) / weight)
        for channel, (weight, effect, square) in sums.items()
        if weight
    }


def _met(counts: PathCounts) -> dict[str, _Pair]:
    """Return the persons who met each channel, and how many of them converted."""
    paths, channels, _ = counts.members
    won, lost = (
        np.bincount(channels, one[paths], len(counts.channels)).tolist()
        for one in (counts.conversions, counts.nulls)
    )
    return {
        name: _Pair(conversions + silent, conversions)
        for name, conversions, silent in zip(counts.channels, won, lost, strict=True)
    }


def _result(setting: Setting, row: dict[str, Any], total: float) -> ChannelResult:
    removed = row["removed"]
    return ChannelResult(
        run_id=setting.run_id,
        model=setting.model,
        kind=setting.kind.value,
        channel=row["channel"],
        conversions=row["conversions"],
        conversions_low=row["conversions_low"],
        conversions_high=row["conversions_high"],
        value_minor=row["value_minor"],
        value_low_minor=row["value_minor_low"],
        value_high_minor=row["value_minor_high"],
        removal_conversions=removed / total if removed is not None and total else None,
        removal_value=None,
        credited_conversions=0.0,
        credited_minor=0.0,
        factor=0.0,
        value_factor=0.0,
        too_few=Flag.TOO_FEW.value in row["flags"],
    )


def _effect(
    setting: Setting, row: dict[str, Any], learned: _Pair | None, met: _Pair | None
) -> ChannelEffect:
    return ChannelEffect(
        run_id=setting.run_id,
        model=setting.model,
        kind=setting.kind.value,
        channel=row["channel"],
        effect=learned.first if learned else None,
        effect_error=learned.second if learned else None,
        exposed_persons=met.first if met else None,
        exposed_conversions=met.second if met else None,
        removed=row["removed"],
        removed_low=row["removed_low"],
        removed_high=row["removed_high"],
        cautions="; ".join(row["flags"]),
    )
