"""Days, weeks and months of a time zone as spans of microseconds: SQL needs no zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from headwater.domain.errors import InputError
from headwater.domain.times import DAY, from_micros, to_micros
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source, ask

BEGINNING: Final = -(2**62)
END: Final = 2**62
MOST_DAYS: Final = 40_000
"""A century and a bit: beyond it the range is a mistake, such as a year 0001 in the data."""

_SCHEMA: Final = pa.schema(
    [
        ("utc_day", pa.int64()),
        ("label", pa.string()),
        ("starts_at", pa.int64()),
        ("ends_at", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Span:
    """Moments from `from_at` (inclusive) to `to_at` (exclusive), in microseconds UTC."""

    from_at: int
    to_at: int


def span_of(request: ReportRequest) -> Span:
    """Return the request's days as moments; an open side reaches beyond any data."""
    start = day_start(request.from_, request.zone) if request.from_ else BEGINNING
    end = day_start(request.to + timedelta(days=1), request.zone) if request.to else END
    return Span(start, end)


def day_start(day: date, zone: ZoneInfo) -> int:
    """Return the first moment of a day in a zone, in microseconds UTC."""
    return to_micros(datetime.combine(day, time.min, zone))


def days_of(source: Source, request: ReportRequest) -> tuple[date, date] | None:
    """Return the first and last day a report covers; None where there is no data at all."""
    if request.from_ and request.to:
        return request.from_, request.to
    bounds = ask(source, "bounds").to_pylist()[0]
    if bounds["first_at"] is None:
        return None
    first = request.from_ or from_micros(bounds["first_at"]).astimezone(request.zone).date()
    last = request.to or from_micros(bounds["last_at"]).astimezone(request.zone).date()
    return first, max(first, last)


def periods(unit: str, days: tuple[date, date] | None, zone: ZoneInfo) -> pa.Table:
    """Return the spans of a unit (`day`, `week`, `month`) that cover these days.

    Columns: utc_day, label, starts_at, ends_at (exclusive); one row for each UTC day that a
    period touches, so that an engine can join by the day. Labels: 2025-01-31, 2025-W05,
    2025-01. Raises InputError beyond MOST_DAYS.
    """
    if days is None:
        return _SCHEMA.empty_table()
    if (days[1] - days[0]).days > MOST_DAYS:
        raise InputError(
            f"From {days[0]} to {days[1]} there are more than {MOST_DAYS} days to tell by "
            f"{unit}. Choose the dates with from and to."
        )
    rows: list[tuple[int, str, int, int]] = []
    start = _first_day(unit, days[0])
    while start <= days[1]:
        after = _next(unit, start)
        rows += _by_utc_day(label(unit, start), day_start(start, zone), day_start(after, zone))
        start = after
    columns = {name: [row[place] for row in rows] for place, name in enumerate(_SCHEMA.names)}
    return pa.Table.from_pydict(columns, schema=_SCHEMA)


def _by_utc_day(name: str, starts_at: int, ends_at: int) -> list[tuple[int, str, int, int]]:
    # Before 1970 engines differ in whether a whole division rounds down or towards zero: one
    # more day serves both, and the moments still decide.
    last = (ends_at - 1) // DAY + (1 if starts_at < 0 else 0)
    return [(day, name, starts_at, ends_at) for day in range(starts_at // DAY, last + 1)]


def label(unit: str, day: date) -> str:
    """Return the name of the period that a day lies in."""
    if unit == "day":
        return day.isoformat()
    if unit == "month":
        return f"{day.year:04d}-{day.month:02d}"
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _first_day(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _next(unit: str, start: date) -> date:
    if unit == "month":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=7 if unit == "week" else 1)
