"""What the last rebuild noted of itself, and the credits that a request needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from headwater.attribution import MODELS, credit, model
from headwater.domain.times import parse_span
from headwater.reports.source import Source, ask
from headwater.warehouse.sql import load


def rebuild_state(source: Source) -> dict[str, str]:
    """Return the notes of the last rebuild by name."""
    return {row["name"]: row["value"] for row in ask(source, "rebuild_state").to_pylist()}


def stored_models(source: Source, state: Mapping[str, str], lookback: int | None) -> list[str]:
    """Return the models whose credits are stored for this lookback."""
    if "lookback" not in state or parse_span(state["lookback"]) != lookback:
        return []
    return sorted(ask(source, "stored_models").column("model").to_pylist())


def credits_for(
    source: Source, models: Sequence[str], lookback: int | None
) -> Mapping[str, pa.Table]:
    """Return what to lay over the stored tables so that `credits` holds these models.

    Nothing where they are stored for this lookback; else they are computed now, over the
    touches of the persons who converted. UnknownName for a model that does not exist.
    """
    stored = stored_models(source, rebuild_state(source), lookback)
    if set(models) <= set(stored):
        return {}
    for name in models:
        model(name)
    return {"credits": credits_now(source, models, lookback)}


def models_at_hand(source: Source, lookback: int | None) -> tuple[str, ...]:
    """Return the models stored for this lookback; where there are none, the rule-based."""
    stored = stored_models(source, rebuild_state(source), lookback)
    usual = [name for name in MODELS if name in stored or not stored]
    return (*usual, *(name for name in stored if name not in MODELS))


def credits_now(source: Source, models: Sequence[str], lookback: int | None) -> pa.Table:
    """Return the credits of every conversion that is not excluded, by these models."""
    touches = source.query(load("attribution", "credited_touches").text)
    conversions = source.query(load("attribution", "credited_conversions").text)
    return credit(touches, conversions, models, lookback)
