"""What a screen is asked: read from its address, and written back into links.

An address uses the words of the command line (`model`, `lookback`, `date_basis`, `from`, `to`,
`by`, `filter`, `metric`, `sort`) and one of its own: `period`, a span of days by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from headwater import reports
from headwater.domain.errors import UnknownName
from headwater.reports import Filter, ReportRequest
from headwater.reports.periods import days_of
from headwater.web import house
from headwater.web.dashboards.periods import Days, Period, resolve

OPTIONS: Final = (
    "model",
    "lookback",
    "date_basis",
    "from",
    "to",
    "by",
    "filter",
    "metric",
    "sort",
)
OWN: Final = ("period", "columns", "place", "page", "q", "stage", "channel")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as its address put it: the request it stands for, and how to vary it.

    `days` is what the request covers; None where there is no data yet. `given` holds the
    address's own pairs, in their order.
    """

    request: ReportRequest
    period: Period
    days: Days | None
    given: tuple[tuple[str, str], ...]

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of an option of the screen."""
        return next((value for key, value in reversed(self.given) if key == name), default)

    def kept(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return the pairs of these options, for a form that leaves them as they are."""
        return tuple(pair for pair in self.given if pair[0] in names)

    def query(self, **changes: str | None) -> str:
        """Return the pairs with some replaced (`from_` for `from`); None leaves one out."""
        named = {name.rstrip("_"): value for name, value in changes.items()}
        kept = [(name, value) for name, value in self.given if name not in named]
        added = [(name, value) for name, value in named.items() if value is not None]
        return urlencode(kept + added)

    def filtered(self, filters: tuple[Filter, ...], **changes: str | None) -> str:
        """Return the pairs with these filters in place of the present ones."""
        pairs = [("filter", f"{one.dimension}={one.value}") for one in filters]
        rest = self.query(filter=None, page=None, place=None, **changes)
        return "&".join(part for part in (rest, urlencode(pairs)) if part)

    def ordered(self, column: str, is_descending: bool) -> str:
        """Return the pairs with the rows in the order of a column."""
        return self.query(sort=f"{column}:{'desc' if is_descending else 'asc'}")

    def fixed(self) -> str:
        """Return pairs that give this very report on any later day."""
        if self.days is None:
            return self.query(period=None)
        return self.query(
            period=None, from_=self.days.first.isoformat(), to=self.days.last.isoformat()
        )


def read(query: QueryDict, usual_period: Period = Period.DAYS_90) -> Ask:
    """Read a question; UnknownName or InputError names the option that is wrong."""
    allowed = {*OPTIONS, *OWN}
    for name in query:
        if name not in allowed:
            raise UnknownName("option of this screen", name, allowed)
    given = tuple((name, value) for name in query for value in query.getlist(name) if value)
    texts: dict[str, list[str]] = {}
    for name, value in given:
        if name in OPTIONS:
            texts.setdefault(name, []).append(value)
    period = _period(query, texts, usual_period)
    if period is not Period.CUSTOM:
        texts.pop("from", None)
        texts.pop("to", None)
    request = reports.parse(texts, house.usual_request())
    return _placed(request, period, given)


def _period(query: QueryDict, texts: Mapping[str, list[str]], usual_period: Period) -> Period:
    named = query.get("period", "")
    if named and named not in set(Period):
        raise UnknownName("period", named, Period)
    if named:
        return Period(named)
    return Period.CUSTOM if texts.get("from") or texts.get("to") else usual_period


def _placed(request: ReportRequest, period: Period, given: tuple[tuple[str, str], ...]) -> Ask:
    """Lay the period's days into the request."""
    found = days_of(house.workspace().warehouse, request)
    if found is None:
        return Ask(request, period, None, given)
    bounds = Days(*found)
    days = resolve(period, bounds, today()) or bounds
    return Ask(replace(request, from_=days.first, to=days.last), period, days, given)


def today() -> date:
    """Return the present day in the time zone of the reports."""
    return datetime.now(house.zone()).date()
