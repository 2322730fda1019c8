"""Incrementality: what would not have been without each channel, and the rest.

The incremental model has a row `(baseline)`, and a channel may come out below 0. No touch can
be credited with either, so its runs are not a model among others in the reports of credit: they
are shown here, whole, with what weakens them, and set against all conversions known by now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa

from headwater.attribution.model_runs import is_incremental
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.times import from_micros
from headwater.domain.words import BASELINE, NO_TOUCH, ConversionKind
from headwater.reports.compose import LEFT_OUT
from headwater.reports.definition import Definition
from headwater.reports.grouping import wanted
from headwater.reports.metrics import INCREMENTAL_METRICS
from headwater.reports.report import Report, header
from headwater.reports.request import ReportRequest, RevenueFrom
from headwater.reports.source import Source, ask
from headwater.reports.state import rebuild_state
from headwater.reports.tabulate import Shape, tabulate

MODEL: Final = "incremental"
SINCE: Final = "(since the run)"
"""The row of conversions that came, or went, after the run had learned."""
_CAVEAT: Final = (
    "intervals tell chance, not bias: people who meet a channel because they want to buy look "
    "like its effect, and only exposure by chance or a holdout test tells the two apart"
)
_KINDS: Final = {
    "leads": ConversionKind.LEAD,
    "opportunities": ConversionKind.OPPORTUNITY,
    "won": ConversionKind.WON,
    "orders": ConversionKind.ORDER,
}
_REVENUE: Final = "revenue"
_SPECIAL: Final = (BASELINE, NO_TOUCH)
_SUMMED: Final = ("conversions", "amount")


@dataclass(frozen=True, slots=True)
class IncrementalRun:
    """The newest run of one incremental model for one kind of conversion.

    `conversions` are those with a touch that it learned from, `null_paths` the persons who did
    not convert; `conversions_now` and `value_now` (minor units) are all creditable ones by now.
    `flags` are sentences on what it took for granted. Times are microseconds UTC.
    """

    run_id: str
    model: str
    lookback: str
    watermark: int
    replicates: int
    finished_at: int
    conversions: float
    null_paths: int
    flags: str
    conversions_now: float
    value_now: int


def runs(source: Source, request: ReportRequest) -> tuple[IncrementalRun, ...]:
    """Return the incremental models learned for what `request.metric` counts, by name."""
    found = ask(source, "incremental_runs", {"kind": _kind(request).value}).to_pylist()
    return tuple(IncrementalRun(**row) for row in found)


def make(source: Source, request: ReportRequest) -> Report:
    """Return the run of the conversions that `request.metric` counts, over all dates.

    Raises InputError where that was not learned, saying what to run, and for dates and
    filters, which a run knows nothing of.
    """
    by = wanted(request, INCREMENTALITY.default_by, INCREMENTALITY.dimensions)
    if request.from_ or request.to or request.filters:
        raise InputError(
            "The incremental model learns from everybody at once, so this report has no dates "
            "and no filters. Leave out --from, --to and --filter."
        )
    kind = _kind(request)
    model = request.model if is_incremental(request.model) else MODEL
    run = _run(runs(source, request), model, kind)
    rows = ask(source, "incremental_results", {"run_id": run.run_id}).to_pylist()
    shape = Shape(
        name=INCREMENTALITY.name,
        title=f"{INCREMENTALITY.title}: {kind.value}",
        dimensions=by,
        metrics=INCREMENTAL_METRICS,
        totals={"conversions": run.conversions_now, "amount": run.value_now},
        order=("conversions",),
        summed=frozenset(_SUMMED),
    )
    said = header(request, rebuild_state(source), _notes(run))
    said = replace(said, model=model, lookback=run.lookback, date_basis="none")
    return tabulate(_groups(rows, run), shape, request, said)


def _kind(request: ReportRequest) -> ConversionKind:
    if request.metric == _REVENUE:
        is_deals = request.revenue is RevenueFrom.DEALS
        return ConversionKind.WON if is_deals else ConversionKind.ORDER
    if request.metric not in _KINDS:
        raise UnknownName("metric of incrementality", request.metric, (*_KINDS, _REVENUE))
    return _KINDS[request.metric]


def _run(found: tuple[IncrementalRun, ...], model: str, kind: ConversionKind) -> IncrementalRun:
    for run in found:
        if run.model == model:
            return run
    has = ", ".join(one.model for one in found)
    raise InputError(
        f"The model '{model}' has not been learned for the conversions '{kind.value}'. Run "
        f"`headwater models run --model '{model}' --kind {kind.value}`, or name it in the "
        f"setting data_driven_models.{f' Learned so far: {has}.' if has else ''}"
    )


def _groups(rows: list[dict[str, Any]], run: IncrementalRun) -> pa.Table:
    """Return the rows as `tabulate` takes them: channels, special rows, and all together."""
    found = [
        {**row, "d0": row["channel"], "rank": int(row["channel"] in _SPECIAL), "is_total": 0}
        for row in rows
    ]
    now = {"conversions": run.conversions_now, "amount": run.value_now}
    since = {name: now[name] - sum(row[name] for row in rows) for name in _SUMMED}
    if abs(since["conversions"]) > 1e-6 or since["amount"]:
        found.append({"d0": SINCE, "rank": LEFT_OUT, "is_total": 0, **since})
    found.append({"d0": None, "rank": 0, "is_total": 1, **now})
    for row in found:
        row["with_touch"] = run.conversions
    return pa.Table.from_pylist(found, _SCHEMA)


_SCHEMA: Final = pa.schema(
    [
        ("is_total", pa.int64()),
        ("rank", pa.int64()),
        ("d0", pa.string()),
        ("amount", pa.int64()),
        ("amount_low", pa.int64()),
        ("amount_high", pa.int64()),
        ("cautions", pa.string()),
        *(
            (name, pa.float64())
            for name in (
                *("conversions", "conversions_low", "conversions_high", "with_touch"),
                *("removed", "removed_low", "removed_high", "effect", "effect_error"),
                *("exposed_persons", "exposed_conversions"),
            )
        ),
    ]
)


def _notes(run: IncrementalRun) -> tuple[str, ...]:
    when = from_micros(run.finished_at).strftime("%Y-%m-%d %H:%M")
    told = [
        f"learned {when} UTC from {run.conversions:,.0f} conversions with a touch and "
        f"{run.null_paths:,} persons without, facts up to {run.watermark}",
        *(one for one in run.flags.split("; ") if one),
        _CAVEAT,
    ]
    return tuple(told)


INCREMENTALITY: Final = Definition(
    name="incrementality",
    title="Incrementality",
    question="What would not have been without each channel, and what would have come anyway?",
    default_by=("channel",),
    dimensions=("channel",),
    metrics=INCREMENTAL_METRICS,
    make=make,
)
