"""Lines of web server logs: the combined format, and the common format that it extends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from headwater.domain.errors import InputError
from headwater.domain.times import SECOND, to_micros

_QUOTED: Final = r'"((?:[^"\\]|\\.)*)"'
_LINE: Final = re.compile(
    r"(\S+) \S+ .+? \[([^\]]+)\] " + _QUOTED + r" (\d{3}) (\d+|-)"
    r"(?: " + _QUOTED + r" " + _QUOTED + r"(?: .*)?)?"
)
_TIME: Final = re.compile(
    r"(\d{2})/([A-Z][a-z]{2})/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})", re.ASCII
)
_MONTHS: Final = {
    "Jan": 1,
    "Feb": 2,
    "Mar": 3,
    "Apr": 4,
    "May": 5,
    "Jun": 6,
    "Jul": 7,
    "Aug": 8,
    "Sep": 9,
    "Oct": 10,
    "Nov": 11,
    "Dec": 12,
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. A text that the log gives as `-` is None, but for `user_agent`.

    There `-` stays, because it says that the client sent none; it is None in the common
    format, which has no such field.
    """

    address: str
    occurred_at: int
    method: str | None
    target: str
    status: int
    size: int | None
    referrer: str | None
    user_agent: str | None


def parse_line(line: str) -> Request:
    """Read one line; InputError with the reason if it is of neither format."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise InputError(
            "is not a line of the combined or common log format, such as 203.0.113.7 - - "
            '[17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 512 "-" "Mozilla/5.0"'
        )
    address, when, request, status, size, referrer, agent = match.groups()
    method, target = _request(request)
    return Request(
        address=address,
        occurred_at=_micros(when),
        method=method,
        target=target,
        status=int(status),
        size=None if size == "-" else int(size),
        referrer=None if referrer in (None, "", "-") else _unescaped(referrer),
        user_agent=None if agent is None else _unescaped(agent) or "-",
    )


def _request(text: str) -> tuple[str | None, str]:
    """Split `GET /path HTTP/1.1`; what a client sent instead of it is kept as the target."""
    parts = text.split(" ")
    if len(parts) >= 2 and parts[0].isupper() and parts[0].isascii() and parts[0].isalpha():
        has_version = len(parts) > 2 and parts[-1].startswith("HTTP/")
        return parts[0], _unescaped(" ".join(parts[1:-1] if has_version else parts[1:]))
    return None, _unescaped(text)


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\") if "\\" in text else text


@lru_cache(maxsize=65_536)
def _micros(text: str) -> int:
    match = _TIME.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise InputError(f"has the time '{text}', which is not like 17/May/2015:10:05:03 +0000")
    day, year, hour, minute, second = (int(match[i]) for i in (1, 3, 4, 5, 6))
    east = timedelta(hours=int(match[8]), minutes=int(match[9]))
    try:
        where = timezone(east if match[7] == "+" else -east)
        # A leap second is written as :60; the calendar of Python ends at :59.
        moment = datetime(
            year, _MONTHS[match[2]], day, hour, minute, min(second, 59), tzinfo=where
        )
        return to_micros(moment.astimezone(UTC)) + (SECOND if second == 60 else 0)
    except (ValueError, OverflowError):
        raise InputError(f"has the time '{text}', which no calendar holds") from None
