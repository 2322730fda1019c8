"""When things happen: a year's seasons, growth, weekends and the hours of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from headwater.domain.times import DAY, HOUR, to_micros
from headwater.world.arrays import Floats, Ints

DAYS: Final = 548
"""Eighteen months."""

DAYS_A_MONTH: Final = 30.44
DEFAULT_END: Final = datetime(2026, 10, 31, tzinfo=UTC)
QUIET: Final = 3 * HOUR
"""No session begins so near to the end of the world that it could outlive it."""

_WEEKDAYS: Final = np.array([1.12, 1.14, 1.1, 1.06, 0.96, 0.76, 0.86])  # Monday first
_HOURS: Final = np.array(
    [7, 4, 3, 2, 2, 4, 9, 18, 32, 44, 50, 49, 45, 44, 46, 47, 44, 41, 42, 47, 50, 44, 30, 16.0]
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The world's period in microseconds UTC and how busy each of its days is."""

    starts_at: int
    ends_at: int
    day_edges: Floats  # cumulated weight before each day, from 0 to 1

    @classmethod
    def until(cls, ends_at: datetime) -> Calendar:
        """Return the eighteen months before a moment."""
        end = to_micros(ends_at)
        start = end - DAYS * DAY
        days = np.arange(DAYS)
        dates = start // DAY + days
        # Garden offices are bought before summer: the peak is in May.
        season = 1.0 + 0.28 * np.cos(2.0 * np.pi * (dates % 365.25 - 135.0) / 365.25)
        busy = season * (1.0 + 0.5 * days / DAYS) * _WEEKDAYS[(dates + 3) % 7]
        edges = np.concatenate([[0.0], np.cumsum(busy) / busy.sum()])
        return cls(start, end, edges)

    @property
    def last_start(self) -> int:
        """The last moment at which a session may begin."""
        return self.ends_at - QUIET

    def moments(self, quantiles: Floats, rng: np.random.Generator) -> Ints:
        """Return a moment for each quantile (0 to 1) of the period's arrivals."""
        day = np.clip(np.searchsorted(self.day_edges, quantiles, side="right") - 1, 0, DAYS - 1)
        moments = self.starts_at + day * DAY + time_of_day(rng, len(quantiles))
        return np.asarray(np.minimum(moments, self.last_start - 1), dtype=np.int64)

    def day_of(self, moments: Ints) -> Ints:
        """Return each moment's day, counted from the world's start."""
        return np.asarray(np.clip((moments - self.starts_at) // DAY, 0, DAYS - 1))


def active_days(months: tuple[tuple[float, float], ...]) -> Floats:
    """Return 1 for each day within any of the [from, to) months, else 0; none: always."""
    if not months:
        return np.ones(DAYS)
    month = np.arange(DAYS) / DAYS_A_MONTH
    inside = [(month >= start) & (month < stop) for start, stop in months]
    return np.asarray(np.any(inside, axis=0), dtype=np.float64)


def time_of_day(rng: np.random.Generator, count: int) -> Ints:
    """Return moments of a day (microseconds since midnight) as busy as people are."""
    edges = np.concatenate([[0.0], np.cumsum(_HOURS) / _HOURS.sum()])
    hours = np.interp(rng.random(count), edges, np.arange(25.0))
    return np.asarray((hours * HOUR).astype(np.int64))


def next_starts(starts: Ints, rng: np.random.Generator, median_days: float = 4.0) -> Ints:
    """Return when people come again: later that day, or some days after at any hour."""
    count = len(starts)
    days = np.ceil(np.exp(rng.normal(np.log(median_days), 1.1, count))).astype(np.int64)
    landing = starts // DAY + days
    weekday = (landing + 3) % 7
    landing += ((weekday >= 5) & (rng.random(count) < 0.3)) * 2
    another_day = landing * DAY + time_of_day(rng, count)
    same_day = starts + QUIET + (rng.exponential(2.0, count) * HOUR).astype(np.int64)
    again = np.where(rng.random(count) < 0.3, same_day, another_day)
    return np.maximum(again, starts + QUIET)
