"""Tables that people hand to `headwater attribute`: CSV or Parquet, made fit for the library.

Cells of CSV are texts; here they become numbers, times and flags, or an error that names row
and field. Rows are counted as a spreadsheet does: the header of a CSV file is row 1.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from headwater.domain.errors import BadRow, InputError
from headwater.domain.times import to_micros

USUAL_DECIMALS: Final = 2
MOST_DECIMALS: Final = 6
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file's rows; `first_row` is the number that its first one has for a reader."""

    noun: str
    table: pa.Table
    first_row: int
    origins: Mapping[str, str] = field(default_factory=dict)
    """What columns that were renamed are called in the file."""

    @classmethod
    def read(cls, noun: str, path: Path) -> TableFile:
        """Read a CSV file (UTF-8, commas, a header) or a Parquet file."""
        try:
            if path.suffix.lower() == ".parquet":
                return cls(noun, pq.read_table(path), 1)
            return cls(noun, _read_csv(path), 2)
        except (OSError, UnicodeDecodeError, pa.ArrowInvalid) as error:
            raise InputError(f"The {noun} in {path} cannot be read: {error}") from None

    def has(self, name: str) -> bool:
        return name in self.table.column_names

    def require(self, *names: str) -> TableFile:
        """Return the file; InputError names the first column that it lacks."""
        for name in names:
            if not self.has(name):
                present = ", ".join(self.table.column_names)
                raise InputError(
                    f"The {self.noun} lack the column '{name}'. The columns present: {present}."
                )
        return self

    def with_cells(
        self, name: str, kind: pa.DataType, read: Callable[[Any], object]
    ) -> TableFile:
        """Return the file with each cell of a column read anew; absent columns stay absent."""
        if not self.has(name):
            return self
        cells: list[object] = []
        for row, cell in enumerate(self.table.column(name).to_pylist(), start=self.first_row):
            try:
                cells.append(None if cell is None else read(cell))
            except (ValueError, InvalidOperation, InputError) as error:
                raise BadRow(row, f"{self.noun}.{name}", cell, _reason(error)) from None
        return self.replaced(name, pa.array(cells, kind))

    def with_numbers(self, name: str) -> TableFile:
        """Return the file with a column of texts as numbers."""
        if not self.has(name) or not _is_text(self.table.column(name).type):
            return self
        return self.with_cells(name, pa.float64(), _number)

    def with_times(self, name: str) -> TableFile:
        """Return the file with a column as microseconds; times without a zone are UTC."""
        if self.has(name):
            kind = self.table.column(name).type
            if pa.types.is_timestamp(kind) and kind.tz is None:
                zoned = self.table.column(name).cast(pa.timestamp("us")).cast(pa.int64())
                return self.replaced(name, zoned)
            if _is_text(kind):
                return self.with_cells(name, pa.int64(), _micros)
        return self

    def with_flags(self, name: str) -> TableFile:
        """Return the file with a column of true and false."""
        if not self.has(name) or not _is_text(self.table.column(name).type):
            return self
        return self.with_cells(name, pa.bool_(), _flag)

    def renamed(self, names: Mapping[str, str]) -> TableFile:
        """Return the file with columns under other names."""
        columns = [names.get(name, name) for name in self.table.column_names]
        origins = {**self.origins, **{new: old for old, new in names.items()}}
        return replace(self, table=self.table.rename_columns(columns), origins=origins)

    def with_minor(self, name: str, into: str) -> tuple[TableFile, int]:
        """Return the file with exact amounts as whole units, and how many decimals these have.

        As many as the amounts are written with, at least 2, at most 6.
        """
        exact = self.with_cells(name, pa.decimal128(38, MOST_DECIMALS), _amount)
        amounts = exact.table.column(name).to_pylist()
        decimals = max((_decimals(one) for one in amounts if one is not None), default=0)
        decimals = max(decimals, USUAL_DECIMALS)
        units = [None if one is None else int(one.scaleb(decimals)) for one in amounts]
        return exact.replaced(name, pa.array(units, pa.int64())).renamed({name: into}), decimals

    def replaced(self, name: str, values: pa.Array | pa.ChunkedArray) -> TableFile:
        """Return the file with other values in a column."""
        place = self.table.column_names.index(name)
        return replace(self, table=self.table.set_column(place, name, values))


@contextmanager
def rows_as_in(*files: TableFile) -> Iterator[None]:
    """Let an error that names a row name it as the file's reader counts."""
    try:
        yield
    except BadRow as error:
        for one in files:
            noun, _, name = error.field.partition(".")
            if noun == one.noun:
                row = error.row + one.first_row - 1
                place = f"{noun}.{one.origins.get(name, name)}"
                raise BadRow(row, place, error.value, error.reason) from None
        raise


def _read_csv(path: Path) -> pa.Table:
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = next(csv.reader(file), None)
    if not header:
        raise InputError(f"{path} is empty; its first line must name the columns.")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise InputError(f"{path} has the column '{repeated[0]}' twice; rename one.")
    return pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, _Unreadable) else "cannot be read"


class _Unreadable(ValueError):
    """A cell that is not what its column holds; the text says what that is."""


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise _Unreadable("is not a number") from None


def _flag(cell: str) -> bool:
    try:
        return _FLAGS[cell.strip().lower()]
    except KeyError:
        raise _Unreadable("is not true or false") from None


def _micros(cell: str) -> int:
    text = cell.strip()
    if text.lstrip("-").isdigit() and len(text) > len("20260131"):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Unreadable(
            "is not a time such as 2026-01-31T09:30:00Z, nor microseconds since 1970"
        ) from None
    return to_micros(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _amount(cell: object) -> Decimal:
    try:
        amount = Decimal(str(cell).strip())
    except InvalidOperation:
        raise _Unreadable("is not an amount such as 1234.50") from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 16:
        raise _Unreadable("is not an amount that can be shared out")
    if _decimals(amount) > MOST_DECIMALS:
        raise _Unreadable(f"has more than {MOST_DECIMALS} decimals; round it")
    return amount


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
