"""Reports as XLSX for people: amounts and dates as such, their meaning on a second sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from headwater.domain.errors import InputError
from headwater.domain.money import exponent
from headwater.domain.times import from_micros
from headwater.reports.metrics import ColumnKind
from headwater.reports.report import Column, Report

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, the head and the total among them."""
_LONGEST: Final = 32_767
"""Characters of a cell."""
_NARROWEST: Final = 9
_WIDEST: Final = 60
_BOLD: Final = Font(bold=True)
_SHARED: Final = "#,##0.0#"
_FORMATS: Final[Mapping[ColumnKind, str]] = {
    ColumnKind.COUNT: _SHARED,
    ColumnKind.RATE: "0.0%",
    ColumnKind.RATIO: "#,##0.00",
    ColumnKind.DAYS: "#,##0.0",
}
_WHOLE: Final = "#,##0"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MONTH: Final = re.compile(r"\d{4}-\d\d")
_MINUTE: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_DATED: Final = frozenset({"day", "month", "first_seen", "last_seen"})
"""Columns whose texts are moments."""

Cell = str | int | float | Decimal | date | datetime | None


def to_xlsx(report: Report) -> bytes:
    """Return a workbook: the rows with their total, then what they mean with the balance.

    Heads are the columns' titles, or the names they were asked for under. What cannot be known
    is an empty cell. Raises InputError for more rows than a sheet holds.
    """
    if report.rows.num_rows + 2 > MOST_ROWS:
        raise InputError(
            f"The report has {report.rows.num_rows:,} rows, and a sheet holds {MOST_ROWS:,}. "
            "Take fewer with a limit, or another format."
        )
    book = Workbook(write_only=True)
    _rows(book.create_sheet("Report"), report)
    _meaning(book.create_sheet("About"), report)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _rows(sheet: WriteOnlyWorksheet, report: Report) -> None:
    columns, currency = report.columns, report.header.currency
    heads = [_head(column) for column in columns]
    body = [
        [_value(value, column, currency) for value in cells.to_pylist()]
        for column, cells in zip(columns, report.rows.columns, strict=True)
    ]
    totals = report.total.to_pylist()
    sheet.freeze_panes = "B2"
    for place, (head, cells) in enumerate(zip(heads, body, strict=True)):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _width(head, cells)
    sheet.append(_cells(sheet, heads, is_bold=True))
    forms = [_format(column, currency) for column in columns]
    for row in zip(*body, strict=True):
        sheet.append(_cells(sheet, row, forms))
    for total in totals:
        values = [_value(total[one.name], one, currency) for one in columns]
        values[0] = values[0] or "Total"
        sheet.append(_cells(sheet, values, forms, is_bold=True))


def _meaning(sheet: WriteOnlyWorksheet, report: Report) -> None:
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 46
    for letter in "CDE":
        sheet.column_dimensions[letter].width = 18
    for name, value in _said(report):
        cells = _cells(sheet, (name, value))
        cells[0].font = _BOLD
        sheet.append(cells)
    if not report.balance.lines:
        return
    sheet.append([])
    heads = ("Balance", "", "In the rows", "Set apart", "Total of the source")
    sheet.append(_cells(sheet, heads, is_bold=True))
    for line in report.balance.lines:
        column = Column(line.key, line.key, line.title, line.kind)
        form = _format(column, report.header.currency)
        apart = sum(part.amount for part in line.parts)
        reasons = ", ".join(part.label for part in line.parts)
        values = [
            _value(one, column, report.header.currency)
            for one in (line.credited, apart, line.total)
        ]
        sheet.append(_cells(sheet, (line.title, reasons, *values), ("", "", form, form, form)))


def _said(report: Report) -> Iterator[tuple[str, Cell]]:
    header = report.header
    yield "Report", report.title
    yield "Model", header.model
    yield "Lookback", header.lookback
    yield "Dated by", header.date_basis
    yield "From", _moment(header.from_ or "")
    yield "To", _moment(header.to or "")
    yield "Time zone", header.timezone
    yield "Currency", header.currency
    as_of = from_micros(header.as_of).replace(tzinfo=None) if header.as_of is not None else None
    yield "As of (UTC)", as_of
    yield "Channel rules", header.rule_version
    for one in header.filters:
        yield "Filter", one
    for note in header.notes:
        yield "Note", note


def _head(column: Column) -> str:
    return column.title if column.name == column.key else column.name


def _value(value: object, column: Column, currency: str) -> Cell:
    """Return a cell's value: amounts in units of the currency, moments as such."""
    if value is None:
        return None
    if isinstance(value, str):
        return _moment(value) if column.key in _DATED else value
    if not isinstance(value, int | float):
        return str(value)
    if column.kind is not ColumnKind.MONEY:
        return value
    return Decimal(round(value)).scaleb(-exponent(currency))


def _moment(text: str) -> Cell:
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if _MONTH.fullmatch(text):
        return date.fromisoformat(f"{text}-01")
    return datetime.fromisoformat(text) if _MINUTE.fullmatch(text) else text or None


def _format(column: Column, currency: str) -> str:
    if column.kind is ColumnKind.MONEY:
        decimals = exponent(currency)
        return f"#,##0{'.' + '0' * decimals if decimals else ''}"
    if column.key in _DATED:
        return {"day": "yyyy-mm-dd", "month": "yyyy-mm"}.get(column.key, "yyyy-mm-dd hh:mm")
    return _FORMATS.get(column.kind, "")


def _cells(
    sheet: WriteOnlyWorksheet,
    values: Iterable[Cell],
    forms: Sequence[str] = (),
    *,
    is_bold: bool = False,
) -> list[WriteOnlyCell]:
    made = []
    for place, value in enumerate(values):
        cell = WriteOnlyCell(sheet, value=_safe(value))
        if isinstance(value, str):
            # A text that begins like a formula is a text: nothing a campaign is called can run.
            cell.data_type = "s"
        else:
            cell.number_format = _form(value, forms[place] if forms else "")
        if is_bold:
            cell.font = _BOLD
        made.append(cell)
    return made


def _form(value: Cell, form: str) -> str:
    if form == _SHARED and float(str(value or 0)).is_integer():
        return _WHOLE
    if not form and isinstance(value, date):
        return "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
    return form or "General"


def _safe(value: Cell) -> Cell:
    if isinstance(value, str):
        text = str(ILLEGAL_CHARACTERS_RE.sub("", value))
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return value


def _width(head: str, cells: Sequence[Cell]) -> float:
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(len(head) + 2, longest * 1.15 + 2, _NARROWEST), _WIDEST)
