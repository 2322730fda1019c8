"""The overview: headline numbers beside those of the period before, their course, the top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import pyarrow as pa

from headwater.reports.channels import CHANNELS, NOT_ONE_COHORT
from headwater.reports.compose import Feed, Grouping, compose, total_of
from headwater.reports.definition import Definition
from headwater.reports.dimensions import PERIOD_NAMES, Stream
from headwater.reports.grouping import grouped, wanted
from headwater.reports.metrics import OVERVIEW_METRICS, ColumnKind
from headwater.reports.opportunities import OPPORTUNITIES
from headwater.reports.periods import days_of
from headwater.reports.report import Amount, Report, header
from headwater.reports.request import Filter, ReportRequest, RevenueFrom
from headwater.reports.source import Source, ask, statement
from headwater.reports.state import rebuild_state
from headwater.reports.tabulate import Shape, tabulate

TOP_CHANNELS: Final = 8
DAILY_UP_TO: Final = 62
WEEKLY_UP_TO: Final = 370

HAPPENINGS: Final = Feed(
    Stream.HAPPENINGS,
    at="happenings.happened_at",
    where=(
        "happenings.happened_at is null"
        " or (happenings.happened_at >= $from_at and happenings.happened_at < $to_at)"
    ),
    label="case when happenings.happened_at is null then '(excluded: no date)' end",
    is_balanced=True,
    measures={
        name: f"happenings.{name}"
        for name in (
            "session_count",
            "cost_minor",
            "lead_count",
            "opportunity_count",
            "won_count",
            "won_minor",
            "order_count",
            "order_minor",
        )
    },
)


@dataclass(frozen=True, slots=True)
class Headline:
    """One number of the period and that of the equally long period before it."""

    key: str
    title: str
    kind: ColumnKind
    value: Amount | None
    previous: Amount | None

    @property
    def change(self) -> float | None:
        """How much it grew, 1 being 100 %; None where there was nothing before."""
        if self.value is None or not self.previous:
            return None
        return self.value / self.previous - 1


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows."""

    headlines: tuple[Headline, ...]
    series: Report
    channels: Report
    pipeline: Report


def overview(source: Source, request: ReportRequest) -> Overview:
    """Return headlines, their course by day, week or month, top channels and open pipeline.

    Everything in the headlines and the course counts on its own date: a session by its start,
    spend on the spend date, a lead when it came, a deal when it closed, an order when it was
    paid. The pipeline is as it stands now, whatever the dates.
    """
    course = make(source, request)
    before = _before(source, request)
    previous = make(source, before) if before else None
    channels = CHANNELS.make(source, replace(request, by=(), limit=TOP_CHANNELS))
    now = replace(
        request, by=("stage",), from_=None, to=None, filters=(Filter("status", "open"),)
    )
    return Overview(
        headlines=_headlines(course, previous),
        series=course,
        channels=channels,
        pipeline=OPPORTUNITIES.make(source, now),
    )


def make(source: Source, request: ReportRequest) -> Report:
    """Return the headline numbers by day, week or month, each on its own date."""
    by = wanted(request, (_unit(source, request),), OVERVIEW.dimensions)
    is_deals = request.revenue is RevenueFrom.DEALS
    sums = {
        "sessions": total_of("session_count"),
        "leads": total_of("lead_count"),
        "opportunities": total_of("opportunity_count"),
        "won": total_of("won_count"),
        "revenue": total_of("won_minor" if is_deals else "order_minor"),
        "orders": total_of("order_count"),
        "cost": total_of("cost_minor"),
    }
    grouping = replace(
        grouped(source, request, by, sums), ctes={"happenings": statement("happenings")}
    )
    groups = compose((HAPPENINGS,), grouping).ask(source)
    if len(by) == 1 and not request.filters:
        groups = pa.concat_tables([groups, _quiet(groups, grouping, by[0].name)])
    shape = Shape(
        name=OVERVIEW.name,
        title=OVERVIEW.title,
        dimensions=by,
        metrics=OVERVIEW_METRICS,
        totals=_totals(source, grouping.params, is_deals),
        order=(),
        summed=frozenset(sums),
    )
    said = header(
        request, rebuild_state(source), ("each number counts on its own date", NOT_ONE_COHORT)
    )
    return tabulate(groups, shape, request, replace(said, date_basis="own"))


def _quiet(groups: pa.Table, grouping: Grouping, unit: str) -> pa.Table:
    """Return the periods in which nothing happened, so that a chart has no gaps."""
    known = set(groups.column("d0").to_pylist())
    labels = dict.fromkeys(grouping.tables[f"periods_{unit}"].column("label").to_pylist())
    nothing: dict[str, object] = dict.fromkeys(grouping.aggregates, 0)
    rows = [
        {"is_total": 0, "rank": 0, "d0": label, **nothing}
        for label in labels
        if label not in known
    ]
    return pa.Table.from_pylist(rows, schema=groups.schema)


def _totals(source: Source, params: Mapping[str, object], is_deals: bool) -> dict[str, Amount]:
    row = ask(source, "headline_totals", params).to_pylist()[0]
    row["revenue"] = row.pop("won_value" if is_deals else "order_value")
    return {name: amount for name, amount in row.items() if name in OVERVIEW_METRICS}


def _unit(source: Source, request: ReportRequest) -> str:
    days = days_of(source, request)
    length = (days[1] - days[0]).days if days else 0
    if length <= DAILY_UP_TO:
        return "day"
    return "week" if length <= WEEKLY_UP_TO else "month"


def _before(source: Source, request: ReportRequest) -> ReportRequest | None:
    """Return the request for the equally long period just before; None without a start."""
    days = days_of(source, request) if request.from_ else None
    if days is None:
        return None
    length = days[1] - days[0] + timedelta(days=1)
    if days[0] - date.min <= length:
        return None
    return replace(request, from_=days[0] - length, to=days[0] - timedelta(days=1))


def _headlines(course: Report, previous: Report | None) -> tuple[Headline, ...]:
    now = course.total.to_pylist()[0]
    then = previous.total.to_pylist()[0] if previous else {}
    return tuple(
        Headline(one.key, one.title, one.kind, now[one.name], then.get(one.name))
        for one in course.columns
        if one.kind is not ColumnKind.TEXT
    )


OVERVIEW: Final = Definition(
    name="overview",
    title="Overview",
    question="How is it going, and what changed?",
    default_by=(),
    dimensions=PERIOD_NAMES,
    metrics=OVERVIEW_METRICS,
    make=make,
)
