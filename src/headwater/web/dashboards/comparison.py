"""Models side by side: how much each channel's figure depends on who is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.domain.errors import UnknownName
from headwater.reports import ColumnKind, Report
from headwater.reports.metrics import CREDITED_METRICS
from headwater.web import house, words
from headwater.web.dashboards import asks, balances, controls, courses, files, learning, tables
from headwater.web.dashboards.asks import Ask
from headwater.web.dashboards.charts import Chart, Series, major
from headwater.web.dashboards.learned import runs

_BESIDE: Final = ("first", "last", "linear")
_MOST_CHANNELS: Final = 8
_MOST_ROWS: Final = 200
_MODEL_HUES: Final[dict[str, int | str]] = {
    "first": 1,
    "last": 5,
    "linear": 6,
    "position": 4,
    "u_lead": 9,
    "w_shaped": 10,
    "full_path": 11,
    "time_decay": 3,
    "first_non_direct": 12,
    "last_non_direct": 7,
    "markov": 2,
    "shapley": 8,
    "leave_one_out": 0,
}


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """Show every model's figure for one conversion, by channel."""
    if not house.has_tables():
        return render(request, "dashboards/empty.html")
    ask = asks.read(request.GET)
    name = metric(ask)
    made = house.report(
        "models",
        replace(
            ask.request,
            metric=name,
            limit=_MOST_ROWS,
            by=ask.request.by or ("channel",),
        ),
    )
    keys = tuple(column.key for column in made.columns if column.kind is not ColumnKind.TEXT)
    metrics = {key: words.metric(key) for key in CREDITED_METRICS}
    context = {
        "ask": ask,
        "table": tables.table(made, _look(ask, keys)),
        "verdict": balances.verdict(made, ()),
        "report": made,
        "chart": _chart(made, keys, name, ask.request.currency),
        "periods": controls.periods(ask, _("Period")),
        "controls": (
            controls.choice("metric", _("Conversion"), metrics, name),
            controls.lookbacks(ask, _("Lookback")),
            controls.bases(ask, _("Counted on")),
        ),
        "kept": ask.kept("by", "filter", "sort"),
        "exports": files.offered("models", ask, by="channel", metric=name),
        "runs": runs(),
        **learning.state(),
        "basis_name": str(words.BASES[ask.request.date_basis.value]),
        "days": courses.days_text(ask.days) if ask.days else "",
    }
    return render(request, "dashboards/models.html", context)


def _look(ask: Ask, keys: tuple[str, ...]) -> tables.Look:
    page = reverse("models")
    sort = ask.request.sort

    def sort_address(key: str, is_descending: bool) -> str:
        return f"{page}?{ask.ordered(key, is_descending)}"

    return tables.Look(
        columns=keys,
        sort_address=sort_address,
        sorted_by=sort.column if sort else "",
        is_descending=sort.is_descending if sort else True,
    )


def metric(ask: Ask) -> str:
    """Return the conversion that is compared."""
    name = ask.get("metric", "revenue")
    if name not in CREDITED_METRICS:
        raise UnknownName("metric to compare models by", name, CREDITED_METRICS)
    return name


def by_model(ask: Ask) -> Chart | None:
    """Return the chosen model beside first, last and linear, for a channel report's rows."""
    name = metric(ask)
    by = ask.request.by[:1] or _level(ask)
    models = tuple(dict.fromkeys((ask.request.model, *_BESIDE)))
    request = replace(
        ask.request, by=by, metric=name, models=models, sort=None, limit=_MOST_CHANNELS
    )
    return _chart(house.report("models", request), models, name, ask.request.currency)


def _level(ask: Ask) -> tuple[str, ...]:
    named = {one.dimension for one in ask.request.filters}
    order = ("channel", "source", "campaign", "keyword", "landing_page")
    return (next((one for one in order if one not in named), order[-1]),)


def _chart(report: Report, models: tuple[str, ...], name: str, currency: str) -> Chart | None:
    key = report.columns[0].name
    ranked = zip(report.rows.to_pylist(), report.ranks, strict=True)
    rows = [row for row, rank in ranked if rank < 2 and any(row[one] for one in models)]
    rows = rows[: _MOST_CHANNELS + 1]
    if not rows:
        return None
    is_money = name in {"revenue", "order_revenue"}

    def scaled(value: float) -> float:
        return major(value, currency) if is_money else round(float(value), 2)

    kind = ColumnKind.MONEY if is_money else ColumnKind.COUNT
    return Chart(
        name="by-model",
        title=_("%(metric)s by model") % {"metric": words.metric(name)},
        kind="bars",
        categories=tuple(words.value(row[key]) for row in rows),
        series=tuple(
            Series(
                words.model(one),
                _MODEL_HUES.get(one, 8),
                tuple(scaled(row[one]) for row in rows),
            )
            for one in models
        ),
        currency=currency if is_money else "",
        shown=tuple(
            tuple(tables.figure(row[one], kind, currency) for one in models) for row in rows
        ),
    )
