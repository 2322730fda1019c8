"""Channel performance: what each channel, source, campaign, keyword or page brought and cost.

Sessions are dated by their start, spend by the spend date, credit by the request's date
basis. The rows of credit add up to the leads, deals and orders themselves, whatever the model
and the dates: see docs/howto/read-a-report.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.words import DateBasis
from headwater.reports import learned
from headwater.reports.compose import Feed, compose, total_of
from headwater.reports.definition import Definition
from headwater.reports.dimensions import DEAL_NAMES, ORIGIN_NAMES, PERIOD_NAMES, Stream
from headwater.reports.grouping import grouped, wanted
from headwater.reports.metrics import CHANNEL_METRICS, CREDITED, CREDITED_METRICS
from headwater.reports.report import Amount, Report, header
from headwater.reports.request import ReportRequest, RevenueFrom
from headwater.reports.source import Source, ask, statement
from headwater.reports.state import credits_for, rebuild_state
from headwater.reports.tabulate import Shape, tabulate

DIMENSIONS: Final = (
    *ORIGIN_NAMES,
    "self_reported",
    "kind",
    "device",
    "new_vs_returning",
    *DEAL_NAMES,
    *PERIOD_NAMES,
)

NOT_ONE_COHORT: Final = "spend and sales are not the same cohort"

_IN_RANGE: Final = "{at} >= $from_at and {at} < $to_at"


def _credited(kind: str, extra: str = "") -> str:
    return (
        f"case when shares.kind = '{kind}'{extra} then shares.weight * shares.counts else 0 end"
    )


def _value(kind: str) -> str:
    return f"case when shares.kind = '{kind}' then shares.credited_minor end"


SHARES: Final = Feed(
    Stream.SHARES,
    at="shares.reported_at",
    label="shares.place",
    is_balanced=True,
    measures={
        "leads": _credited("lead"),
        "opportunities": _credited("opportunity"),
        "won": _credited("won"),
        "new_customers": _credited("won", " and shares.customer = 'new'"),
        "won_value": _value("won"),
        "orders": _credited("order"),
        "order_value": _value("order"),
    },
)
SESSIONS: Final = Feed(
    Stream.SESSIONS,
    at="sessions.started_at",
    where=_IN_RANGE.format(at="sessions.started_at"),
    measures={"sessions": "1", "visitor_id": "sessions.visitor_id"},
)
SPEND: Final = Feed(
    Stream.SPEND,
    at="spend_days.spent_at",
    where=_IN_RANGE.format(at="spend_days.spent_at"),
    measures={
        "impressions": "spend_days.impressions",
        "clicks": "spend_days.clicks",
        "cost": "case when spend_days.excluded is null then spend_days.cost_minor end",
    },
)


def aggregates(request: ReportRequest) -> Mapping[str, str]:
    """Return how each measure of a channel report adds up."""
    shared = {
        name: total_of(name, "bigint" if name.endswith("_value") else "double")
        for name in CREDITED
    }
    return {
        **shared,
        "revenue": shared[revenue_measure(request)],
        "sessions": total_of("sessions"),
        "visitors": "count(distinct visitor_id)",
        "impressions": total_of("impressions"),
        "clicks": total_of("clicks"),
        "cost": total_of("cost"),
    }


def revenue_measure(request: ReportRequest) -> str:
    """Return the credited measure that `revenue` stands for."""
    return "won_value" if request.revenue is RevenueFrom.DEALS else "order_value"


def make(source: Source, request: ReportRequest) -> Report:
    """Return channel performance by the request's dimensions."""
    by = wanted(request, CHANNELS.default_by, CHANNELS.dimensions)
    sums = aggregates(request)
    grouping = grouped(source, request, by, sums)
    grouping = replace(
        grouping,
        ctes={"shares": statement("shares")},
        tables={
            **grouping.tables,
            **credits_for(source, (request.model,), request.lookback),
        },
    )
    groups = _blanked(compose((SHARES, SESSIONS, SPEND), grouping).ask(source))
    shape = Shape(
        name=CHANNELS.name,
        title=CHANNELS.title,
        dimensions=by,
        metrics=CHANNEL_METRICS,
        totals=totals(source, request),
        order=("revenue", "won", "leads", "sessions", "cost"),
        summed=frozenset(sums) - {"visitors"},
    )
    told = (*_notes(source, request), *learned.notes(source, (request.model,), request))
    said = header(request, rebuild_state(source), told)
    return tabulate(groups, shape, request, said)


def totals(source: Source, request: ReportRequest) -> dict[str, Amount]:
    """Return what each credited metric must add up to, from leads, deals and orders."""
    params = grouped(source, request, (), {}).params
    row = ask(source, "totals", params).to_pylist()[0]
    row["revenue"] = row[revenue_measure(request)]
    return {name: row[measure] for name, measure in CREDITED_METRICS.items()}


def _blanked(groups: pa.Table) -> pa.Table:
    """Blank sessions and spend in the special rows: a share without a touch has none."""
    is_special = pc.greater(pc.fill_null(groups.column("rank"), 0), 0)
    for name in ("sessions", "visitors", "impressions", "clicks", "cost"):
        cells = groups.column(name)
        blanked = pc.if_else(is_special, pa.scalar(None, cells.type), cells)
        groups = groups.set_column(groups.column_names.index(name), name, blanked)
    return groups


def _notes(source: Source, request: ReportRequest) -> tuple[str, ...]:
    notes = [] if request.date_basis is DateBasis.TOUCH else [NOT_ONE_COHORT]
    left_out: pa.Table = ask(source, "spend_left_out", grouped(source, request, (), {}).params)
    notes += [
        f"rows of spend left without a cost: {row['spend_rows']} ({row['excluded']})"
        for row in sorted(left_out.to_pylist(), key=lambda row: str(row["excluded"]))
    ]
    return tuple(notes)


CHANNELS: Final = Definition(
    name="channels",
    title="Channel performance",
    question="What did each channel bring, and what did it cost?",
    default_by=("channel",),
    dimensions=DIMENSIONS,
    metrics=CHANNEL_METRICS,
    make=make,
)
