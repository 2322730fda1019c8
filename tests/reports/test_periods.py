"""Days, weeks and months of a time zone, also where clocks change."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from small_tables import Ledger, day

from headwater.domain.errors import InputError
from headwater.domain.times import HOUR
from headwater.reports import ReportRequest
from headwater.reports.periods import BEGINNING, END, days_of, periods, span_of

BERLIN = ZoneInfo("Europe/Berlin")


def test_the_last_day_is_inside_the_range() -> None:
    span = span_of(ReportRequest(from_=date(2025, 1, 1), to=date(2025, 1, 31)))

    assert (span.from_at, span.to_at) == (day("2025-01-01"), day("2025-02-01"))


def test_an_open_side_reaches_beyond_any_data() -> None:
    span = span_of(ReportRequest())

    assert (span.from_at, span.to_at) == (BEGINNING, END)


def test_the_day_the_clocks_go_forward_has_23_hours() -> None:
    rows = periods("day", (date(2025, 3, 30), date(2025, 3, 30)), BERLIN).to_pylist()

    assert rows[0]["ends_at"] - rows[0]["starts_at"] == 23 * HOUR


LABELS = {
    "day": ["2024-12-31", "2025-01-01"],
    "week": ["2025-W01"],
    "month": ["2024-12", "2025-01"],
}


@pytest.mark.parametrize("unit", LABELS)
def test_periods_are_named_for_reading(unit: str) -> None:
    rows = periods(unit, (date(2024, 12, 31), date(2025, 1, 1)), BERLIN)

    assert rows.column("label").to_pylist() == LABELS[unit]


@pytest.mark.parametrize("unit", LABELS)
def test_periods_leave_no_gap(unit: str) -> None:
    rows = periods(unit, (date(2024, 1, 1), date(2025, 12, 31)), BERLIN).to_pylist()

    assert all(one["ends_at"] == after["starts_at"] for one, after in pairwise(rows))


def test_a_range_of_too_many_days_asks_for_dates() -> None:
    with pytest.raises(InputError, match="Choose the dates"):
        periods("day", (date(1, 1, 1), date(2025, 1, 1)), BERLIN)


def test_no_data_has_no_days() -> None:
    assert days_of(Ledger(), ReportRequest()) is None
    assert periods("day", None, BERLIN).num_rows == 0
