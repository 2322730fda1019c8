"""Days, weeks and months of a time zone, also where clocks change."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from small_tables import Ledger, day

from headwater.domain.errors import InputError
from headwater.domain.times import DAY, HOUR
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

    assert list(dict.fromkeys(rows.column("label").to_pylist())) == LABELS[unit]


@pytest.mark.parametrize("unit", LABELS)
def test_periods_leave_no_gap(unit: str) -> None:
    rows = periods(unit, (date(2024, 1, 1), date(2025, 12, 31)), BERLIN).to_pylist()
    spans = sorted({(row["starts_at"], row["ends_at"]) for row in rows})

    assert all(one[1] == after[0] for one, after in pairwise(spans))


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo"])
@pytest.mark.parametrize("year", [1965, 2011])
def test_every_moment_lies_in_one_period_of_its_utc_day(zone: str, year: int) -> None:
    # Apia left out 30 December 2011.
    days = (date(year, 12, 1), date(year + 1, 1, 31))
    rows = periods("day", days, ZoneInfo(zone)).to_pylist()
    first = day(f"{year}-12-03")
    for moment in range(first, first + 50 * DAY, 5 * HOUR + 1):
        held = [row["label"] for row in rows if row["starts_at"] <= moment < row["ends_at"]]
        for whole_day in {moment // DAY, int(moment / DAY)}:
            found = [
                row["label"]
                for row in rows
                if row["utc_day"] == whole_day and row["starts_at"] <= moment < row["ends_at"]
            ]
            assert found == list(dict.fromkeys(held))
            assert len(found) == 1


def test_a_range_of_too_many_days_asks_for_dates() -> None:
    with pytest.raises(InputError, match="Choose the dates"):
        periods("day", (date(1, 1, 1), date(2025, 1, 1)), BERLIN)


def test_no_data_has_no_days() -> None:
    assert days_of(Ledger(), ReportRequest()) is None
    assert periods("day", None, BERLIN).num_rows == 0
