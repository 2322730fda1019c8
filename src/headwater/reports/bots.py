"""Bots: who they are, why they are taken for bots, and how much of what was seen they are.

They have no sessions, so that no other report counts them. The hits here and the events of the
sessions add up to everything that visitors sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pyarrow as pa

from headwater.domain.times import from_micros
from headwater.reports.compose import Feed, compose, total_of
from headwater.reports.definition import Definition
from headwater.reports.dimensions import PERIOD_NAMES, Stream
from headwater.reports.grouping import grouped, wanted
from headwater.reports.metrics import BOT_METRICS
from headwater.reports.report import Report, header
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source, ask, statement
from headwater.reports.state import rebuild_state
from headwater.reports.tabulate import Shape, tabulate

NOTES: Final = ("bots have no sessions and no credit; see docs/howto/bots.md",)
_MOMENTS: Final = ("first_seen", "last_seen")

VISITS: Final = Feed(
    Stream.BOTS,
    at="bot_visits.seen_at",
    where="bot_visits.seen_at >= $from_at and bot_visits.seen_at < $to_at",
    is_balanced=True,
    measures={
        "hits": "bot_visits.hits",
        "seen_at": "bot_visits.seen_at",
        "visitor_id": "bot_visits.visitor_id",
    },
)


def make(source: Source, request: ReportRequest) -> Report:
    """Return the bots by the request's dimensions, dated by when they came."""
    by = wanted(request, BOTS.default_by, BOTS.dimensions)
    sums = {
        "hits": total_of("hits"),
        "visitors": "count(distinct visitor_id)",
        "all_hits": "max(cast($all_hits as bigint))",
        "first_seen": "min(seen_at)",
        "last_seen": "max(seen_at)",
    }
    grouping = replace(
        grouped(source, _whole(source, request), by, sums),
        ctes={"bot_visits": statement("bot_visits")},
    )
    within = {name: grouping.params[name] for name in ("from_at", "to_at")}
    total = ask(source, "bot_totals", within).to_pylist()[0]
    grouping = replace(grouping, params={**grouping.params, "all_hits": total["all_hits"]})
    shape = Shape(
        name=BOTS.name,
        title=BOTS.title,
        dimensions=by,
        metrics=BOT_METRICS,
        totals={"hits": total["bot_hits"]},
        order=("hits",),
        summed=frozenset({"hits"}),
    )
    groups = _dated(compose((VISITS,), grouping).ask(source), request)
    said = header(request, rebuild_state(source), NOTES)
    return tabulate(groups, shape, request, replace(said, date_basis="own"))


def _whole(source: Source, request: ReportRequest) -> ReportRequest:
    """Fill open ends with the days on which robots came: other reports do not reach so far."""
    seen = ask(source, "bot_bounds").to_pylist()[0]
    if seen["first_at"] is None:
        return request
    first, last = (
        from_micros(seen[name]).astimezone(request.zone).date()
        for name in ("first_at", "last_at")
    )
    from_ = request.from_ or min(first, request.to or first)
    return replace(request, from_=from_, to=request.to or max(last, from_))


def _dated(groups: pa.Table, request: ReportRequest) -> pa.Table:
    """Write moments as minutes of the report's time zone."""
    for name in _MOMENTS:
        texts = [
            None
            if micros is None
            else from_micros(micros).astimezone(request.zone).strftime("%Y-%m-%d %H:%M")
            for micros in groups.column(name).to_pylist()
        ]
        place = groups.column_names.index(name)
        groups = groups.set_column(place, name, pa.array(texts, pa.string()))
    return groups


BOTS: Final = Definition(
    name="bots",
    title="Bots",
    question="Which robots came, why are they taken for robots, and how much were they?",
    default_by=("bot_reason", "bot_family"),
    dimensions=("bot_reason", "bot_family", "site", *PERIOD_NAMES),
    metrics=BOT_METRICS,
    make=make,
)
