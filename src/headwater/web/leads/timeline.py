"""One person's way from the first touch to the money, as a line of time to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.reports import Journey, JourneyConversion, JourneyCredit, JourneyTouch
from headwater.web import formats, house, palette, words

SHORT_GAP: Final = 30 * 60 * 1_000_000
"""Time between two entries below which no gap is written."""

_ICONS: Final = {"lead": "lead", "opportunity": "opportunity", "won": "won", "order": "order"}


@dataclass(frozen=True, slots=True)
class Earned:
    """What a touch earned of one conversion."""

    conversion: str
    share: str
    money: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the line. Either a touch or a milestone; `gap` is the time before it."""

    at: int
    gap: str
    icon: str
    hue: int
    title: str
    is_milestone: bool
    is_won: bool
    touch_id: str = ""
    kind: str = ""
    origin: str = ""
    where: str = ""
    rule: str = ""
    earned: tuple[Earned, ...] = ()
    share: float = 0.0
    share_text: str = ""
    money: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The whole line with what it adds up to."""

    entries: tuple[Entry, ...]
    touches: int
    credited: tuple[Earned, ...]
    uncredited: tuple[Earned, ...]
    length: str


def build(journey: Journey, model: str, focus: str, deal_names: Mapping[str, str]) -> Line:
    """Lay out a journey with the credit of one model.

    `focus` is the conversion whose shares are written large (empty: the last of the highest
    kind). `deal_names` names the deals by id.
    """
    earned = [one for one in journey.credits if one.model == model]
    names = {
        one.conversion_id: _conversion_name(one, deal_names) for one in journey.conversions
    }
    chosen = focus or main_conversion(journey)
    touches = [_touch(one, earned, names, chosen) for one in journey.touches]
    milestones = [_milestone(one, deal_names) for one in journey.conversions]
    # A touch that made a lead stands before the lead, though both have one time.
    ordered = sorted([*touches, *milestones], key=attrgetter("at", "is_milestone"))
    return Line(
        entries=_with_gaps(ordered),
        touches=len(touches),
        credited=_added_up(journey, earned, names, is_touched=True),
        uncredited=_added_up(journey, earned, names, is_touched=False),
        length=formats.span(ordered[-1].at - ordered[0].at) if ordered else "",
    )


def main_conversion(journey: Journey) -> str:
    """Return the conversion that matters most: a won deal before an order, then by time."""
    rank = {"lead": 0, "opportunity": 1, "order": 2, "won": 3}
    credited = [one for one in journey.conversions if not one.excluded]
    best = max(
        credited,
        key=lambda one: (rank.get(one.kind, 0), one.converted_at, one.conversion_id),
        default=None,
    )
    return best.conversion_id if best else ""


def conversion_names(
    journey: Journey, deal_names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return the conversions that can be put in focus, with what they are called."""
    return tuple(
        (one.conversion_id, _conversion_name(one, deal_names))
        for one in sorted(journey.conversions, key=attrgetter("converted_at"))
        if not one.excluded
    )


def _conversion_name(one: JourneyConversion, deal_names: Mapping[str, str]) -> str:
    kind = str(words.CONVERSIONS.get(_kind(one), one.kind))
    what = one.order_id or deal_names.get(one.deal_id or "") or ""
    return f"{kind} · {what}" if what else kind


def _kind(one: JourneyConversion) -> str:
    return "refund" if one.kind == "order" and one.counts == 0 else one.kind


def _touch(
    one: JourneyTouch, earned: Sequence[JourneyCredit], names: Mapping[str, str], chosen: str
) -> Entry:
    mine = [credit for credit in earned if credit.touch_id == one.touch_id and credit.weight]
    focused = next((credit for credit in mine if credit.conversion_id == chosen), None)
    channel = words.value(one.channel)
    return Entry(
        at=one.touched_at,
        gap="",
        icon=one.kind if one.kind in words.TOUCHES else "session",
        hue=palette.hue(one.channel or ""),
        title=channel,
        is_milestone=False,
        is_won=False,
        touch_id=one.touch_id,
        kind=str(words.TOUCHES.get(one.kind, one.kind)),
        origin=_origin(one),
        where=one.landing_page or "",
        rule=one.channel_rule or "",
        earned=tuple(_earned(credit, names) for credit in mine),
        share=focused.weight if focused else 0.0,
        share_text=formats.percent(focused.weight) if focused else "",
        money=_money(focused.value_minor) if focused and focused.value_minor else "",
    )


def _origin(one: JourneyTouch) -> str:
    """Return source, campaign and keyword, as far as they are known."""
    source = " / ".join(part for part in (one.source, one.medium) if part)
    keyword = _("“%(words)s”") % {"words": one.keyword} if one.keyword else ""
    return " · ".join(part for part in (source, one.campaign, keyword) if part)


def _money(minor: int) -> str:
    return formats.money(minor, house.currency())


def _earned(credit: JourneyCredit, names: Mapping[str, str]) -> Earned:
    return Earned(
        conversion=names.get(credit.conversion_id, credit.conversion_id),
        share=formats.percent(credit.weight),
        money=_money(credit.value_minor) if credit.value_minor else "",
    )


def _milestone(one: JourneyConversion, deal_names: Mapping[str, str]) -> Entry:
    kind = _kind(one)
    return Entry(
        at=one.converted_at,
        gap="",
        icon=_ICONS.get(one.kind, "order"),
        hue=0,
        title=str(words.CONVERSIONS.get(kind, kind)),
        is_milestone=True,
        is_won=one.kind in {"won", "order"} and kind != "refund",
        where=one.order_id or deal_names.get(one.deal_id or "") or "",
        money=_money(one.value_minor) if one.value_minor and one.kind != "lead" else "",
        detail=_("Not credited: %(reason)s") % {"reason": one.excluded} if one.excluded else "",
    )


def _with_gaps(ordered: Sequence[Entry]) -> tuple[Entry, ...]:
    entries = []
    before: Entry | None = None
    for entry in ordered:
        gap = entry.at - before.at if before else 0
        entries.append(replace(entry, gap=_later(gap)) if gap >= SHORT_GAP else entry)
        before = entry
    return tuple(entries)


def _later(gap: int) -> str:
    return _("%(span)s later") % {"span": formats.span(gap)}


def _added_up(
    journey: Journey,
    earned: Sequence[JourneyCredit],
    names: Mapping[str, str],
    *,
    is_touched: bool,
) -> tuple[Earned, ...]:
    """Return, per conversion, what its touches (or no touch) were credited with."""
    found = []
    for one in journey.conversions:
        mine = [
            credit
            for credit in earned
            if credit.conversion_id == one.conversion_id
            and (credit.touch_id is not None) is is_touched
        ]
        if mine:
            weight, minor = sum(c.weight for c in mine), sum(c.value_minor for c in mine)
            money = _money(minor) if minor else ""
            found.append(Earned(names[one.conversion_id], formats.percent(weight), money))
    return tuple(found)


def touches_text(count: int) -> str:
    """Return how many touches there were, in words."""
    text = ngettext("%(count)s touch", "%(count)s touches", count)
    return text % {"count": formats.count(count)}
