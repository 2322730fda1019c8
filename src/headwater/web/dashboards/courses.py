"""How revenue went over time, channel by channel."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from babel import dates
from django.utils.translation import gettext as _

from headwater.reports import Report
from headwater.reports.periods import label
from headwater.web import formats, house, palette, words
from headwater.web.dashboards.asks import Ask
from headwater.web.dashboards.charts import Chart, Series, major
from headwater.web.dashboards.periods import Days

MOST_CHANNELS = 9
_REST = "(other)"


def days_text(days: Days) -> str:
    """Return a span of days as the language writes it."""
    return dates.format_interval(days.first, days.last, "yMMMd", locale=formats.locale())


def revenue_by_channel(ask: Ask) -> Chart | None:
    """Return credited revenue by channel over the ask's days; None where there is none."""
    if ask.days is None:
        return None
    unit = ask.days.unit
    report = house.report("channels", replace(ask.request, by=(unit, "channel"), sort=None))
    spans = _spans(ask.days, unit)
    amounts = _amounts(report, unit)
    channels = _largest(amounts)
    if not channels:
        return None
    currency = ask.request.currency
    rows = {name: [amounts[name].get(span, 0) for span in spans] for name in channels}
    return Chart(
        name="revenue-by-channel",
        title=_("Revenue by channel over time"),
        kind="area" if len(spans) > 2 else "bars",
        categories=tuple(_named(span, unit) for span in spans),
        series=tuple(
            Series(
                words.value(name),
                palette.hue(name),
                tuple(major(value, currency) for value in values),
            )
            for name, values in rows.items()
        ),
        currency=currency,
        shown=tuple(
            tuple(formats.money(values[place], currency) for values in rows.values())
            for place in range(len(spans))
        ),
    )


def _spans(days: Days, unit: str) -> list[str]:
    count = len(days)
    labels = (label(unit, days.first + timedelta(days=place)) for place in range(count))
    return list(dict.fromkeys(labels))


def _amounts(report: Report, unit: str) -> dict[str, dict[str, float]]:
    """Return revenue by channel and span."""
    amounts: dict[str, dict[str, float]] = defaultdict(dict)
    for row, rank in zip(report.rows.to_pylist(), report.ranks, strict=True):
        if rank == 0 and row["revenue"]:
            amounts[row["channel"]][row[unit]] = row["revenue"]
    return amounts


def _largest(amounts: dict[str, dict[str, float]]) -> list[str]:
    """Return the channels to draw, largest first; the rest is added up in `(other)`."""
    order = sorted(amounts, key=lambda name: (-sum(amounts[name].values()), name))
    if len(order) <= MOST_CHANNELS:
        return order
    rest: dict[str, float] = defaultdict(float)
    for name in order[MOST_CHANNELS - 1 :]:
        for span, value in amounts[name].items():
            rest[span] += value
    amounts[_REST] = rest
    return [*order[: MOST_CHANNELS - 1], _REST]


def _named(span: str, unit: str) -> str:
    """Return a span's label as the language writes it."""
    if unit == "month":
        year, month = span.split("-")
        return dates.format_skeleton(
            "yMMM", date(int(year), int(month), 1), locale=formats.locale()
        )
    if unit == "week":
        year, week = span.split("-W")
        start = date.fromisocalendar(int(year), int(week), 1)
        return dates.format_skeleton("MMMd", start, locale=formats.locale())
    return dates.format_skeleton("MMMd", date.fromisoformat(span), locale=formats.locale())
