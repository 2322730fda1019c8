"""Spans of days that people ask for by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Period(StrEnum):
    """A span that ends today, or with the last day of data where that is earlier."""

    DAYS_30 = "30d"
    DAYS_90 = "90d"
    MONTHS_12 = "12m"
    MONTH = "month"
    LAST_MONTH = "last_month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `first` to `last`, both inclusive."""

    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Days:
        """Return as many days just before these."""
        return Days(self.first - timedelta(days=len(self)), self.first - timedelta(days=1))

    @property
    def unit(self) -> str:
        """The span of time in which a chart over these days stays readable."""
        if len(self) <= 45:
            return "day"
        return "week" if len(self) <= 190 else "month"


def resolve(period: Period, bounds: Days, today: date) -> Days | None:
    """Return the days of a named period; None for a custom one."""
    last = min(bounds.last, today)
    month = last.replace(day=1)
    starts = {
        Period.DAYS_30: last - timedelta(days=29),
        Period.DAYS_90: last - timedelta(days=89),
        Period.MONTHS_12: _months_back(month, 11),
        Period.MONTH: month,
        Period.QUARTER: _months_back(month, (month.month - 1) % 3),
        Period.YEAR: last.replace(month=1, day=1),
    }
    if period in starts:
        return Days(starts[period], last)
    if period is Period.LAST_MONTH:
        return Days(_months_back(month, 1), month - timedelta(days=1))
    return bounds if period is Period.ALL else None


def _months_back(first_of_month: date, months: int) -> date:
    count = first_of_month.year * 12 + first_of_month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
