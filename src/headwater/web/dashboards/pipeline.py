"""Opportunities by stage and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.domain.errors import UnknownName
from headwater.domain.words import DateBasis
from headwater.reports import Filter
from headwater.web import house, words
from headwater.web.dashboards import asks, balances, controls, courses, files, flows, tables
from headwater.web.dashboards.asks import Ask
from headwater.web.dashboards.files import Tab
from headwater.web.dashboards.periods import Period

DIMENSIONS = (
    "stage",
    "channel",
    "source",
    "campaign",
    "owner",
    "product",
    "region",
    "lost_reason",
)
COLUMNS = (
    "deals",
    "value",
    "open",
    "open_value",
    "weighted_value",
    "won",
    "won_value",
    "lost",
    "win_rate",
    "win_rate_by_value",
)


@require_safe
def opportunities(request: HttpRequest) -> HttpResponse:
    """Show what is in the pipeline, at which stage, and where it came from."""
    if not house.has_tables():
        return render(request, "dashboards/empty.html")
    ask = asks.read(request.GET, Period.MONTHS_12)
    by = dimension(ask)
    basis = ask.request.date_basis
    if basis is DateBasis.TOUCH:
        basis = DateBasis.OPPORTUNITY
    asked = replace(ask.request, by=(by,), date_basis=basis, limit=200)
    made = house.report("opportunities", asked)
    bases = {name: str(title) for name, title in words.BASES.items() if name not in _NOT_HERE}
    context = {
        "ask": ask,
        "report": made,
        "table": tables.table(made, _look(ask, by)),
        "verdict": balances.verdict(made, ("deals", "value")),
        "exports": files.offered("opportunities", ask, by=by, date_basis=basis.value),
        "flow": flows.channels_to_outcome(ask),
        "by": _tabs(ask, by),
        "crumbs": _crumbs(ask),
        "periods": controls.periods(ask, _("Period")),
        "controls": (controls.choice("date_basis", _("Counted on"), bases, basis.value),),
        "kept": ask.kept("by", "filter", "sort"),
        "basis_name": str(words.BASES[basis.value]),
        "days": courses.days_text(ask.days) if ask.days else "",
    }
    return render(request, "dashboards/opportunities.html", context)


_NOT_HERE = {"touch", "payment"}


def dimension(ask: Ask) -> str:
    """Return what the rows are."""
    name = ask.request.by[0] if ask.request.by else _level(ask)
    if name not in DIMENSIONS:
        raise UnknownName("dimension of this screen", name, DIMENSIONS)
    return name


def _level(ask: Ask) -> str:
    named = {one.dimension for one in ask.request.filters}
    return next(
        (name for name in ("stage", "channel", "source", "campaign") if name not in named),
        "owner",
    )


def _look(ask: Ask, by: str) -> tables.Look:
    page = reverse("opportunities")
    sort = ask.request.sort

    def sort_address(key: str, is_descending: bool) -> str:
        return f"{page}?{ask.ordered(key, is_descending)}"

    def row_address(row: Mapping[str, object]) -> str:
        pick = Filter(by, str(row[by]))
        return f"{page}?{ask.filtered((*ask.request.filters, pick), by=None, sort=None)}"

    return tables.Look(
        columns=COLUMNS,
        barred="value",
        sort_address=sort_address,
        sorted_by=sort.column if sort else "value",
        is_descending=sort.is_descending if sort else True,
        row_address=row_address,
    )


def _tabs(ask: Ask, here: str) -> tuple[Tab, ...]:
    page = reverse("opportunities")
    return tuple(
        Tab(words.dimension(name), f"{page}?{ask.query(by=name, sort=None)}", name == here)
        for name in DIMENSIONS
    )


def _crumbs(ask: Ask) -> tuple[Tab, ...]:
    page = reverse("opportunities")
    filters = ask.request.filters
    steps = [
        Tab(_("All opportunities"), f"{page}?{ask.filtered((), by=None, sort=None)}", False)
    ]
    for place, one in enumerate(filters, start=1):
        query = ask.filtered(filters[:place], by=None, sort=None)
        name = f"{words.dimension(one.dimension)}: {words.value(one.value)}"
        steps.append(Tab(name, "" if place == len(filters) else f"{page}?{query}", False))
    return tuple(steps)
