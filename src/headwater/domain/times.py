"""Times are UTC. Stores hold them as whole microseconds since 1970 (`..._at`)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from headwater.domain.errors import InputError

MILLISECOND: Final = 1_000
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_SPAN = re.compile(r"(\d+)\s*([mhdw])")


def to_micros(moment: datetime) -> int:
    """Return whole microseconds since 1970 of an aware datetime."""
    if moment.tzinfo is None:
        raise InputError(f"The time {moment} has no time zone.")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """Return the aware UTC datetime of whole microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def now_micros() -> int:
    """Return the present in whole microseconds since 1970."""
    return to_micros(datetime.now(UTC))


def parse_span(text: str) -> int | None:
    """Return the microseconds of `30m`, `12h`, `90d` or `8w`; None for `unlimited`."""
    cleaned = text.strip().lower()
    if cleaned == "unlimited":
        return None
    match = _SPAN.fullmatch(cleaned)
    if match is None or int(match[1]) == 0:
        raise InputError(
            f"'{text}' is not a span of time. Write a positive number and a unit, such as "
            "30m, 12h, 90d or 8w, or the word unlimited."
        )
    return int(match[1]) * _UNITS[match[2]]
