from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.importers.amounts import as_amount
from headwater.capture.importers.cells import as_flag, as_integer, as_number, as_text
from headwater.capture.importers.dates import TimeFormat, as_time, start_of_day
from headwater.capture.importers.mapping import MoneyFormat
from headwater.domain.errors import InputError
from headwater.domain.times import to_micros

ISO = TimeFormat(None, UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MOMENT = to_micros(datetime(2018, 2, 26, 14, 30, tzinfo=UTC))
MIDNIGHT = to_micros(datetime(2018, 2, 26, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written", "pattern", "zone", "expected"),
    [
        ("2018-02-26", None, UTC, MIDNIGHT),
        ("2018-02-26 14:30:00", None, UTC, MOMENT),
        ("2018-02-26T14:30Z", None, BERLIN, MOMENT),
        ("2018-02-26T15:30:00+01:00", None, UTC, MOMENT),
        ("2018-02-26 15:30", None, BERLIN, MOMENT),
        ("26.02.2018 14:30", "%d.%m.%Y %H:%M", UTC, MOMENT),
        ("1519655400", "unix", UTC, MOMENT),
        ("1519655400000", "unix_ms", UTC, MOMENT),
        (datetime(2018, 2, 26, 15, 30), None, BERLIN, MOMENT),  # noqa: DTZ001
        (date(2018, 2, 26), None, UTC, MIDNIGHT),
        ("  ", None, UTC, None),
        (None, None, UTC, None),
    ],
)
def test_a_time_is_read_in_its_own_zone_or_the_files(
    written: object, pattern: str | None, zone: ZoneInfo, expected: int | None
) -> None:
    assert as_time(written, TimeFormat(pattern, zone)) == expected


@pytest.mark.parametrize(
    ("written", "pattern", "reason"),
    [
        ("2018.02.26", None, r"it looks like %Y.%m.%d: set \[dates\] format = \"%Y.%m.%d\""),
        ("26-02-2018", None, "it looks like %d-%m-%Y:"),
        ("02/26/2018 14:30", None, "it looks like %m/%d/%Y %H:%M:"),
        ("03/04/2018", None, "it looks like %d/%m/%Y or %m/%d/%Y:"),
        ("26 Feb 2018", None, "it looks like %d %b %Y:"),
        ("1519655400", None, "it looks like unix:"),
        ("2018-02-26", "%d.%m.%Y", "not a date of the format %d.%m.%Y; it looks like %Y-%m-%d"),
        ("yesterday", None, "is not an ISO 8601 date or time, such as 2018-02-26"),
        ("2018-02-30", None, "is not an ISO 8601"),
        ("0001-01-01T00:00:00+14:00", None, "outside the years"),
        ("soon", "unix", "not a number of the format unix"),
        ("1e30", "unix", "not a number of the format unix"),
    ],
)
def test_a_date_that_does_not_fit_says_what_was_expected_and_what_it_looks_like(
    written: str, pattern: str | None, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        as_time(written, TimeFormat(pattern, UTC))


@given(st.datetimes(timezones=st.sampled_from([UTC, BERLIN])))
def test_every_iso_time_comes_back_as_the_same_moment(moment: datetime) -> None:
    try:
        expected = to_micros(moment.astimezone(UTC))
    except OverflowError:
        return
    assert as_time(moment.isoformat(), ISO) == expected


@given(st.text())
def test_any_text_is_a_time_or_refused(text: str) -> None:
    for pattern in (None, "%d.%m.%Y", "unix"):
        with suppress(InputError):
            as_time(text, TimeFormat(pattern, BERLIN))


def test_a_day_of_spend_starts_at_midnight_where_the_account_is() -> None:
    expected = to_micros(datetime(2018, 2, 26, tzinfo=BERLIN))
    assert start_of_day(MOMENT, BERLIN) == expected


PLAIN = MoneyFormat()
GERMAN = MoneyFormat(decimal=",", thousands=".")
FRENCH = MoneyFormat(decimal=",", thousands=" ")


@pytest.mark.parametrize(
    ("written", "form", "expected"),
    [
        ("1234.50", PLAIN, "1234.50"),
        ("-0.01", PLAIN, "-0.01"),
        ("€ 12.30", PLAIN, "12.30"),
        ("1.5e2", PLAIN, "150"),
        ("1.234,56", GERMAN, "1234.56"),
        ("1234,56", GERMAN, "1234.56"),
        ("1\u202f234\u00a0567,8", FRENCH, "1234567.8"),
        (12.3, PLAIN, "12.3"),
        (7, GERMAN, "7"),
        (Decimal("0.10"), GERMAN, "0.10"),
    ],
)
def test_an_amount_is_exact_however_it_is_written(
    written: object, form: MoneyFormat, expected: str
) -> None:
    assert as_amount(written, form) == Decimal(expected)


@pytest.mark.parametrize(
    ("written", "form", "reason"),
    [
        ("NaN", PLAIN, "is not a number"),
        ("-inf", PLAIN, "is not a number"),
        (float("nan"), PLAIN, "is not a number"),
        (True, PLAIN, "is not an amount"),
        ("1.234,56", PLAIN, 'set \\[money\\] decimal = "," and thousands = "."'),
        ("1,234.56", GERMAN, 'set \\[money\\] decimal = "." and thousands = ","'),
        ("1.5", GERMAN, "is not an amount"),
        ("12,34", PLAIN, "is not an amount"),
        ("twelve", PLAIN, "is not an amount of money, such as 1234.50"),
        (Decimal("1e999"), PLAIN, "too large"),
    ],
)
def test_what_is_no_amount_is_refused_rather_than_guessed(
    written: object, form: MoneyFormat, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        as_amount(written, form)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**12))
def test_every_amount_comes_back_from_either_way_of_writing(amount: Decimal) -> None:
    plain = f"{amount:f}"
    assert as_amount(plain, PLAIN) == amount
    assert as_amount(plain.replace(".", ","), GERMAN) == amount
    swapped = f"{amount:,f}".translate(str.maketrans(",.", ".,"))
    assert as_amount(swapped, GERMAN) == amount


@given(st.text())
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    for form in (PLAIN, GERMAN, FRENCH):
        with suppress(InputError):
            as_amount(text, form)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (12.0, "12"),
        (12.5, "12.5"),
        (Decimal("3.0"), "3"),
        (True, "true"),
        (" a ", "a"),
        ("", None),
        (b"x", "x"),
        (float("nan"), "nan"),
        (date(2020, 1, 2), "2020-01-02"),
    ],
)
def test_an_id_reads_the_same_from_a_spreadsheet_and_from_a_text(
    cell: object, expected: str | None
) -> None:
    assert as_text(cell) == expected


@pytest.mark.parametrize("cell", ["x" * 65_537, "a\x00b", "a\ud800b", b"\xff"])
def test_a_text_that_cannot_be_stored_is_refused(cell: object) -> None:
    with pytest.raises(InputError):
        as_text(cell)


@pytest.mark.parametrize("cell", ["1.5", "9223372036854775808", "x", "nan", "1e999999"])
def test_a_count_is_a_whole_number(cell: str) -> None:
    assert as_integer("42") == as_integer(42.0) == 42
    with pytest.raises(InputError):
        as_integer(cell)


def test_a_flag_is_yes_or_no() -> None:
    assert [as_flag(cell) for cell in ("Yes", 0, False, "t", "")] == [1, 0, 0, 1, None]
    with pytest.raises(InputError, match="neither yes nor no"):
        as_flag("maybe")


def test_a_number_is_finite() -> None:
    assert as_number("0.5") == 0.5
    with pytest.raises(InputError):
        as_number("inf")
