"""Reports as files: CSV, JSON and Parquet for machines, XLSX (`sheets`) for people.

Amounts are in major units with the currency's own decimals, a point before them; what cannot
be known is blank (CSV) or null. CSV holds the rows alone; the others carry the header
and the balance too.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.domain.errors import UnknownName
from headwater.domain.money import Money, exponent
from headwater.domain.times import from_micros
from headwater.reports.metrics import ColumnKind
from headwater.reports.report import Amount, BalanceLine, Report
from headwater.reports.sheets import to_xlsx

DECIMALS: Final = 9
"""Decimals of counts, rates, ratios and days: beyond them binary64 sums are noise."""


def to_csv(report: Report) -> bytes:
    """Return the rows as UTF-8 CSV with a header line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in report.columns])
    for row in zip(*_cells(report), strict=True):
        writer.writerow(["" if cell is None else cell for cell in row])
    return text.getvalue().encode()


def to_json(report: Report) -> bytes:
    """Return `{name, title, header, columns, rows, total, balance}` as UTF-8 JSON."""
    kinds = {column.name: column.kind for column in report.columns}
    currency = report.header.currency
    made = {
        "name": report.name,
        "title": report.title,
        "header": _header(report),
        "columns": [asdict(column) for column in report.columns],
        "rows": [_numbers(row, kinds, currency) for row in report.rows.to_pylist()],
        "total": [_numbers(row, kinds, currency) for row in report.total.to_pylist()],
        "balance": [_line(line, currency) for line in report.balance.lines],
    }
    return json.dumps(made, ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n"


def to_parquet(report: Report) -> bytes:
    """Return the rows as Parquet: money as decimals, header and balance in the metadata."""
    arrays = [
        _decimals(report.rows.column(place), report.header.currency)
        if column.kind is ColumnKind.MONEY
        else report.rows.column(place)
        for place, column in enumerate(report.columns)
    ]
    balance = [_line(line, report.header.currency) for line in report.balance.lines]
    table = pa.table(arrays, names=[column.name for column in report.columns])
    table = table.replace_schema_metadata(
        {
            "headwater.report": report.name,
            "headwater.header": json.dumps(_header(report), ensure_ascii=False),
            "headwater.balance": json.dumps(balance, ensure_ascii=False),
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


FORMATS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    "csv": to_csv,
    "xlsx": to_xlsx,
    "json": to_json,
    "parquet": to_parquet,
}


def render(report: Report, file_format: str) -> bytes:
    """Return the report in one of FORMATS; UnknownName for another."""
    if file_format not in FORMATS:
        raise UnknownName("format", file_format, FORMATS)
    return FORMATS[file_format](report)


def plain(value: object, kind: ColumnKind, currency: str) -> str | None:
    """Return one cell as a machine reads it: `1234.50`, `0.122950189`, None where unknown."""
    if value is None or isinstance(value, str):
        return value
    number = Decimal(str(value))
    if kind is ColumnKind.MONEY:
        return f"{_rounded(number, currency):f}"
    if isinstance(value, int):
        return str(value)
    text = f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _rounded(minor: Decimal, currency: str) -> Decimal:
    whole = int(minor.to_integral_value(rounding=ROUND_HALF_EVEN))
    return Money.from_minor(whole, currency).amount


def _cells(report: Report) -> list[list[str | None]]:
    return [
        [plain(value, column.kind, report.header.currency) for value in cells.to_pylist()]
        for column, cells in zip(report.columns, report.rows.columns, strict=True)
    ]


def _number(value: object, kind: ColumnKind, currency: str) -> object:
    """Return a JSON number: a shortest float gives every cent back up to 15 digits."""
    if value is None or isinstance(value, str):
        return value
    text = plain(value, kind, currency) or "0"
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _numbers(
    row: Mapping[str, object], kinds: Mapping[str, ColumnKind], currency: str
) -> dict[str, object]:
    return {name: _number(value, kinds[name], currency) for name, value in row.items()}


def _header(report: Report) -> dict[str, object]:
    made = asdict(report.header)
    made["from"] = made.pop("from_")
    moment = report.header.as_of
    made["as_of"] = None if moment is None else from_micros(moment).isoformat()
    return made


def _line(line: BalanceLine, currency: str) -> dict[str, object]:
    def number(amount: Amount) -> object:
        return _number(amount, line.kind, currency)

    return {
        "metric": line.key,
        "credited": number(line.credited),
        "parts": [{"label": part.label, "amount": number(part.amount)} for part in line.parts],
        "total": number(line.total),
        "difference": number(line.difference),
    }


def _decimals(cells: pa.ChunkedArray, currency: str) -> pa.Array:
    values = [
        None if value is None else _rounded(Decimal(str(value)), currency)
        for value in cells.to_pylist()
    ]
    return pa.array(values, type=pa.decimal128(38, exponent(currency)))
