"""From grouped measures to a report's rows: columns, order, limit, total and balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

import pyarrow as pa

from headwater.domain.errors import InputError, UnknownName
from headwater.reports.dimensions import Dimension
from headwater.reports.metrics import ColumnKind, Metric
from headwater.reports.report import (
    Amount,
    Balance,
    BalanceLine,
    Column,
    Header,
    Part,
    Report,
)
from headwater.reports.request import Pick, ReportRequest, Sort

Row = dict[str, object]
"""One group: is_total, rank, d0, d1, ... and the aggregates, as composed SQL gives them."""

OTHER: Final = "(other)"
"""The row that holds what a limit cut off, so that the rows still add up."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a report's rows are to be made of.

    `totals` gives, for each metric that must balance, what it must add up to. `order` names
    the metrics that sort the rows, largest first, where the request does not say.
    """

    name: str
    title: str
    dimensions: Sequence[Dimension]
    metrics: Mapping[str, Metric]
    totals: Mapping[str, Amount]
    order: Sequence[str]
    summed: frozenset[str]
    """The measures that may be added over rows (not distinct counts or medians)."""


def tabulate(
    groups: Sequence[Row], shape: Shape, request: ReportRequest, said: Header
) -> Report:
    """Return the report that the request asks for; UnknownName for a column not offered."""
    columns = _columns(shape, request.columns)
    ordinary = [row for row in groups if not row["is_total"] and row["rank"] == 0]
    special = [row for row in groups if not row["is_total"] and row["rank"] != 0]
    special.sort(key=lambda row: (_number(row["rank"]), str(row["d0"])))
    rows = _limited(_sorted(ordinary, shape, request.sort), shape, request.limit) + special
    total = [row for row in groups if row["is_total"]]
    return Report(
        name=shape.name,
        title=shape.title,
        columns=columns,
        rows=_table(rows, columns, shape),
        total=_table(total, columns, shape),
        balance=_balance(rows, columns, shape),
        ranks=tuple(int(_number(row["rank"])) for row in rows),
        header=said,
    )


def _columns(shape: Shape, picks: Sequence[Pick]) -> tuple[Column, ...]:
    offered: dict[str, Column] = {
        one.name: Column(one.name, one.name, one.title, ColumnKind.TEXT, one.meaning)
        for one in shape.dimensions
    }
    for metric in shape.metrics.values():
        offered[metric.name] = Column(
            metric.name, metric.name, metric.title, metric.kind, metric.formula
        )
    if not picks:
        return tuple(offered.values())
    named = {pick.name for pick in picks}
    keys = [Pick(one.name, one.name) for one in shape.dimensions if one.name not in named]
    chosen = []
    for pick in [*keys, *picks]:
        if pick.name not in offered:
            raise UnknownName("column of this report", pick.name, offered)
        base = offered[pick.name]
        chosen.append(Column(pick.shown_as, base.key, base.title, base.kind, base.formula))
    names = [column.name for column in chosen]
    for name in names:
        if not name or names.count(name) > 1:
            raise InputError(f"The column name '{name}' is empty or used twice.")
    return tuple(chosen)


def _cell(row: Row, key: str, shape: Shape) -> object:
    for place, dimension in enumerate(shape.dimensions):
        if dimension.name == key:
            return row[f"d{place}"]
    return shape.metrics[key].of(row)  # type: ignore[arg-type]


def _sorted(rows: Sequence[Row], shape: Shape, sort: Sort | None) -> list[Row]:
    """Return rows by the wanted column; ties, and nulls at the end, by the dimensions."""
    keys = [f"d{place}" for place in range(len(shape.dimensions))]
    ordered = sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys))
    wanted = [sort] if sort else [Sort(name) for name in shape.order]
    if not sort and shape.dimensions[0].is_period:
        return ordered
    for one in reversed(wanted):
        names = [*(dimension.name for dimension in shape.dimensions), *shape.metrics]
        if one.column not in names:
            raise UnknownName("column to sort by", one.column, names)
        known = [row for row in ordered if _cell(row, one.column, shape) is not None]
        unknown = [row for row in ordered if _cell(row, one.column, shape) is None]
        known.sort(key=_by(one.column, shape), reverse=one.is_descending)
        ordered = known + unknown
    return ordered


class _by:  # noqa: N801 - reads as a phrase where it is used
    """Sort key of one column."""

    def __init__(self, column: str, shape: Shape) -> None:
        self._column, self._shape = column, shape

    def __call__(self, row: Row) -> tuple[float, str]:
        value = _cell(row, self._column, self._shape)
        return (0.0, value) if isinstance(value, str) else (float(_number(value)), "")


def _limited(rows: list[Row], shape: Shape, limit: int | None) -> list[Row]:
    """Return the first rows, and one more that holds what was cut off."""
    if limit is None or len(rows) <= limit:
        return rows
    rest = rows[limit:]
    other: Row = dict.fromkeys(rest[0])
    other |= {"rank": 0, "is_total": 0, "d0": OTHER}
    for name in shape.summed:
        other[name] = _sum([row[name] for row in rest])
    return [*rows[:limit], other]


def _table(rows: Sequence[Row], columns: Sequence[Column], shape: Shape) -> pa.Table:
    arrays = []
    for column in columns:
        values = [_cell(row, column.key, shape) for row in rows]
        arrays.append(pa.array(values, type=_type(column, values)))
    return pa.table(arrays, names=[column.name for column in columns])


def _type(column: Column, values: Sequence[object]) -> pa.DataType:
    if column.kind is ColumnKind.TEXT:
        return pa.string()
    whole = column.kind in {ColumnKind.COUNT, ColumnKind.MONEY}
    fractional = any(isinstance(value, float) for value in values)
    return pa.int64() if whole and not fractional else pa.float64()


def _balance(rows: Sequence[Row], columns: Sequence[Column], shape: Shape) -> Balance:
    shown = [column.key for column in columns if column.key in shape.totals]
    return Balance(tuple(_line(rows, key, shape) for key in shown or shape.totals))


def _line(rows: Sequence[Row], key: str, shape: Shape) -> BalanceLine:
    metric = shape.metrics[key]
    amounts = [(row, _number(_cell(row, key, shape))) for row in rows]
    parts = [Part(str(row["d0"]), value) for row, value in amounts if row["rank"] and value]
    credited = _sum([value for row, value in amounts if not row["rank"]])
    return BalanceLine(
        key, metric.title, metric.kind, credited, tuple(parts), shape.totals[key]
    )


def _sum(values: Sequence[object]) -> Amount:
    """Add up exactly: whole numbers as such, fractions without accumulating error."""
    numbers = [_number(value) for value in values]
    if any(isinstance(number, float) for number in numbers):
        return fsum(numbers)
    return sum(numbers)


def _number(value: object) -> Amount:
    return value if isinstance(value, int | float) else 0
