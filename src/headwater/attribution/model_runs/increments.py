"""A run of the incremental model: what each channel added, and what would have come anyway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from headwater.attribution.data_driven import Bootstrap, PathCounts
from headwater.attribution.data_driven.estimators import Flag
from headwater.attribution.data_driven.families import called
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
    def learn(cls, counts: PathCounts, setting: Setting) -> Increments:
        """Learn the model that the setting names; InputError where it cannot be learned."""
        model = incremental_model(setting.model, called(setting.model)[1])
        found = model.learn(counts, Bootstrap(setting.replicates, setting.seed))
        rows = found.table.to_pylist()
        effects = {row["channel"]: row for row in _effects(found.effects)}
        total = float(counts.conversions.sum())
        return cls(
            tuple(_result(setting, row, total) for row in rows),
            tuple(_effect(setting, row, effects.get(row["channel"], {})) for row in rows),
            "; ".join(found.told),
        )


def _effects(table: pa.Table | None) -> Iterator[dict[str, Any]]:
    yield from table.to_pylist() if table is not None else ()


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


def _effect(setting: Setting, row: dict[str, Any], learned: dict[str, Any]) -> ChannelEffect:
    return ChannelEffect(
        run_id=setting.run_id,
        model=setting.model,
        kind=setting.kind.value,
        channel=row["channel"],
        effect=learned.get("effect"),
        effect_error=learned.get("error"),
        exposed_persons=learned.get("exposed_persons"),
        exposed_conversions=learned.get("exposed_conversions"),
        removed=row["removed"],
        removed_low=row["removed_low"],
        removed_high=row["removed_high"],
        cautions="; ".join(row["flags"]),
    )
