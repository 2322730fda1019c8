"""What every report returns: its rows, what they mean, and the proof that they add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from headwater.domain.times import DAY, HOUR, MINUTE, to_micros
from headwater.reports.metrics import ColumnKind
from headwater.reports.request import ReportRequest

Amount = int | float

TOLERANCE: Final = 1e-9
"""Counts shared out in binary64 agree to this, relative to the total; money is exact."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the rows: `name` as shown, `key` the dimension or metric behind it."""

    name: str
    key: str
    title: str
    kind: ColumnKind
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What was left out of the credited rows for one reason, or credited to no touch."""

    label: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One metric's proof: credited + special rows - total, which must be nothing.

    `credited` is the sum over the ordinary rows as printed, `parts` the special rows, `total`
    what the leads, deals or orders themselves add up to.
    """

    key: str
    title: str
    kind: ColumnKind
    credited: Amount
    parts: tuple[Part, ...]
    total: Amount

    @property
    def difference(self) -> Amount:
        """What is missing (below 0) or too much (above 0): 0 in a sound report."""
        gap = self.credited + sum(part.amount for part in self.parts) - self.total
        if isinstance(gap, float) and abs(gap) <= TOLERANCE * max(1.0, abs(self.total)):
            return 0
        return gap


@dataclass(frozen=True, slots=True)
class Balance:
    """The proof that a report's rows add up to the CRM's or shop's own totals."""

    lines: tuple[BalanceLine, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether every line's difference is nothing."""
        return all(line.difference == 0 for line in self.lines)


@dataclass(frozen=True, slots=True)
class Header:
    """What is printed above every report. `as_of` is microseconds UTC, None if unknown."""

    model: str
    lookback: str
    date_basis: str
    from_: str | None
    to: str | None
    timezone: str
    currency: str
    revenue: str
    as_of: int | None
    rule_version: str
    filters: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report's answer.

    `rows` has the columns of `columns`, in their order: texts, int64 or double counts, money
    in minor units of `header.currency`, null where a value cannot be known. `ranks` has one
    entry per row: 0 an ordinary row, 1 `(no touch)` or `(no lead)`, 2 left out with a reason.
    `total` is one row like the others, over all of them (its texts are null).
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: pa.Table
    ranks: tuple[int, ...]
    total: pa.Table
    balance: Balance
    header: Header


def span_text(micros: int | None) -> str:
    """Return a span as users write it: `90d`, `12h`, `30m` or `unlimited`."""
    if micros is None:
        return "unlimited"
    for unit, letter in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if micros % unit == 0:
            return f"{micros // unit}{letter}"
    return f"{micros}us"


def header(
    request: ReportRequest, state: dict[str, str], notes: tuple[str, ...] = ()
) -> Header:
    """Return what the request and the last rebuild say of themselves."""
    return Header(
        model=request.model,
        lookback=span_text(request.lookback),
        date_basis=request.date_basis.value,
        from_=request.from_.isoformat() if request.from_ else None,
        to=request.to.isoformat() if request.to else None,
        timezone=request.timezone,
        currency=request.currency,
        revenue=request.revenue.value,
        as_of=_moment(state.get("as_of", "")),
        rule_version=state.get("rule_version", ""),
        filters=tuple(f"{one.dimension}={one.value}" for one in request.filters),
        notes=notes,
    )


def _moment(text: str) -> int | None:
    if not text or text.lstrip("-").isdigit():
        return int(text) if text else None
    return to_micros(datetime.fromisoformat(text))
