"""What a data-driven model has learned, in words and figures: its runs, intervals and flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.attribution.data_driven import is_data_driven
from headwater.attribution.model_runs import ChannelResult
from headwater.domain.words import ConversionKind
from headwater.reports import RevenueFrom
from headwater.reports.learned import RunInUse
from headwater.reports.report import span_text
from headwater.web import formats, house, palette, words
from headwater.web.dashboards.asks import Ask

_KINDS: Final = {
    "leads": ConversionKind.LEAD,
    "opportunities": ConversionKind.OPPORTUNITY,
    "won": ConversionKind.WON,
    "new_customers": ConversionKind.WON,
    "orders": ConversionKind.ORDER,
    "order_revenue": ConversionKind.ORDER,
}
_MONEY: Final = frozenset({"revenue", "order_revenue"})
_KIND_NAMES: Final = {
    ConversionKind.LEAD: gettext_lazy("Leads"),
    ConversionKind.OPPORTUNITY: gettext_lazy("Opportunities"),
    ConversionKind.WON: gettext_lazy("Won deals"),
    ConversionKind.ORDER: gettext_lazy("Orders"),
}
_ABOUT: Final = {
    "markov": gettext_lazy(
        "What would be lost without each channel, by the paths of everybody who converted and "
        "everybody who did not."
    ),
    "shapley": gettext_lazy(
        "Each conversion is shared evenly among the different channels on its path."
    ),
    "leave_one_out": gettext_lazy(
        "How much more often people convert with a touch than on the same path without it."
    ),
}
_FLAGS: Final = {
    "no null paths": gettext_lazy("only people who converted are known"),
    "effects sum to 0: shared evenly": gettext_lazy("nothing to tell channels apart by"),
    "no interval: too much to compute": gettext_lazy("too large for intervals"),
    "no conversions": gettext_lazy("no conversions to learn from"),
    "negative credit": gettext_lazy("some channels lower the result"),
}
_SHOWN: Final = 0.05


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval on a scale from 0 to 100: where it begins, its length, the figure itself."""

    low: str
    length: str
    mark: str


@dataclass(frozen=True, slots=True)
class Line:
    """One channel: the model's own figure, how sure it is, and what reports show."""

    channel: str
    hue: int
    figure: str
    interval: str
    whisker: Whisker | None
    credited: str
    lost: str
    is_weak: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """One model's run for one kind of conversion."""

    title: str
    about: str
    facts: tuple[str, ...]
    remarks: tuple[str, ...]
    lines: tuple[Line, ...]
    has_lost: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One row of the list of runs in use."""

    model: str
    kind: str
    learned: str
    converted: str
    silent: str
    newer: str
    remarks: str


def kind_name(kind: ConversionKind) -> str:
    """Return what conversions of a kind are called together."""
    return str(_KIND_NAMES[kind])


def kind_of(metric: str, ask: Ask) -> ConversionKind:
    """Return the kind of conversion that a credited metric counts."""
    if metric == "revenue":
        is_deals = ask.request.revenue is RevenueFrom.DEALS
        return ConversionKind.WON if is_deals else ConversionKind.ORDER
    return _KINDS[metric]


def learned(ask: Ask, metric: str) -> Learned | None:
    """Return what the chosen model has learned of a metric; None for a rule-based model."""
    if not is_data_driven(ask.request.model):
        return None
    kind = kind_of(metric, ask)
    name = words.model(ask.request.model)
    run = next(
        (
            one
            for one in house.runs_in_use()
            if one.model == ask.request.model and one.kind is kind
        ),
        None,
    )
    title = _("How sure is this? %(model)s, %(metric)s") % {
        "model": name,
        "metric": words.metric(metric),
    }
    about = str(_ABOUT.get(ask.request.model.partition("(")[0], ""))
    if run is None:
        told = _(
            "Not learned for these conversions yet: each is shared evenly among the channels "
            "on its path."
        )
        return Learned(title, about, (told,), (), (), has_lost=False, is_whole=True)
    is_money = metric in _MONEY
    return Learned(
        title=title,
        about=about,
        facts=_facts(run),
        remarks=_remarks(run, ask),
        lines=_lines(run, is_money=is_money),
        has_lost=any(one.removal_conversions is not None for one in run.channels),
        is_whole=False,
    )


def runs() -> tuple[Run, ...]:
    """Return the runs that reports credit by."""
    return tuple(
        Run(
            model=words.model(one.model),
            kind=kind_name(one.kind),
            learned=formats.moment(one.finished_at, house.zone()),
            converted=formats.count(one.conversions),
            silent=formats.count(one.null_paths),
            newer=formats.count(one.newer),
            remarks=", ".join(_flags(one)),
        )
        for one in house.runs_in_use()
    )


def _facts(run: RunInUse) -> tuple[str, ...]:
    facts = [
        _(
            "Learned %(when)s from %(converted)s conversions and %(silent)s people who did not "
            "convert, over all dates."
        )
        % {
            "when": formats.moment(run.finished_at, house.zone()),
            "converted": formats.count(run.conversions),
            "silent": formats.count(run.null_paths),
        }
    ]
    if run.newer:
        facts.append(
            _("%(count)s newer conversions are credited with what was learned then.")
            % {"count": formats.count(run.newer)}
        )
    return tuple(facts)


def _remarks(run: RunInUse, ask: Ask) -> tuple[str, ...]:
    remarks = list(_flags(run))
    if run.gap_conversions >= _SHOWN:
        remarks.append(
            _(
                "%(count)s conversions are shown with another channel than the model has them, "
                "because their paths hold no other"
            )
            % {"count": formats.count(run.gap_conversions)}
        )
    if run.lookback != span_text(ask.request.lookback):
        remarks.append(
            _("learned with a lookback of %(lookback)s")
            % {"lookback": words.lookback(run.lookback)}
        )
    return tuple(remarks)


def _flags(run: RunInUse) -> tuple[str, ...]:
    return tuple(str(_FLAGS.get(flag, flag)) for flag in run.flags if flag != "no values")


def _lines(run: RunInUse, *, is_money: bool) -> tuple[Line, ...]:
    scale = max((_ends(one, is_money=is_money)[2] for one in run.channels), default=0.0)
    ordered = sorted(
        run.channels, key=lambda one: (-_ends(one, is_money=is_money)[1], one.channel)
    )
    return tuple(_line(one, scale, is_money=is_money) for one in ordered)


def _ends(one: ChannelResult, *, is_money: bool) -> tuple[float, float, float]:
    """Return low end, figure and high end; the figure alone where there is no interval."""
    if is_money:
        figure, low, high = one.value_minor, one.value_low_minor, one.value_high_minor
        return (figure if low is None else low), figure, (figure if high is None else high)
    figure_count = one.conversions
    low_count, high_count = one.conversions_low, one.conversions_high
    return (
        figure_count if low_count is None else low_count,
        figure_count,
        figure_count if high_count is None else high_count,
    )


def _line(one: ChannelResult, scale: float, *, is_money: bool) -> Line:
    low, figure, high = _ends(one, is_money=is_money)
    lost = one.removal_value if is_money else one.removal_conversions
    credited = one.credited_minor if is_money else one.credited_conversions
    return Line(
        channel=words.value(one.channel),
        hue=palette.hue(one.channel),
        figure=_shown(figure, is_money=is_money),
        interval=_("%(low)s to %(high)s")
        % {"low": _shown(low, is_money=is_money), "high": _shown(high, is_money=is_money)}
        if one.conversions_low is not None
        else "",
        whisker=_whisker(low, figure, high, scale) if scale > 0 else None,
        credited=_shown(credited, is_money=is_money),
        lost=formats.percent(lost) if lost is not None else "",
        is_weak=one.too_few,
    )


def _shown(value: float, *, is_money: bool) -> str:
    return formats.short_money(value, house.currency()) if is_money else formats.count(value)


def _whisker(low: float, figure: float, high: float, scale: float) -> Whisker:
    begin, mark, end = (100 * min(max(one / scale, 0.0), 1.0) for one in (low, figure, high))
    return Whisker(f"{begin:.2f}%", f"{max(end - begin, 0.0):.2f}%", f"{mark:.2f}%")
