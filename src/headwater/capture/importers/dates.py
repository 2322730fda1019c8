"""Times as files write them, and a hint where the mapping names another format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final

from headwater.capture.importers.cells import as_text
from headwater.domain.errors import InputError
from headwater.domain.times import from_micros, to_micros

UNIX_UNITS: Final = {"unix": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
"""Format names for numbers that count since 1970, with their microseconds."""


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """`pattern` is strptime's or one of UNIX_UNITS, None for ISO 8601.

    `zone` is where a time without a zone of its own belongs.
    """

    pattern: str | None
    zone: tzinfo


def as_time(cell: object, form: TimeFormat) -> int | None:
    """Return microseconds UTC, None if the cell is empty; InputError with the reason."""
    if isinstance(cell, datetime):
        return _micros(cell, form.zone)
    if isinstance(cell, date):
        return _micros(datetime.combine(cell, time.min), form.zone)
    text = as_text(cell)
    if text is None:
        return None
    if form.pattern in UNIX_UNITS:
        return _unix(text, form.pattern)
    try:
        if form.pattern is None:
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.strptime(text, form.pattern)  # noqa: DTZ007 - the zone follows
    except ValueError:
        raise InputError(_why_not(text, form.pattern)) from None
    return _micros(moment, form.zone)


def start_of_day(micros: int, zone: tzinfo) -> int:
    """Return the first moment of the day that `micros` falls on in `zone`."""
    local = from_micros(micros).astimezone(zone)
    return _micros(datetime.combine(local.date(), time.min), zone)


def _micros(moment: datetime, zone: tzinfo) -> int:
    try:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return to_micros(moment.astimezone(UTC))
    except OverflowError:
        raise InputError("is outside the years that a calendar can hold") from None


def _unix(text: str, pattern: str) -> int:
    try:
        return _in_calendar(int(Decimal(text) * UNIX_UNITS[pattern]))
    except (InvalidOperation, ValueError, OverflowError):
        raise InputError(f"is not a number of the format {pattern}") from None


def _in_calendar(micros: int) -> int:
    from_micros(micros)
    return micros


def _why_not(text: str, pattern: str | None) -> str:
    expected = (
        "an ISO 8601 date or time, such as 2018-02-26 or 2018-02-26T14:30:00Z"
        if pattern is None
        else f"a date of the format {pattern}"
    )
    likely = [name for name in likely_formats(text) if name != pattern]
    if not likely:
        return f"is not {expected}"
    setting = " or ".join(f'"{name}"' for name in likely)
    return (
        f"is not {expected}; it looks like {' or '.join(likely)}: set [dates] format = "
        f"{setting} in the mapping file"
    )


_DAY: Final = (
    (r"\d{4}\.\d{1,2}\.\d{1,2}", "%Y.%m.%d"),
    (r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"),
    (r"\d{4}-\d{1,2}-\d{1,2}", "%Y-%m-%d"),
    (r"(\d{1,2})([-./])(\d{1,2})\2\d{4}", ""),
    (r"\d{1,2} [A-Za-z]{3} \d{4}", "%d %b %Y"),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}", "%d-%b-%Y"),
    (r"\d{1,2} [A-Za-z]{4,} \d{4}", "%d %B %Y"),
    (r"[A-Za-z]{3} \d{1,2}, \d{4}", "%b %d, %Y"),
    (r"[A-Za-z]{4,} \d{1,2}, \d{4}", "%B %d, %Y"),
)
_CLOCK: Final = (
    (r"", ""),
    (r" \d{1,2}:\d{2}", " %H:%M"),
    (r" \d{1,2}:\d{2}:\d{2}", " %H:%M:%S"),
    (r" \d{1,2}:\d{2}:\d{2}\.\d{1,6}", " %H:%M:%S.%f"),
    (r" \d{1,2}:\d{2} [AaPp][Mm]", " %I:%M %p"),
    (r" \d{1,2}:\d{2}:\d{2} [AaPp][Mm]", " %I:%M:%S %p"),
)
_KNOWN: Final = [
    (re.compile(day + clock, re.ASCII), day_name, clock_name)
    for day, day_name in _DAY
    for clock, clock_name in _CLOCK
]
_COUNTS: Final = ((r"\d{10}(\.\d+)?", "unix"), (r"\d{13}", "unix_ms"), (r"\d{16}", "unix_us"))


def likely_formats(text: str) -> list[str]:
    """Return the formats that `text` could be written in; two where day and month swap."""
    for pattern, name in _COUNTS:
        if re.fullmatch(pattern, text, re.ASCII):
            return [name]
    for known, day_name, clock_name in _KNOWN:
        match = known.fullmatch(text)
        if match:
            names = [day_name] if day_name else _day_and_month(match)
            return [name + clock_name for name in names if _reads(text, name + clock_name)]
    return []


def _day_and_month(match: re.Match[str]) -> list[str]:
    return [f"%d{match[2]}%m{match[2]}%Y", f"%m{match[2]}%d{match[2]}%Y"]


def _reads(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True
