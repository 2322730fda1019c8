from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from headwater.domain.times import DAY, HOUR
from headwater.web import formats, palette
from headwater.web.dashboards.charts import sparkline
from headwater.web.dashboards.periods import Days, Period, resolve


@pytest.mark.parametrize(
    ("language", "money", "percent", "span"),
    [
        ("en", "€1,234.50", "12.5%", "3 days"),
        ("tr", "€1.234,50", "%12,5", "3 gün"),
        ("th", "€1,234.50", "12.5%", "3 วัน"),
        ("id", "€1.234,50", "12,5%", "3 hari"),
        ("ru", "1 234,50 €", "12,5 %", "3 дня"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(
    language: str, money: str, percent: str, span: str
) -> None:
    with override(language):
        shown = formats.money(123_450, "EUR"), formats.percent(0.125), formats.span(3 * DAY)
    assert tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in shown) == (
        money,
        percent,
        span,
    )


def test_what_cannot_be_known_is_blank_never_zero() -> None:
    shown = {formats.money(None, "EUR"), formats.percent(None), formats.ratio(None)}
    assert shown == {formats.BLANK}
    assert formats.change(5, 0).text == formats.BLANK
    assert formats.change(5, None).direction == "same"


@pytest.mark.parametrize(
    ("now", "before", "text", "direction"),
    [
        (120, 100, "+20%", "up"),
        (50, 100, "\N{MINUS SIGN}50%", "down"),
        (1.005, 1, "+0.5%", "up"),
    ],
)
def test_a_change_has_its_sign(now: float, before: float, text: str, direction: str) -> None:
    change = formats.change(now, before)
    assert (change.text, change.direction) == (text, direction)


def test_short_money_keeps_the_cents_of_small_amounts_alone() -> None:
    assert formats.short_money(550, "EUR") == "€5.50"
    assert formats.short_money(123_456_789, "EUR") == "€1,234,568"
    assert formats.short_money(12_345, "JPY") == "JP¥12,345"


def test_a_span_is_told_in_its_largest_unit() -> None:
    assert formats.span(5 * HOUR) == "5 hours"
    assert formats.span(0) == "0 seconds"


BOUNDS = Days(date(2024, 1, 10), date(2026, 5, 20))


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.DAYS_30, date(2026, 4, 21), date(2026, 5, 20)),
        (Period.MONTHS_12, date(2025, 6, 1), date(2026, 5, 20)),
        (Period.MONTH, date(2026, 5, 1), date(2026, 5, 20)),
        (Period.LAST_MONTH, date(2026, 4, 1), date(2026, 4, 30)),
        (Period.QUARTER, date(2026, 4, 1), date(2026, 5, 20)),
        (Period.YEAR, date(2026, 1, 1), date(2026, 5, 20)),
        (Period.ALL, date(2024, 1, 10), date(2026, 5, 20)),
    ],
)
def test_a_named_period_ends_with_the_last_day_of_data(
    period: Period, first: date, last: date
) -> None:
    assert resolve(period, BOUNDS, today=date(2027, 1, 1)) == Days(first, last)


def test_a_period_never_reaches_beyond_today() -> None:
    assert resolve(Period.MONTH, BOUNDS, date(2026, 5, 3)) == Days(
        date(2026, 5, 1), date(2026, 5, 3)
    )
    assert resolve(Period.CUSTOM, BOUNDS, date(2026, 5, 3)) is None


def test_the_period_before_is_as_long_and_touches() -> None:
    days = Days(date(2026, 3, 1), date(2026, 3, 31))
    assert days.before() == Days(date(2026, 1, 29), date(2026, 2, 28))
    assert len(days.before()) == len(days) == 31


def test_a_channel_keeps_its_colour_and_what_is_none_has_none() -> None:
    assert palette.hue("Paid Search") != palette.hue("Organic Search")
    assert palette.hue("Our Own Fair") == palette.hue("Our Own Fair") > 0
    assert palette.hue("(no touch)") == palette.NEUTRAL


def test_a_course_of_one_value_is_no_course() -> None:
    assert sparkline([4.0]) is None
    drawn = sparkline([0.0, 2.0, 1.0])
    assert drawn is not None
    assert drawn.line == "M0.0,26.0L50.0,2.0L100.0,14.0"
