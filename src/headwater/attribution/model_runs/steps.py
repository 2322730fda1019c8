"""What runs ask the warehouse to keep: the runs in use, and the credit that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import pyarrow as pa

from headwater.attribution.model_runs.crediting import (
    RUN_CREDIT_SCHEMA,
    credit_by_runs,
    factors_of,
)
from headwater.attribution.model_runs.labels import is_incremental
from headwater.attribution.model_runs.pathways import Tables
from headwater.attribution.model_runs.records import EFFECT_SCHEMA
from headwater.warehouse.sql import load
from headwater.warehouse.steps import PythonStep, Reader, Renewal, Scope, SqlStep, Step

ALL_CREDITS: Final = load("attribution", "all_credits")
TABLES: Final = ("model_runs", "model_results", "model_effects", "model_credits")


@dataclass(frozen=True, slots=True)
class RunsInUse:
    """The newest runs, one per model and kind: rows of `ModelRun` and `ChannelResult`.

    `effects` are the rows of `ChannelEffect` of those of the incremental model.
    """

    runs: pa.Table
    results: pa.Table
    effects: pa.Table = field(default_factory=EFFECT_SCHEMA.empty_table)

    @property
    def models(self) -> tuple[str, ...]:
        """The models that have a run by which touches are credited."""
        found = dict.fromkeys(self.runs.column("model").to_pylist())
        return tuple(name for name in found if not is_incremental(name))

    @property
    def version(self) -> str:
        """A text that changes with the runs in use; empty for none."""
        return " ".join(sorted(self.runs.column("run_id").to_pylist()))


def run_steps(
    stage: Sequence[Step], in_use: RunsInUse, lookback: int | None
) -> tuple[Step, ...]:
    """Return the steps that follow those of the attribution stage.

    Learned credit is renewed for the same persons, from the same tables, as rule-based.
    """
    (by_rule,) = (
        one for one in stage if isinstance(one, PythonStep) and one.table == "credits"
    )
    touches, conversions = by_rule.reads
    make = partial(_credits, in_use=in_use, reading=(touches, conversions), lookback=lookback)
    whole = Renewal(scope=Scope.WHOLE)
    return (
        PythonStep("model_runs", (), lambda _reader: in_use.runs, whole),
        PythonStep("model_results", (), lambda _reader: in_use.results, whole),
        PythonStep("model_effects", (), lambda _reader: in_use.effects, whole),
        PythonStep("model_credits", by_rule.reads, make, by_rule.renewal),
        SqlStep(ALL_CREDITS, Renewal(scope=Scope.STORED_VIEW)),
    )


def _credits(
    reader: Reader, in_use: RunsInUse, reading: tuple[str, str], lookback: int | None
) -> pa.Table:
    if not in_use.models:
        return RUN_CREDIT_SCHEMA.empty_table()
    touches, conversions = reading
    return credit_by_runs(
        reader.query(f"from {touches} order by person_id, touched_at, touch_id"),
        reader.query(f"from {conversions} order by conversion_id"),
        in_use.models,
        factors_of(in_use.results),
        lookback,
    )


def credits_now(
    tables: Tables, models: Sequence[str], results: pa.Table, lookback: int | None
) -> pa.Table:
    """Return the credit of every creditable conversion that runs of `results` give."""
    if not models:
        return RUN_CREDIT_SCHEMA.empty_table()
    touches = tables.query(load("attribution", "credited_touches").text)
    conversions = tables.query(load("attribution", "credited_conversions").text)
    return credit_by_runs(touches, conversions, models, factors_of(results), lookback)
