"""Data-driven models as reports know them: the runs in use, and what they found by channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from headwater.attribution.data_driven import is_data_driven
from headwater.attribution.model_runs import ChannelResult, canonical, is_incremental
from headwater.domain.errors import InputError
from headwater.domain.times import from_micros, parse_span
from headwater.domain.words import ConversionKind
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source, ask

_NAMES: Final = {
    ConversionKind.LEAD: "leads",
    ConversionKind.OPPORTUNITY: "opportunities",
    ConversionKind.WON: "won deals",
    ConversionKind.ORDER: "orders",
}
_HALF: Final = 0.05
"""Gaps below this are shown as 0.0, so nothing is said of them."""


@dataclass(frozen=True, slots=True)
class RunInUse:
    """The run by which a model credits one kind of conversion. Times are microseconds UTC.

    `conversions_now` are all creditable conversions by now; `newer` those that the run has
    not seen and that are credited with what it learned.
    """

    model: str
    kind: ConversionKind
    run_id: str
    lookback: str
    watermark: int
    rule_version: str
    replicates: int
    finished_at: int
    paths: int
    conversions: float
    untouched: float
    value_minor: int
    null_paths: int
    gap_conversions: float
    gap_minor: float
    flags: tuple[str, ...]
    conversions_now: float
    channels: tuple[ChannelResult, ...]

    @property
    def newer(self) -> float:
        """How many conversions came after the run."""
        return max(self.conversions_now - self.conversions - self.untouched, 0.0)


def runs_in_use(source: Source) -> tuple[RunInUse, ...]:
    """Return the runs that reports credit by, in the order of models and kinds."""
    found: dict[tuple[str, str], list[ChannelResult]] = {}
    for row in ask(source, "run_results").to_pylist():
        found.setdefault((row["model"], row["kind"]), []).append(ChannelResult(**row))
    order = list(ConversionKind)
    runs = [
        _run(row, tuple(found.get((row["model"], row["kind"]), ())))
        for row in ask(source, "runs_in_use").to_pylist()
    ]
    return tuple(sorted(runs, key=lambda one: (one.model, order.index(one.kind))))


def _run(row: dict[str, Any], channels: tuple[ChannelResult, ...]) -> RunInUse:
    kind = ConversionKind(row.pop("kind"))
    flags = tuple(flag for flag in row.pop("flags").split("; ") if flag)
    return RunInUse(kind=kind, flags=flags, channels=channels, **row)


def learned_models(source: Source) -> tuple[str, ...]:
    """Return the data-driven models that have been learned, by name."""
    return tuple(sorted(ask(source, "learned_models").column("model").to_pylist()))


def check_learned(models: Iterable[str], known: Iterable[str]) -> None:
    """Raise InputError for a data-driven model that was not learned, saying how it is."""
    there = set(known)
    for name in models:
        if is_data_driven(name) and name not in there:
            model = canonical(name)
            has = f" Learned so far: {', '.join(sorted(there))}." if there else ""
            raise InputError(
                f"The model '{model}' has not been learned yet. Run `headwater models run "
                f"--model '{model}'`; the app does so by itself for those in the setting "
                f"data_driven_models.{has}"
            )


def refuse_incremental(models: Iterable[str]) -> None:
    """Raise InputError for the incremental model where touches are credited."""
    for name in models:
        if is_incremental(name):
            raise InputError(
                f"The model '{name}' has a baseline and credits no touches, so it is a report "
                f"of its own. Run `headwater models run --model '{name}'`, then `headwater "
                f"report incrementality --model '{name}' --metric leads` (or opportunities, "
                "won, orders)."
            )


def notes(source: Source, models: Iterable[str], request: ReportRequest) -> tuple[str, ...]:
    """Return in words what the data-driven models among these were learned from."""
    named = [name for name in models if is_data_driven(name)]
    if not named:
        return ()
    runs = runs_in_use(source)
    return tuple(
        note
        for name in named
        for note in _told([one for one in runs if one.model == name], request)
    )


def _told(runs: list[RunInUse], request: ReportRequest) -> list[str]:
    told = []
    for run in runs:
        what = _NAMES[run.kind]
        when = from_micros(run.finished_at).strftime("%Y-%m-%d %H:%M")
        text = (
            f"{run.model}, {what}: learned {when} UTC from {run.conversions:,.0f} of them and "
            f"{run.null_paths:,} persons without, facts up to {run.watermark}"
        )
        if run.newer:
            text += f"; {run.newer:,.0f} newer ones are credited with what was learned then"
        if run.flags:
            text += f"; {', '.join(run.flags)}"
        told.append(text)
        if run.gap_conversions >= _HALF:
            told.append(
                f"{run.model}, {what}: {run.gap_conversions:,.1f} are with another channel "
                "than the model has them, because their paths hold no other"
            )
        if parse_span(run.lookback) != request.lookback:
            told.append(f"{run.model}, {what}: learned with a lookback of {run.lookback}")
    missing = [_NAMES[kind] for kind in ConversionKind if kind not in {r.kind for r in runs}]
    if runs and missing:
        told.append(
            f"{runs[0].model}: not learned for {', '.join(missing)}; these are shared evenly "
            "among the channels of each path"
        )
    return told
