"""Lead sources: what became of the leads, by the source recorded with their first capture.

A cohort report: a lead counts on its own date, and its deals and orders count with it however
late they came. No model takes part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from headwater.domain.words import DateBasis
from headwater.reports.compose import Feed, compose, total_of
from headwater.reports.definition import Definition
from headwater.reports.dimensions import ORIGIN_NAMES, PERIOD_NAMES, Stream
from headwater.reports.grouping import grouped, wanted
from headwater.reports.metrics import LEAD_SOURCE_METRICS
from headwater.reports.report import Amount, Report, header
from headwater.reports.request import ReportRequest, RevenueFrom
from headwater.reports.source import Source, ask, statement
from headwater.reports.state import rebuild_state
from headwater.reports.tabulate import Shape, tabulate

NOTES: Final = (
    "the source is that recorded with the lead; no model takes part",
    "deals and orders count with their lead's date, however late they came",
)

COHORTS: Final = Feed(
    Stream.COHORTS,
    at="cohorts.lead_at",
    label="cohorts.place",
    is_balanced=True,
    measures={
        name: f"cohorts.{name}"
        for name in (
            "lead_count",
            "qualified_count",
            "won_count",
            "won_minor",
            "selling_count",
            "order_count",
            "order_minor",
            "days_to_won",
        )
    },
)


def make(source: Source, request: ReportRequest) -> Report:
    """Return the cohorts of leads by source; the dates are those of the leads."""
    by = wanted(request, LEAD_SOURCES.default_by, LEAD_SOURCES.dimensions)
    is_deals = request.revenue is RevenueFrom.DEALS
    sums = {
        "leads": total_of("lead_count"),
        "qualified": total_of("qualified_count"),
        "won": total_of("won_count"),
        "selling_deals": total_of("selling_count"),
        "orders": total_of("order_count"),
        "revenue": total_of("won_minor" if is_deals else "order_minor"),
    }
    median = "percentile_cont(0.5) within group (order by days_to_won)"
    grouping = replace(
        grouped(source, request, by, {**sums, "median_days_to_won": median}),
        ctes={"cohorts": statement("cohorts")},
    )
    groups = compose((COHORTS,), grouping).ask(source)
    shape = Shape(
        name=LEAD_SOURCES.name,
        title=LEAD_SOURCES.title,
        dimensions=by,
        metrics=LEAD_SOURCE_METRICS,
        totals=_totals(source, is_deals),
        order=("leads", "won"),
        summed=frozenset(sums),
    )
    shown = replace(request, date_basis=DateBasis.LEAD)
    said = header(shown, rebuild_state(source), NOTES)
    return tabulate(groups, shape, request, said)


def _totals(source: Source, is_deals: bool) -> dict[str, Amount]:
    row = ask(source, "lead_source_totals").to_pylist()[0]
    row["revenue"] = row["won_value" if is_deals else "order_value"]
    return {name: row[name] for name in ("leads", "won", "orders", "revenue")}


LEAD_SOURCES: Final = Definition(
    name="lead-sources",
    title="Leads by their recorded source",
    question="What became of the leads of each source, and how fast?",
    default_by=("source",),
    dimensions=(*ORIGIN_NAMES, "self_reported", *PERIOD_NAMES),
    metrics=LEAD_SOURCE_METRICS,
    make=make,
)
