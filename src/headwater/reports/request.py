"""What a user may ask of a report: one frozen request, and how it is read from texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headwater.attribution.data_driven import is_data_driven
from headwater.attribution.model_runs import canonical, is_incremental
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.money import exponent
from headwater.domain.times import DAY, parse_span
from headwater.domain.words import DateBasis

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999
_LONGEST_NAME: Final = 120
"""Characters of a wrong name that its error repeats."""


class RevenueFrom(StrEnum):
    """What the metric `revenue` means."""

    DEALS = "deals"
    """The value of won deals."""
    ORDERS = "orders"
    """The value of orders, net of refunds."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One column asked for, and the name it is shown under."""

    name: str
    shown_as: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep the rows whose dimension has this value; `(not set)` asks for none."""

    dimension: str
    value: str


@dataclass(frozen=True, slots=True)
class Sort:
    """Order rows by a column of the report."""

    column: str
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report's question. `from_` and `to` are days of `timezone`, both inclusive.

    `lookback` is in microseconds, None for unlimited. Empty `by` and `columns` mean the
    report's own; empty `models` (for models side by side and journeys) mean every model at
    hand. `metric` is what models side by side compares.
    """

    model: str = "linear"
    lookback: int | None = 90 * DAY
    date_basis: DateBasis = DateBasis.TOUCH
    from_: date | None = None
    to: date | None = None
    by: tuple[str, ...] = ()
    revenue: RevenueFrom = RevenueFrom.DEALS
    columns: tuple[Pick, ...] = ()
    currency: str = "EUR"
    timezone: str = "UTC"
    limit: int | None = None
    sort: Sort | None = None
    filters: tuple[Filter, ...] = ()
    models: tuple[str, ...] = ()
    metric: str = "revenue"

    def __post_init__(self) -> None:
        exponent(self.currency)
        if self.from_ and self.to and self.from_ > self.to:
            raise InputError(f"The range ends ({self.to}) before it starts ({self.from_}).")
        for day in (self.from_, self.to):
            if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
                raise InputError(
                    f"The day {day} lies too far away: give one from {_FIRST_YEAR} to "
                    f"{_LAST_YEAR}."
                )
        if self.limit is not None and self.limit < 1:
            raise InputError(f"The limit {self.limit} is not a positive number of rows.")
        if self.lookback is not None and self.lookback <= 0:
            raise InputError("The lookback must be longer than nothing, such as 30d.")
        zone_of(self.timezone)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose days and months the report is in."""
        return zone_of(self.timezone)


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; InputError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: longer than a file's name
        raise InputError(
            f"'{name[:_LONGEST_NAME]}' is not a time zone. Use an IANA name, such as UTC or "
            "Europe/Berlin."
        ) from None


_BETWEEN_MODELS: Final = re.compile(r",(?![^()]*\))")

Texts = Mapping[str, str | Sequence[str]]


def parse(texts: Texts, defaults: ReportRequest) -> ReportRequest:
    """Read a request from a command line's or a link's texts, over the settings' defaults.

    Lists (`by`, `columns`, `models`) are one text with commas or several texts; filters are
    texts such as `channel=Paid Search`, one each. Empty texts count as not given. Raises
    UnknownName or InputError with the option and its value.
    """
    found: dict[str, object] = {}
    for name, value in texts.items():
        if name not in OPTIONS:
            raise UnknownName("report option", name, OPTIONS)
        given = [value] if isinstance(value, str) else list(value)
        given = [text.strip() for text in given if text.strip()]
        if given:
            field, read = OPTIONS[name]
            found[field] = read(given)
    return replace(defaults, **found)  # type: ignore[arg-type]


def _day(given: Sequence[str]) -> date:
    try:
        return date.fromisoformat(given[-1])
    except ValueError:
        raise InputError(f"'{given[-1]}' is not a date. Write it like 2025-01-31.") from None


def _listed(given: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    return tuple(dict.fromkeys(names))


def _models(given: Sequence[str]) -> tuple[str, ...]:
    # A comma inside brackets belongs to the model, as in position(.3,.5).
    names = [name.strip() for text in given for name in _BETWEEN_MODELS.split(text)]
    return tuple(dict.fromkeys(_as_learned(name) for name in names if name))


def _model(given: Sequence[str]) -> str:
    return _as_learned(given[-1])


def _as_learned(name: str) -> str:
    """Write a data-driven model as runs do: `markov(2)` is `markov(order=2)`."""
    return canonical(name) if is_data_driven(name) or is_incremental(name) else name


def _picks(given: Sequence[str]) -> tuple[Pick, ...]:
    return tuple(_pick(name) for name in _listed(given))


def _pick(text: str) -> Pick:
    shown_as, is_renamed, name = text.partition("=")
    return Pick(name.strip(), shown_as.strip()) if is_renamed else Pick(text, text)


def _filter(text: str) -> Filter:
    name, has_value, value = text.partition("=")
    if not has_value or not name.strip():
        raise InputError(f"The filter '{text}' is not of the form channel=Paid Search.")
    return Filter(name.strip(), value.strip())


def _limit(given: Sequence[str]) -> int:
    if not given[-1].isascii() or not given[-1].isdigit():
        raise InputError(f"The limit '{given[-1]}' is not a positive whole number.")
    return int(given[-1])


def _sort(given: Sequence[str]) -> Sort:
    column, has_order, order = given[-1].partition(":")
    if has_order and order not in {"asc", "desc"}:
        raise InputError(f"The order '{order}' in '{given[-1]}' is neither asc nor desc.")
    return Sort(column, order != "asc")


def _basis(given: Sequence[str]) -> DateBasis:
    if given[-1] not in set(DateBasis):
        raise UnknownName("date basis", given[-1], DateBasis)
    return DateBasis(given[-1])


def _revenue(given: Sequence[str]) -> RevenueFrom:
    if given[-1] not in set(RevenueFrom):
        raise UnknownName("kind of revenue", given[-1], RevenueFrom)
    return RevenueFrom(given[-1])


def _last(given: Sequence[str]) -> str:
    return given[-1]


OPTIONS: Final[dict[str, tuple[str, Callable[[Sequence[str]], object]]]] = {
    "model": ("model", _model),
    "lookback": ("lookback", lambda given: parse_span(given[-1])),
    "date_basis": ("date_basis", _basis),
    "from": ("from_", _day),
    "to": ("to", _day),
    "by": ("by", _listed),
    "revenue": ("revenue", _revenue),
    "columns": ("columns", _picks),
    "currency": ("currency", _last),
    "timezone": ("timezone", _last),
    "limit": ("limit", _limit),
    "sort": ("sort", _sort),
    "filter": ("filters", lambda given: tuple(_filter(text) for text in given)),
    "models": ("models", _models),
    "metric": ("metric", _last),
}
