"""Channel performance as a screen: drill from channel to page, export, compare models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from headwater import reports
from headwater.domain.errors import UnknownName
from headwater.domain.words import DateBasis
from headwater.reports import Column, Filter, Report, Sort
from headwater.reports.metrics import CREDITED_METRICS
from headwater.reports.report import span_text
from headwater.web import house, words
from headwater.web.dashboards import asks, balances, controls, courses, files, tables
from headwater.web.dashboards.asks import Ask
from headwater.web.dashboards.comparison import by_model
from headwater.web.dashboards.files import Tab
from headwater.web.dashboards.learned import learned

DRILL: Final = ("channel", "source", "campaign", "keyword", "landing_page")
MOST_ROWS: Final = 200

COLUMNS: Final = {
    "main": ("sessions", "leads", "opportunities", "won", "revenue", "cost", "cpl", "roas"),
    "ads": (
        "impressions",
        "clicks",
        "ctr",
        "cpc",
        "cost",
        "leads",
        "cpl",
        "revenue",
        "roas",
        "soc",
    ),
    "rates": (
        "sessions",
        "lead_conversion",
        "leads",
        "sales_conversion",
        "won",
        "absolute_conversion",
        "average_won",
        "revenue",
    ),
    "customers": (
        "won",
        "new_customers",
        "cost",
        "paid_cac",
        "orders",
        "order_revenue",
        "cpo",
        "romi",
    ),
}
_COLUMN_NAMES: Final = {
    "main": gettext_lazy("Performance"),
    "ads": gettext_lazy("Advertising"),
    "rates": gettext_lazy("Conversion"),
    "customers": gettext_lazy("Customers and orders"),
}
METRICS: Final = ("revenue", "won", "leads", "opportunities", "orders")


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the drill; the last has no address."""

    name: str
    address: str


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Show the report that the address asks for."""
    if not house.has_tables():
        return render(request, "dashboards/empty.html")
    ask = asks.read(request.GET)
    made = _report(ask)
    columns = _columns(ask)
    context = {
        "ask": ask,
        "report": made,
        "table": tables.table(made, _look(ask, columns)),
        "verdict": balances.verdict(
            made, tuple(key for key in columns if key in CREDITED_METRICS)
        ),
        "controls": _controls(ask),
        "periods": controls.periods(ask, _("Period")),
        "days": courses.days_text(ask.days) if ask.days else "",
        "crumbs": _crumbs(ask),
        "by": _by_tabs(ask),
        "tabs": _column_tabs(ask),
        "comparison": by_model(ask),
        "learned": learned(ask, metric(ask)),
        "exports": files.offered("channels", ask, by=dimension(ask)),
        "kept": ask.kept("by", "filter", "columns", "sort"),
        "notes": _notes(ask),
        "models_query": ask.query(by=None, sort=None, columns=None, model=None, filter=None),
        **printed(ask),
    }
    return render(request, "dashboards/channels.html", context)


@require_safe
def export(request: HttpRequest, name: str, file_format: str) -> HttpResponse:
    """Send a report of the registry as a file, exactly as asked for on its screen."""
    ask = asks.read(request.GET)
    if name not in reports.REPORTS:
        raise UnknownName("report", name, reports.REPORTS)
    span = f"-{ask.days.first}-{ask.days.last}" if ask.days else ""
    return files.attached(house.report(name, ask.request), f"{name}{span}", file_format)


def printed(ask: Ask) -> dict[str, str]:
    """Return what is printed under a report of credit, in words."""
    return {
        "model_name": words.model(ask.request.model),
        "lookback_name": words.lookback(span_text(ask.request.lookback)),
        "basis_name": str(words.BASES[ask.request.date_basis.value]),
    }


def _notes(ask: Ask) -> tuple[str, ...]:
    if ask.request.date_basis is DateBasis.TOUCH:
        return ()
    return (
        _(
            "Spend and sales are not the same cohort: cost counts on the day it was spent, "
            "sales on the date chosen."
        ),
    )


def dimension(ask: Ask) -> str:
    """Return what the rows are: as asked, else the next level below the filters."""
    if ask.request.by:
        return ask.request.by[0]
    named = {one.dimension for one in ask.request.filters}
    return next((name for name in DRILL if name not in named), DRILL[-1])


def _report(ask: Ask) -> Report:
    request = replace(ask.request, by=(dimension(ask),), limit=ask.request.limit or MOST_ROWS)
    return house.report("channels", request)


def metric(ask: Ask) -> str:
    """Return the conversion that the screen puts first."""
    name = ask.get("metric", METRICS[0])
    if name not in METRICS:
        raise UnknownName("metric of this screen", name, METRICS)
    return name


def _columns(ask: Ask) -> tuple[str, ...]:
    name = ask.get("columns", "main")
    if name not in COLUMNS:
        raise UnknownName("set of columns", name, COLUMNS)
    chosen = metric(ask)
    return COLUMNS[name] if chosen in COLUMNS[name] else (*COLUMNS[name], chosen)


def _look(ask: Ask, columns: tuple[str, ...]) -> tables.Look:
    sort = ask.request.sort or Sort("revenue")
    page = reverse("channels")
    behind = reverse("conversions")
    rows_are = dimension(ask)
    following = _following(ask, rows_are)

    def sort_address(key: str, is_descending: bool) -> str:
        return f"{page}?{ask.ordered(key, is_descending)}"

    def row_address(row: Mapping[str, object]) -> str:
        if not following:
            return ""
        pick = Filter(rows_are, str(row[rows_are]))
        query = ask.filtered((*ask.request.filters, pick), by=None, sort=None)
        return f"{page}?{query}"

    def deals(row: Mapping[str, object], column: Column) -> str:
        if column.key not in CREDITED_METRICS or row[rows_are] == "(other)":
            return ""
        return f"{behind}?{_behind(ask, rows_are, str(row[rows_are]), column.key)}"

    return tables.Look(
        columns=columns,
        barred=metric(ask),
        sort_address=sort_address,
        sorted_by=sort.column,
        is_descending=sort.is_descending,
        row_address=row_address,
        behind=deals if rows_are in DRILL else None,
    )


def _behind(ask: Ask, rows_are: str, value: str, key: str) -> str:
    options = {"by": None, "sort": None, "columns": None, "metric": key}
    if value == "(no touch)":
        return f"{ask.filtered(ask.request.filters, **options)}&place=%28no+touch%29"
    return ask.filtered((*ask.request.filters, Filter(rows_are, value)), **options)


def _following(ask: Ask, rows_are: str) -> str:
    """Return the level that a click on a row opens; empty at the last."""
    named = {one.dimension for one in ask.request.filters} | {rows_are}
    return next((name for name in DRILL if name not in named), "") if rows_are in DRILL else ""


def _controls(ask: Ask) -> tuple[controls.Choice, ...]:
    metrics = {name: words.metric(name) for name in METRICS}
    return (
        controls.models(ask, _("Model")),
        controls.lookbacks(ask, _("Lookback")),
        controls.bases(ask, _("Counted on")),
        controls.choice("metric", _("Conversion"), metrics, metric(ask)),
    )


def _crumbs(ask: Ask) -> tuple[Crumb, ...]:
    page = reverse("channels")
    filters = ask.request.filters
    steps = [Crumb(_("All channels"), f"{page}?{ask.filtered((), by=None, sort=None)}")]
    for place, one in enumerate(filters, start=1):
        is_last = place == len(filters)
        query = ask.filtered(filters[:place], by=None, sort=None)
        name = f"{words.dimension(one.dimension)}: {words.value(one.value)}"
        steps.append(Crumb(name, "" if is_last else f"{page}?{query}"))
    return tuple(steps)


def _by_tabs(ask: Ask) -> tuple[Tab, ...]:
    page, here = reverse("channels"), dimension(ask)
    named = {one.dimension for one in ask.request.filters}
    return tuple(
        Tab(words.dimension(name), f"{page}?{ask.query(by=name, sort=None)}", name == here)
        for name in (*DRILL, "self_reported", "device", "month")
        if name not in named or name == here
    )


def _column_tabs(ask: Ask) -> tuple[Tab, ...]:
    page, here = reverse("channels"), ask.get("columns", "main")
    return tuple(
        Tab(str(title), f"{page}?{ask.query(columns=name)}", name == here)
        for name, title in _COLUMN_NAMES.items()
    )
