"""Models side by side: the same conversions, credited by each model in a column of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa

from headwater.domain.errors import UnknownName
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
from headwater.reports.tabulate import Row, Shape, tabulate


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
    said = header(replace(request, model=", ".join(models)), rebuild_state(source))
    return tabulate(_side_by_side(groups, len(by)), shape, request, said)


def _column(model: str, metric: str) -> Metric:
    kind = CHANNEL_METRICS[metric].kind
    return Metric(model, model, f"{metric} as credited by {model}", kind, (model,))


def _credited(
    source: Source,
    request: ReportRequest,
    by: tuple[Dimension, ...],
    credits_table: Mapping[str, pa.Table],
) -> list[Row]:
    sums = {"amount": aggregates(request)[CREDITED_METRICS[request.metric]]}
    grouping = grouped(source, request, by, sums)
    grouping = replace(
        grouping,
        ctes={"shares": statement("shares")},
        tables={**grouping.tables, **credits_table},
    )
    rows: list[Row] = compose((SHARES,), grouping).ask(source).to_pylist()
    return rows


def _side_by_side(groups: Mapping[str, Sequence[Row]], depth: int) -> list[Row]:
    """Return one row per group found under any model; a model that lacks it gives it 0."""
    keys = ["is_total", "rank", *(f"d{place}" for place in range(depth))]
    merged: dict[tuple[object, ...], Row] = {}
    nothing: dict[str, Amount] = dict.fromkeys(groups, 0)
    for model, rows in groups.items():
        for row in rows:
            key = tuple(row[name] for name in keys)
            one = merged.setdefault(key, dict(zip(keys, key, strict=True)) | nothing)
            one[model] = row["amount"]
    return list(merged.values())


MODELS_SIDE_BY_SIDE: Final = Definition(
    name="models",
    title="Models side by side",
    question="How much does each channel's credit depend on the model?",
    default_by=("channel",),
    dimensions=DIMENSIONS,
    metrics={name: CHANNEL_METRICS[name] for name in CREDITED_METRICS},
    make=make,
)
