"""How far local clocks are from UTC on each day, so that SQL needs no time zones."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from headwater.domain.errors import ConfigError
from headwater.domain.times import DAY, HOUR, MINUTE, from_micros, to_micros

FIRST_DAY: Final = to_micros(datetime(2000, 1, 1, tzinfo=UTC)) // DAY
LAST_DAY: Final = to_micros(datetime(2050, 1, 1, tzinfo=UTC)) // DAY
"""The days the table covers; outside them local time is taken to be UTC."""


def local_time(timezone: str) -> pa.Table:
    """Return `utc_day, changes_at, shift_before, shift_after` for each day covered.

    Local time is UTC plus `shift_before` until `changes_at` and plus `shift_after` from then
    on (all microseconds; `utc_day` counts days since 1970). A day on which the clocks do not
    change has `changes_at` at its end. Raises ConfigError for an unknown zone.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"HEADWATER_TIMEZONE (settings.toml: timezone) is '{timezone}', which is no IANA "
            "time zone. Write one such as UTC, Europe/Istanbul or Asia/Bangkok."
        ) from error
    days = range(FIRST_DAY, LAST_DAY)
    shifts = [_shift(zone, day * DAY) for day in range(FIRST_DAY, LAST_DAY + 1)]
    changes = [
        _change(zone, day * DAY) if before != after else (day + 1) * DAY
        for day, (before, after) in zip(days, pairwise(shifts), strict=True)
    ]
    return pa.table(
        {
            "utc_day": pa.array(days, pa.int64()),
            "changes_at": pa.array(changes, pa.int64()),
            "shift_before": pa.array(shifts[:-1], pa.int64()),
            "shift_after": pa.array(shifts[1:], pa.int64()),
        }
    )


def _shift(zone: ZoneInfo, micros: int) -> int:
    offset = from_micros(micros).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) * 1_000_000 if offset else 0


def _change(zone: ZoneInfo, starts: int) -> int:
    """Return the minute of a day at which its shift becomes the next day's."""
    low, high = starts, starts + 24 * HOUR
    before = _shift(zone, low)
    while high - low > MINUTE:
        middle = low + (high - low) // MINUTE // 2 * MINUTE
        low, high = (middle, high) if _shift(zone, middle) == before else (low, middle)
    return high
