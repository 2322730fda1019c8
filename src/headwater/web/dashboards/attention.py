"""What needs attention: money that no channel explains, spend that brings nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.domain.words import NO_TOUCH, NOT_SET
from headwater.reports import Filter, Report
from headwater.web import formats, house
from headwater.web.dashboards.asks import Ask

_SMALL: float = 0.02
"""Shares below this are no news."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at: what it is, why it matters, how much, where to look."""

    title: str
    advice: str
    amount: str
    address: str


def notices(by_channel: Report, ask: Ask) -> tuple[Notice, ...]:
    """Return what stands out in these days, the dearest first."""
    found = [
        _no_touch(by_channel, ask),
        _untagged_spend(ask),
        _spend_without_leads(by_channel, ask),
        _unassigned(by_channel, ask),
    ]
    return tuple(notice for notice in found if notice)


def _rows(report: Report) -> list[tuple[int, Mapping[str, object]]]:
    return list(zip(report.ranks, report.rows.to_pylist(), strict=True))


def _amount(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _no_touch(report: Report, ask: Ask) -> Notice | None:
    rows = _rows(report)
    missing = sum(_amount(row["revenue"]) for rank, row in rows if row["channel"] == NO_TOUCH)
    credited = sum(_amount(row["revenue"]) for rank, row in rows if rank < 2)
    share = _share(missing, credited)
    if share < _SMALL:
        return None
    query = ask.query(place=NO_TOUCH, metric="revenue")
    return Notice(
        title=_("%(share)s of revenue has no touch") % {"share": formats.percent(share)},
        advice=_(
            "These deals were won by people without any tracked touch in the lookback. Check "
            "that forms pass the visitor on, or import the source that the CRM recorded."
        ),
        amount=formats.short_money(missing, ask.request.currency),
        address=f"{reverse('conversions')}?{query}",
    )


def _untagged_spend(ask: Ask) -> Notice | None:
    request = replace(ask.request, by=("campaign",), filters=(), sort=None)
    report = house.report("channels", request)
    rows = _rows(report)
    untagged = sum(_amount(row["cost"]) for _rank, row in rows if row["campaign"] == NOT_SET)
    share = _share(untagged, sum(_amount(row["cost"]) for _rank, row in rows))
    if share < _SMALL:
        return None
    query = ask.filtered((Filter("campaign", NOT_SET),), metric=None)
    return Notice(
        title=_("%(share)s of spend names no campaign") % {"share": formats.percent(share)},
        advice=_(
            "Cost without a campaign cannot be set against what the campaign brought. Add the "
            "campaign's name to the spend that you import."
        ),
        amount=formats.short_money(untagged, ask.request.currency),
        address=f"{reverse('channels')}?{query}",
    )


def _spend_without_leads(report: Report, ask: Ask) -> Notice | None:
    idle = [
        row
        for rank, row in _rows(report)
        if rank == 0 and _amount(row["cost"]) > 0 and _amount(row["leads"]) < 0.5
    ]
    cost = sum(_amount(row["cost"]) for row in idle)
    if not cost:
        return None
    title = ngettext(
        "%(count)s channel costs money and brings no lead",
        "%(count)s channels cost money and bring no lead",
        len(idle),
    )
    return Notice(
        title=title % {"count": formats.count(len(idle))},
        advice=_(
            "Look at their campaigns: either the leads are not tracked, or there are none."
        ),
        amount=formats.short_money(cost, ask.request.currency),
        address=f"{reverse('channels')}?{ask.query(sort='cost', metric='leads')}",
    )


def _unassigned(report: Report, ask: Ask) -> Notice | None:
    rows = [row for rank, row in _rows(report) if rank == 0]
    vague = sum(_amount(row["sessions"]) for row in rows if row["channel"] == "Unassigned")
    share = _share(vague, sum(_amount(row["sessions"]) for row in rows))
    if share < _SMALL:
        return None
    query = ask.filtered((Filter("channel", "Unassigned"),), by="medium")
    return Notice(
        title=_("%(share)s of sessions fit no channel rule")
        % {"share": formats.percent(share)},
        advice=_(
            "Their links are tagged with media that no rule knows. See which, and add a rule."
        ),
        amount=formats.count(vague),
        address=f"{reverse('channels')}?{query}",
    )
