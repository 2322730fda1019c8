"""From grouped measures to a report's rows: columns, order, limit, total and balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.errors import InputError, UnknownName
from headwater.reports.compose import LEFT_OUT
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

    def cells(self, rows: pa.Table, key: str) -> pa.ChunkedArray:
        """Return a column of grouped rows by the name of a dimension or a metric."""
        for place, dimension in enumerate(self.dimensions):
            if dimension.name == key:
                return rows.column(f"d{place}")
        return self.metrics[key].of(rows)


def tabulate(groups: pa.Table, shape: Shape, request: ReportRequest, said: Header) -> Report:
    """Return the report that the request asks for; UnknownName for a column not offered.

    `groups` has the columns that `compose.compose` describes: is_total, rank, d0, d1, ... and
    the measures.
    """
    columns = _columns(shape, request.columns)
    is_total = pc.equal(groups.column("is_total"), 1)
    total = groups.filter(is_total)
    groups = groups.filter(pc.invert(is_total))
    is_ordinary = pc.equal(groups.column("rank"), 0)
    special = groups.filter(pc.invert(is_ordinary))
    special = special.sort_by([("rank", "ascending"), ("d0", "ascending")])
    ordinary = _sorted(groups.filter(is_ordinary), shape, request.sort)
    rows = pa.concat_tables([_limited(ordinary, shape, request.limit), special])
    return Report(
        name=shape.name,
        title=shape.title,
        columns=columns,
        rows=_table(rows, columns, shape),
        total=_total(total, groups, columns, shape),
        balance=_balance(rows, columns, shape),
        ranks=tuple(rows.column("rank").to_pylist()),
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


def _sorted(rows: pa.Table, shape: Shape, sort: Sort | None) -> pa.Table:
    """Return rows by the wanted columns, the unknown last; ties by the dimensions."""
    names = [*(dimension.name for dimension in shape.dimensions), *shape.metrics]
    if sort and sort.column not in names:
        raise UnknownName("column to sort by", sort.column, names)
    wanted = [sort] if sort else [Sort(name) for name in shape.order]
    if not sort and shape.dimensions[0].is_period:
        wanted = []
    keys = {f"by{place}": shape.cells(rows, one.column) for place, one in enumerate(wanted)}
    keys |= {f"d{place}": rows.column(f"d{place}") for place in range(len(shape.dimensions))}
    orders = ["descending" if one.is_descending else "ascending" for one in wanted]
    orders += ["ascending"] * len(shape.dimensions)
    # Arrow puts nulls last in either direction.
    order = pc.sort_indices(pa.table(keys), sort_keys=list(zip(keys, orders, strict=True)))
    return rows.take(order)


def _limited(rows: pa.Table, shape: Shape, limit: int | None) -> pa.Table:
    """Return the first rows, and one more that holds what was cut off."""
    if limit is None or rows.num_rows <= limit:
        return rows
    rest = rows.slice(limit)
    other: dict[str, object] = dict.fromkeys(rows.column_names)
    other |= {"rank": 0, "is_total": 0, "d0": OTHER}
    other |= {name: pc.sum(rest.column(name)).as_py() for name in shape.summed}
    return pa.concat_tables(
        [rows.slice(0, limit), pa.Table.from_pylist([other], schema=rows.schema)]
    )


def _table(rows: pa.Table, columns: Sequence[Column], shape: Shape) -> pa.Table:
    cells = [shape.cells(rows, column.key) for column in columns]
    return pa.table(cells, names=[column.name for column in columns])


def _total(
    total: pa.Table, groups: pa.Table, columns: Sequence[Column], shape: Shape
) -> pa.Table:
    """Return the row of totals: sums hold everything, quotients what has its place.

    Revenue outside the dates or the filter is in the sum, so that it balances, but the spend
    there is not: a quotient of the two would set one period against another.
    """
    left_out = groups.filter(pc.equal(groups.column("rank"), LEFT_OUT))
    placed = total
    for name in sorted(shape.summed):
        rest = pc.subtract(total.column(name), pc.sum(left_out.column(name)).as_py() or 0)
        place = total.column_names.index(name)
        placed = placed.set_column(place, name, pc.cast(rest, total.column(name).type))
    cells = [
        shape.cells(total if _is_sum(shape, column.key) else placed, column.key)
        for column in columns
    ]
    return pa.table(cells, names=[column.name for column in columns])


def _is_sum(shape: Shape, key: str) -> bool:
    return key not in shape.metrics or shape.metrics[key].is_sum


def _balance(rows: pa.Table, columns: Sequence[Column], shape: Shape) -> Balance:
    shown = [column.key for column in columns if column.key in shape.totals]
    return Balance(tuple(_line(rows, key, shape) for key in shown or shape.totals))


def _line(rows: pa.Table, key: str, shape: Shape) -> BalanceLine:
    metric = shape.metrics[key]
    cells = shape.cells(rows, key)
    is_ordinary = pc.equal(rows.column("rank"), 0)
    labels = rows.column("d0").filter(pc.invert(is_ordinary)).to_pylist()
    amounts = cells.filter(pc.invert(is_ordinary)).to_pylist()
    return BalanceLine(
        key=key,
        title=metric.title,
        kind=metric.kind,
        credited=pc.sum(cells.filter(is_ordinary)).as_py() or 0,
        parts=tuple(
            Part(label, amount) for label, amount in zip(labels, amounts, strict=True) if amount
        ),
        total=shape.totals[key],
    )
