"""The first screen: how it is going, what changed, where revenue comes from, what to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.reports import ColumnKind, Filter, Headline, Report, Sort
from headwater.web import formats, house, words
from headwater.web.dashboards import asks, balances, controls, courses, flows, tables
from headwater.web.dashboards.asks import Ask
from headwater.web.dashboards.attention import notices
from headwater.web.dashboards.charts import Sparkline, sparkline

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
    ask = asks.read(request.GET)
    if ask.days is None:
        return render(request, "dashboards/empty.html")
    made = house.overview(ask.request)
    by_channel = house.report(
        "channels", replace(ask.request, by=("channel",), sort=Sort("revenue"))
    )
    context = {
        "ask": ask,
        "periods": controls.periods(ask, _("Period")),
        "choices": (controls.models(ask, _("Model")),),
        "model_name": words.model(ask.request.model),
        "verdict": balances.verdict(by_channel, ("revenue", "won", "leads")),
        "kept": ask.kept("lookback", "date_basis"),
        "days": courses.days_text(ask.days),
        "before": courses.days_text(ask.days.before()),
        "tiles": tuple(
            _tile(one, made.series, ask) for one in made.headlines if one.key in _TILES
        ),
        "course": courses.revenue_by_channel(ask),
        "flow": flows.channels_to_outcome(ask),
        "pipeline": _pipeline(made.pipeline),
        "top": _top(by_channel, ask),
        "notices": notices(by_channel, ask),
    }
    return render(request, "dashboards/overview.html", context)


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
            columns=("open", "open_value", "weighted_value"),
            barred="open_value",
            row_address=lambda row: f"{stage_page}?period=all",
        ),
    )


def _top(report: Report, ask: Ask) -> tables.Table:
    page = reverse("channels")
    return tables.table(
        report,
        tables.Look(
            columns=("sessions", "leads", "won", "revenue", "cost", "roas"),
            barred="revenue",
            row_address=lambda row: f"{page}?{ask.filtered((_is(row),))}",
        ),
    )


def _is(row: Mapping[str, object]) -> Filter:
    return Filter("channel", str(row["channel"]))
