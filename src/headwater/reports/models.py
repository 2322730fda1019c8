"""Models side by side: the same conversions, credited by each model in a column of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pyarrow as pa

from headwater.domain.errors import UnknownName
from headwater.reports import learned
from headwater.reports.channels import DIMENSIONS, SHARES, aggregates, totals
from headwater.reports.compose import compose
from headwater.reports.definition import Definition
from headwater.reports.dimensions import Dimension
from headwater.reports.grouping import grouped, wanted
from headwater.reports.metrics import CHANNEL_METRICS, CREDITED_METRICS, Metric
from headwater.reports.report import Amount, Report, header
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source, statement
from headwater.reports.state import credits_for, models_at_hand, rebuild_state
from headwater.reports.tabulate import Shape, tabulate


def make(source: Source, request: ReportRequest) -> Report:
    """Return one column per model of `request.metric`, which must be a credited sum."""
    if request.metric not in CREDITED_METRICS:
        raise UnknownName("metric to compare models by", request.metric, CREDITED_METRICS)
    by = wanted(request, MODELS_SIDE_BY_SIDE.default_by, MODELS_SIDE_BY_SIDE.dimensions)
    models = request.models or models_at_hand(source, request.lookback)
    credits_table = credits_for(source, models, request.lookback)
    groups = {
        model: _credited(source, replace(request, model=model), by, credits_table)
        for model in models
    }
    title = CHANNEL_METRICS[request.metric].title
    total = totals(source, request)[request.metric]
    shape = Shape(
        name=MODELS_SIDE_BY_SIDE.name,
        title=f"{MODELS_SIDE_BY_SIDE.title}: {title}",
        dimensions=by,
        metrics={model: _column(model, request.metric) for model in models},
        totals=dict.fromkeys(models, total),
        order=models[:1],
        summed=frozenset(models),
    )
    told = learned.notes(source, models, request)
    said = header(replace(request, model=", ".join(models)), rebuild_state(source), told)
    return tabulate(_side_by_side(groups), shape, request, said)


def _column(model: str, metric: str) -> Metric:
    kind = CHANNEL_METRICS[metric].kind
    return Metric(model, model, f"{metric} as credited by {model}", kind, (model,))


def _credited(
    source: Source,
    request: ReportRequest,
    by: tuple[Dimension, ...],
    credits_table: Mapping[str, pa.Table],
) -> pa.Table:
    sums = {"amount": aggregates(request)[CREDITED_METRICS[request.metric]]}
    grouping = grouped(source, request, by, sums)
    grouping = replace(
        grouping,
        ctes={"shares": statement("shares")},
        tables={**grouping.tables, **credits_table},
    )
    return compose((SHARES,), grouping).ask(source)


def _side_by_side(groups: Mapping[str, pa.Table]) -> pa.Table:
    """Return one row per group found under any model; a model that lacks it gives it 0."""
    first = next(iter(groups.values()))
    keys = [name for name in first.column_names if name != "amount"]
    nothing: dict[str, Amount] = dict.fromkeys(groups, 0)
    merged: dict[tuple[object, ...], dict[str, Amount]] = {}
    for model, rows in groups.items():
        cells = (rows.column(name).to_pylist() for name in keys)
        amounts = rows.column("amount").to_pylist()
        for amount, *key in zip(amounts, *cells, strict=True):
            merged.setdefault(tuple(key), dict(nothing))[model] = amount
    columns = [[key[place] for key in merged] for place in range(len(keys))]
    columns += [[row[model] for row in merged.values()] for model in groups]
    schema = pa.schema(
        [*(first.schema.field(name) for name in keys)]
        + [(model, first.schema.field("amount").type) for model in groups]
    )
    return pa.table(columns, schema=schema)


MODELS_SIDE_BY_SIDE: Final = Definition(
    name="models",
    title="Models side by side",
    question="How much does each channel's credit depend on the model?",
    default_by=("channel",),
    dimensions=DIMENSIONS,
    metrics={name: CHANNEL_METRICS[name] for name in CREDITED_METRICS},
    make=make,
)
