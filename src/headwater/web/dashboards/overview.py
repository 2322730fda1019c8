"""The first screen: how it is going, what changed, what to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.domain.words import DateBasis
from headwater.reports import ColumnKind, Filter, Headline, Report, RevenueFrom, Sort
from headwater.web import formats, house, words
from headwater.web.dashboards import asks, balances, controls, courses, flows, tables
from headwater.web.dashboards.asks import Ask
from headwater.web.dashboards.attention import notices
from headwater.web.dashboards.charts import Sparkline, sparkline

MOST_ROWS = 8
_FALLING_IS_NO_NEWS = frozenset({"cost", "sessions"})
"""Figures whose rise or fall is neither good nor bad by itself."""

_TILES = ("sessions", "leads", "opportunities", "won", "revenue", "cost", "cpl", "mer")
_WORSE_IF_UP = frozenset({"cpl"})
_LEADS_TO = {
    "leads": "leads",
    "opportunities": "opportunities",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure with its change and its course."""

    key: str
    name: str
    value: str
    exact: str
    change: formats.Change
    mood: str
    course: Sparkline | None
    address: str


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the overview, or what to do where there is no data yet."""
    if not house.has_tables():
        return render(request, "dashboards/empty.html")
    plain = asks.read(request.GET)
    ask = _on_own_dates(plain)
    if ask.days is None:
        return render(request, "dashboards/empty.html")
    made = house.overview(plain.request)
    every_channel = house.report("channels", replace(ask.request, by=("channel",)))
    by_channel = house.report(
        "channels", replace(ask.request, by=("channel",), sort=Sort("revenue"), limit=MOST_ROWS)
    )
    context = {
        "ask": ask,
        "periods": controls.periods(ask, _("Period")),
        "choices": (controls.models(ask, _("Model")),),
        "model_name": words.model(ask.request.model),
        "verdict": balances.verdict(by_channel, ("revenue", "won")),
        "kept": ask.kept("lookback"),
        "days": courses.days_text(ask.days),
        "before": courses.days_text(ask.days.before()),
        "tiles": tuple(
            _tile(one, made.series, ask) for one in made.headlines if one.key in _TILES
        ),
        "course": courses.revenue_by_channel(ask),
        "flow": flows.channels_to_outcome(ask),
        "pipeline": _pipeline(made.pipeline),
        "top": _top(by_channel, ask),
        "notices": notices(every_channel, ask),
    }
    return render(request, "dashboards/overview.html", context)


def _on_own_dates(ask: Ask) -> Ask:
    """Count sales on the day they were closed (or paid), as the headline figures do."""
    if ask.get("date_basis"):
        return ask
    is_deals = ask.request.revenue is RevenueFrom.DEALS
    basis = DateBasis.CLOSE if is_deals else DateBasis.PAYMENT
    request = replace(ask.request, date_basis=basis)
    return replace(ask, request=request, given=(*ask.given, ("date_basis", basis.value)))


def _tile(headline: Headline, course: Report, ask: Ask) -> Tile:
    currency = ask.request.currency
    change = formats.change(headline.value, headline.previous)
    is_money = headline.kind is ColumnKind.MONEY
    exact = tables.figure(headline.value, headline.kind, currency)
    view = _LEADS_TO.get(headline.key, "channels")
    return Tile(
        key=headline.key,
        name=words.metric(headline.key, headline.title),
        value=formats.short_money(headline.value, currency) if is_money else exact,
        exact=exact,
        change=change,
        mood=_mood(headline.key, change),
        course=sparkline(_values(course, headline.key)),
        address=f"{reverse(view)}?{_query(view, headline.key, ask)}",
    )


def _query(view: str, key: str, ask: Ask) -> str:
    if view == "leads":
        return ""
    metric = key if key in {"won", "revenue", "orders"} else None
    return ask.query(metric=metric) if view == "channels" else ask.query(model=None)


def _mood(key: str, change: formats.Change) -> str:
    if key in _FALLING_IS_NO_NEWS or change.direction == "same":
        return ""
    is_better = (change.direction == "up") != (key in _WORSE_IF_UP)
    return "good" if is_better else "bad"


def _values(course: Report, key: str) -> list[float]:
    """Return the ordinary rows' values of one column, in the order of time."""
    names = [column.name for column in course.columns if column.key == key]
    if not names:
        return []
    pairs = zip(course.rows.column(names[0]).to_pylist(), course.ranks, strict=True)
    return [float(value or 0) for value, rank in pairs if rank == 0]


def _pipeline(report: Report) -> tables.Table:
    stage_page = reverse("opportunities")
    return tables.table(
        report,
        tables.Look(
            columns=("open", "open_value"),
            barred="open_value",
            has_aside=False,
            row_address=lambda row: f"{stage_page}?period=all",
        ),
    )


def _top(report: Report, ask: Ask) -> tables.Table:
    return tables.table(
        report,
        tables.Look(
            columns=("sessions", "won", "revenue", "cost", "roas"),
            barred="revenue",
            row_address=lambda row: _channel_address(row, ask),
        ),
    )


def _channel_address(row: Mapping[str, object], ask: Ask) -> str:
    name = str(row["channel"])
    if name == "(other)":
        return f"{reverse('channels')}?{ask.query()}"
    return f"{reverse('channels')}?{ask.filtered((Filter('channel', name),))}"
