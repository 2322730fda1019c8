"""A report as a table to read: figures by locale, bars, links to what is behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from headwater import reports
from headwater.reports import Column, ColumnKind, Metric, Report
from headwater.web import formats, palette, words

Links = Callable[[Mapping[str, object], Column], str]
"""From a row and a column to the address of what is behind the figure; empty for none."""


_NOT_ADDED = frozenset({"visitors", "median_days_to_won"})
"""Columns whose rows do not add up to their total."""


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head. `order` is what `aria-sort` says: ascending, descending or empty."""

    key: str
    title: str
    formula: str
    is_number: bool
    address: str
    order: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as text; `share` (of the largest in its column) draws a bar, None: no bar."""

    text: str
    is_number: bool
    share: float | None = None
    address: str = ""
    is_zero: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `hue` colours its dot, None: no dot; `rank` as in the report."""

    label: str
    hue: int | None
    address: str
    rank: int
    cells: tuple[Cell, ...]

    @property
    def bar(self) -> str:
        """The classes of this row's bars."""
        return "bar accent" if self.hue is None else f"bar hue-{self.hue}"


@dataclass(frozen=True, slots=True)
class Table:
    """What the template lays out.

    `rows` are what counts here, `subtotal` their sum; `aside` is what was left out, with the
    reasons; `total` is what everything together adds up to, empty where nothing was left out.
    """

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    aside: tuple[Row, ...]
    subtotal: tuple[Cell, ...]
    total: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How a table is to be shown: its columns after the first, and where things lead."""

    columns: Sequence[str]
    barred: str = ""
    sort_address: Callable[[str, bool], str] | None = None
    sorted_by: str = ""
    is_descending: bool = True
    row_address: Callable[[Mapping[str, object]], str] | None = None
    behind: Links | None = None
    has_aside: bool = True


def figure(value: object, kind: ColumnKind, currency: str) -> str:
    """Return one value as people read it."""
    if isinstance(value, str) or kind is ColumnKind.TEXT:
        return words.value(value if isinstance(value, str) else None)
    number = value if isinstance(value, int | float) else None
    match kind:
        case ColumnKind.MONEY:
            return formats.money(number, currency)
        case ColumnKind.RATE:
            return formats.percent(number)
        case ColumnKind.RATIO:
            return formats.ratio(number)
        case ColumnKind.DAYS:
            return formats.days(number)
        case _:
            return formats.count(number)


def table(report: Report, look: Look) -> Table:
    """Return the table of a report whose first column names the rows."""
    columns = {column.key: column for column in report.columns}
    first = report.columns[0]
    shown = [columns[key] for key in look.columns if key in columns]
    rows = report.rows.to_pylist()
    tallest = _tallest(rows, report.ranks, look.barred)
    made = [
        _row(row, rank, shown, look, (report, tallest))
        for row, rank in zip(rows, report.ranks, strict=True)
    ]
    aside = tuple(row for row in made if row.rank == 2 and look.has_aside)
    whole = _total(report, shown)
    return Table(
        heads=tuple(_head(column, look) for column in (first, *shown)),
        rows=tuple(row for row in made if row.rank < 2),
        aside=aside,
        subtotal=_subtotal(report, shown) if 2 in report.ranks else whole,
        total=whole if aside else (),
    )


def _total(report: Report, shown: Sequence[Column]) -> tuple[Cell, ...]:
    """Return the report's own total; where rows were left out, of what balances alone."""
    row = report.total.to_pylist()[0]
    balanced = {line.key for line in report.balance.lines}
    has_aside = 2 in report.ranks
    return tuple(
        Cell(
            figure(row[column.name], column.kind, report.header.currency)
            if column.key in balanced or not has_aside
            else "",
            is_number=True,
        )
        for column in shown
    )


def _subtotal(report: Report, shown: Sequence[Column]) -> tuple[Cell, ...]:
    """Add up what counts here; quotients are made anew from their sums."""
    offered = reports.REPORTS[report.name].metrics
    names = {column.key: column.name for column in report.columns}
    balanced = {line.key for line in report.balance.lines}
    rows = [
        row for row, rank in zip(report.rows.to_pylist(), report.ranks, strict=True) if rank < 2
    ]
    sums = {
        measure: [sum(row[names[key]] or 0 for row in rows)]
        for key, metric in offered.items()
        if metric.is_sum and key in names and key not in _NOT_ADDED
        for measure in metric.plus
    }
    # Models side by side names its columns by model: each is a sum of its own.
    sums |= {key: [sum(row[names[key]] or 0 for row in rows)] for key in balanced - sums.keys()}
    measures = pa.table(sums)
    return tuple(
        Cell(_made_anew(column, offered, measures, report.header.currency), is_number=True)
        for column in shown
    )


def _made_anew(
    column: Column, offered: Mapping[str, Metric], measures: pa.Table, currency: str
) -> str:
    metric = offered.get(column.key)
    if metric is None:
        metric = Metric(column.key, "", "", column.kind, (column.key,))
    parts = {*metric.plus, *metric.minus, *([metric.over] if metric.over else [])}
    if not parts <= set(measures.column_names):
        return ""
    return figure(metric.of(measures)[0].as_py(), column.kind, currency)


def _head(column: Column, look: Look) -> Head:
    is_text = column.kind is ColumnKind.TEXT
    is_here = column.key == look.sorted_by
    title = words.dimension(column.key, column.title) if is_text else _metric(column)
    address = ""
    if look.sort_address:
        # A second click on a column turns it round; numbers begin with the largest.
        descending = not look.is_descending if is_here else not is_text
        address = look.sort_address(column.key, descending)
    order = ("descending" if look.is_descending else "ascending") if is_here else ""
    # The registry words its formulas in English; another language does without.
    formula = column.formula if formats.locale().language == "en" else ""
    return Head(column.key, title, formula, not is_text, address, order)


def _metric(column: Column) -> str:
    return words.metric(column.key, words.model(column.title))


def _row(
    row: Mapping[str, object],
    rank: int,
    shown: Sequence[Column],
    look: Look,
    made_from: tuple[Report, float],
) -> Row:
    report, tallest = made_from
    first = report.columns[0]
    name = row[first.name]
    label = name if isinstance(name, str) else ""
    return Row(
        label=words.value(label),
        hue=palette.hue(label) if first.key == "channel" else None,
        address=look.row_address(row) if look.row_address and rank == 0 else "",
        rank=rank,
        cells=tuple(_cell(row, column, look, (report, tallest, rank)) for column in shown),
    )


def _cell(
    row: Mapping[str, object], column: Column, look: Look, made_from: tuple[Report, float, int]
) -> Cell:
    report, tallest, rank = made_from
    value = row[column.name]
    text = figure(value, column.kind, report.header.currency)
    share = None
    if column.key == look.barred and rank == 0 and tallest and isinstance(value, int | float):
        share = value / tallest
    address = look.behind(row, column) if look.behind and rank < 2 and value else ""
    return Cell(text, column.kind is not ColumnKind.TEXT, share, address, not value)


def _tallest(rows: Sequence[Mapping[str, object]], ranks: Sequence[int], barred: str) -> float:
    values = [
        float(value)
        for row, rank in zip(rows, ranks, strict=True)
        if rank == 0 and isinstance(value := row.get(barred), int | float)
    ]
    return max(values, default=0.0)
