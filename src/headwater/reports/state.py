"""What the last rebuild noted of itself, and the credits that a request needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from headwater.attribution import CREDIT_SCHEMA, MODELS, credit
from headwater.attribution.data_driven import is_data_driven
from headwater.attribution.data_driven.families import chosen
from headwater.attribution.model_runs import credit_by_runs, factors_of
from headwater.domain.times import parse_span
from headwater.reports.learned import check_learned, learned_models, refuse_incremental
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
    """Return what to lay over the stored tables so that `all_credits` holds these models.

    Nothing where they are stored for this lookback; else they are computed now, over the
    touches of the persons who converted, data-driven ones with what they have learned.
    UnknownName for a model that does not exist, InputError for one not learned yet.
    """
    stored = stored_models(source, rebuild_state(source), lookback)
    if set(models) <= set(stored):
        return {}
    rules, learned = parted(source, models)
    return {"all_credits": credits_now(source, (rules, learned), lookback)}


def parted(source: Source, models: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the rule-based and the data-driven ones; errors as for `credits_for`."""
    refuse_incremental(models)
    learned = [name for name in models if is_data_driven(name)]
    if learned:
        check_learned(learned, learned_models(source))
    rules = [name for name in models if name not in learned]
    if rules:
        chosen(rules, 1)
    return rules, learned


def models_at_hand(source: Source, lookback: int | None) -> tuple[str, ...]:
    """Return the models stored for this lookback, else the rule-based; then those learned."""
    learned = learned_models(source)
    stored = stored_models(source, rebuild_state(source), lookback)
    rules = [name for name in stored if name not in learned]
    usual = [name for name in MODELS if name in rules or not rules]
    return (*usual, *(name for name in rules if name not in MODELS), *learned)


def credits_now(
    source: Source, models: tuple[Sequence[str], Sequence[str]], lookback: int | None
) -> pa.Table:
    """Return the credits of every conversion that is not excluded, by rules and by runs."""
    touches = source.query(load("attribution", "credited_touches").text)
    conversions = source.query(load("attribution", "credited_conversions").text)
    return credits_of(source, (touches, conversions), models, lookback)


def credits_of(
    source: Source,
    paths: tuple[pa.Table, pa.Table],
    models: tuple[Sequence[str], Sequence[str]],
    lookback: int | None,
) -> pa.Table:
    """Return the credits of some touches and conversions, by rules and by runs."""
    rules, learned = models
    touches, conversions = paths
    parts = [CREDIT_SCHEMA.empty_table()]
    if rules:
        parts.append(credit(touches, conversions, rules, lookback))
    if learned:
        factors = factors_of(ask(source, "run_results"))
        found = credit_by_runs(touches, conversions, learned, factors, lookback)
        parts.append(found.select(CREDIT_SCHEMA.names))
    return pa.concat_tables(parts, promote_options="permissive")
