"""Incrementality as a screen: what would not have been without each channel, beside credit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.attribution.model_runs import is_incremental
from headwater.domain.errors import UnknownName
from headwater.domain.times import parse_span
from headwater.reports import FORMATS, Report, ReportRequest
from headwater.reports.incrementality import IncrementalRun, runs
from headwater.web import formats, house, words
from headwater.web.dashboards import balances, controls, files, increments, learning
from headwater.web.dashboards.charts import Estimate, Estimates
from headwater.web.dashboards.files import Tab
from headwater.web.dashboards.increments import Increment

METRICS: Final = ("leads", "opportunities", "won", "revenue", "orders")
RULES: Final = ("last", "first")
_OPTIONS: Final = ("metric", "model")


@require_safe
def incrementality(request: HttpRequest) -> HttpResponse:
    """Show the newest run of the incremental model, or how to have one learned."""
    if not house.has_tables():
        return render(request, "dashboards/empty.html")
    asked = _asked(request)
    context: dict[str, Any] = {
        "choice": controls.choice(
            "metric",
            _("Conversion"),
            {name: words.metric(name) for name in METRICS},
            asked.metric,
        ),
        "learn_model": "incremental",
        "is_kept_learned": any(
            map(is_incremental, house.workspace().settings.data_driven_models)
        ),
        **learning.state(),
    }
    run = _run(asked)
    if run is not None:
        context |= _shown(replace(asked, model=run.model), run)
    return render(request, "dashboards/incrementality.html", context)


@require_safe
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Send the newest run as a file."""
    asked = _asked(request)
    run = _run(asked)
    made = house.report("incrementality", replace(asked, model=run.model) if run else asked)
    return files.attached(made, f"incrementality-{asked.metric}", file_format)


def _asked(request: HttpRequest) -> ReportRequest:
    for name in request.GET:
        if name not in _OPTIONS:
            raise UnknownName("option of this screen", name, _OPTIONS)
    metric = request.GET.get("metric") or METRICS[0]
    if metric not in METRICS:
        raise UnknownName("metric of incrementality", metric, METRICS)
    return replace(
        house.usual_request(), metric=metric, model=request.GET.get("model") or "incremental"
    )


def _run(asked: ReportRequest) -> IncrementalRun | None:
    """Return the run asked for; another one learned of these conversions where it is not."""
    found = house.remembered(
        ("incremental runs", asked.metric, asked.revenue),
        lambda: runs(house.workspace().warehouse, asked),
    )
    named = [run for run in found if run.model == asked.model]
    return next(iter((*named, *found)), None)


def _shown(asked: ReportRequest, run: IncrementalRun) -> dict[str, Any]:
    made = house.report("incrementality", asked)
    found = increments.of_report(
        made, _credited(asked, run), is_money=asked.metric == "revenue"
    )
    return {
        "report": made,
        "exports": _exports(asked),
        "chart": _chart(found),
        "found": found,
        "tiles": increments.tiles(found),
        "cautions": increments.cautions(found),
        "verdict": balances.verdict(made, ()),
        "facts": increments.facts(run),
        "learned_at": formats.moment(run.finished_at, house.zone()),
        "lookback_name": words.lookback(run.lookback),
        "metric_name": words.metric(asked.metric),
        "is_alone": run.model == "incremental",
        "model": run.model,
    }


def _exports(asked: ReportRequest) -> tuple[Tab, ...]:
    query = urlencode({"metric": asked.metric, "model": asked.model})
    return tuple(
        Tab(name.upper(), f"{reverse('incrementality-file', args=(name,))}?{query}", False)
        for name in FORMATS
    )


def _credited(asked: ReportRequest, run: IncrementalRun) -> Report:
    """Return what first and last touch credit, over all dates as the run is."""
    return house.report(
        "models",
        replace(
            asked,
            by=("channel",),
            models=RULES,
            model=RULES[0],
            lookback=parse_span(run.lookback),
        ),
    )


def _chart(found: tuple[Increment, ...]) -> Estimates | None:
    rows = [one for one in found if one.share is not None and one.rank == 0]
    if not rows:
        return None
    own = _("Would not have been without it")
    rules = tuple(words.model(name) for name in RULES)
    return Estimates(
        name="incrementality",
        title=_("Share of all conversions with a touch"),
        own=own,
        marks=rules,
        heads=(own, _("Likely between"), *rules),
        rows=tuple(
            Estimate(
                category=one.channel,
                hue=one.hue,
                share=one.share or 0.0,
                low=one.share_low,
                high=one.share_high,
                others=(one.last, one.first),
                shown=(
                    formats.percent(one.share),
                    one.share_interval,
                    *(formats.percent(other) for other in (one.last, one.first)),
                ),
            )
            for one in rows
        ),
    )
