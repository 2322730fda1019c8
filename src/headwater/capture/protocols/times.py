"""Times as clients write them, in microseconds UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from headwater.domain.times import SECOND, to_micros

MILLISECOND: Final = 1_000
"""Microseconds."""

_LAST: Final = 253_402_300_799 * SECOND
"""The last second of the calendar's year 9999."""


def iso_micros(value: object) -> int | None:
    """Return the moment of an ISO 8601 text, UTC where it names no zone; None if it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return _believable(to_micros(moment))
    except (ValueError, OverflowError):
        return None


def unix_micros(value: object, unit: int) -> int | None:
    """Return the moment of a number that counts `unit` microseconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        count = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    if not count.is_finite() or count.adjusted() > 18:
        return None
    return _believable(int(count * unit))


def any_micros(value: object) -> int | None:
    """Return the moment of an ISO 8601 text, or of a number told apart by its size.

    Seconds until the year 5138, milliseconds from 1973 on, microseconds beyond.
    """
    moment = iso_micros(value)
    if moment is not None:
        return moment
    for unit, below in ((SECOND, 10**11), (MILLISECOND, 10**14), (1, 10**17)):
        moment = unix_micros(value, unit)
        if moment is not None and moment < below * unit:
            return moment
    return None


def clock_shift(sent_at: int | None, received_at: int) -> int:
    """Return how far a client's clock is ahead of ours, 0 where it does not tell its time."""
    return 0 if sent_at is None else sent_at - received_at


def _believable(micros: int) -> int | None:
    return micros if 0 < micros <= _LAST else None
