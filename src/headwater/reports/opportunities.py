"""Opportunities: the deals by stage and by their lead's source, with the pipeline's total."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.words import DateBasis
from headwater.reports.compose import Feed, compose, total_of
from headwater.reports.definition import Definition
from headwater.reports.dimensions import DEAL_NAMES, ORIGIN_NAMES, PERIOD_NAMES, Stream
from headwater.reports.grouping import grouped, wanted
from headwater.reports.metrics import OPPORTUNITY_METRICS
from headwater.reports.report import Report, header
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source, ask, statement
from headwater.reports.state import rebuild_state
from headwater.reports.tabulate import Shape, tabulate

DIMENSIONS: Final = (*DEAL_NAMES, "status", "lost_reason", *ORIGIN_NAMES, *PERIOD_NAMES)


def _when(status: str, then: str) -> str:
    return f"case when dated_deals.status = '{status}' then {then} end"


_WEIGHTED: Final = (
    "cast(round(dated_deals.value_minor * coalesce(dated_deals.probability, 0)) as bigint)"
)
_VALUE: Final = "dated_deals.value_minor"

DEALS: Final = Feed(
    Stream.DEALS,
    at="dated_deals.reported_at",
    label="dated_deals.place",
    is_balanced=True,
    measures={
        "deals": "1",
        "deal_value": _VALUE,
        "weighted_value": _when("open", _WEIGHTED),
        "unweighted": _when("open", "case when dated_deals.probability is null then 1 end"),
        "open": _when("open", "1"),
        "won": _when("won", "1"),
        "lost": _when("lost", "1"),
        "open_value": _when("open", _VALUE),
        "won_value": _when("won", _VALUE),
        "lost_value": _when("lost", _VALUE),
    },
)
_SUMS: Final = {name: total_of(name) for name in DEALS.measures if name != "deal_value"} | {
    "value": total_of("deal_value"),
    "closed": total_of("coalesce(won, 0) + coalesce(lost, 0)"),
    "closed_value": total_of("coalesce(won_value, 0) + coalesce(lost_value, 0)"),
}


def make(source: Source, request: ReportRequest) -> Report:
    """Return the deals; the date basis `touch` means nothing here: opportunity stands in."""
    by = wanted(request, OPPORTUNITIES.default_by, OPPORTUNITIES.dimensions)
    grouping = replace(
        grouped(source, request, by, _SUMS), ctes={"dated_deals": statement("dated_deals")}
    )
    groups = compose((DEALS,), grouping).ask(source)
    totals = ask(source, "deal_totals", grouping.params).to_pylist()[0]
    shape = Shape(
        name=OPPORTUNITIES.name,
        title=OPPORTUNITIES.title,
        dimensions=by,
        metrics=OPPORTUNITY_METRICS,
        totals=totals,
        order=("value", "deals"),
        summed=frozenset(_SUMS),
    )
    shown = replace(request, date_basis=_basis(request.date_basis))
    said = header(shown, rebuild_state(source), _notes(request, groups))
    return tabulate(groups, shape, request, said)


def _basis(asked: DateBasis) -> DateBasis:
    return DateBasis.OPPORTUNITY if asked is DateBasis.TOUCH else asked


def _notes(request: ReportRequest, groups: pa.Table) -> tuple[str, ...]:
    notes = ["the source is that recorded with the lead; no model takes part"]
    if request.date_basis is DateBasis.TOUCH:
        notes.append("a deal without an opportunity date is dated by its creation or close")
    total = groups.filter(pc.equal(groups.column("is_total"), 1))
    unweighted = pc.sum(total.column("unweighted")).as_py()
    if unweighted:
        notes.append(f"open deals without a probability, which weigh nothing: {unweighted}")
    return tuple(notes)


OPPORTUNITIES: Final = Definition(
    name="opportunities",
    title="Opportunities by stage and source",
    question="What is in the pipeline, at which stage, and where did it come from?",
    default_by=("stage", "source"),
    dimensions=DIMENSIONS,
    metrics=OPPORTUNITY_METRICS,
    make=make,
)
