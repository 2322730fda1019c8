"""Tables as people have them: Arrow, pandas, Polars, DuckDB, files of Parquet.

Anything that speaks Arrow (`__arrow_c_stream__`, the Arrow PyCapsule interface) comes in
without being known by name, and without a copy where its memory is Arrow's already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import isnan
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

import pyarrow as pa
import pyarrow.dataset as pads

from headwater.attribution.clusters import IdsOf
from headwater.attribution.intake import Sparing, TouchInput
from headwater.attribution.parquet_files import BATCH_ROWS, ParquetFiles
from headwater.domain.errors import BadRow, InputError

_TIME: Final = "touched_at"


@runtime_checkable
class ArrowStream(Protocol):
    """A table that speaks Arrow: of pandas, Polars, DuckDB, nanoarrow, ..."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


TableInput: TypeAlias = (
    pa.Table
    | pa.RecordBatch
    | pa.RecordBatchReader
    | pads.Dataset
    | ArrowStream
    | Iterable[pa.RecordBatch]
    | Path
    | str
)
"""A table in memory, a stream of record batches, or the path of Parquet: a file or a directory
of files, in the order of their names."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that can be had as a stream, and again if `repeats`."""

    noun: str
    schema: pa.Schema | None
    """None: not known before the rows come."""
    repeats: bool
    open: Callable[[Sequence[str] | None], pa.Table | Iterable[pa.RecordBatch]]
    """Return the rows with these columns (None: all): a table, or batches as stored."""
    aside: Callable[[str], IdsOf | None] = lambda _: None
    """Return what reads a column of ids for some rows alone, if it need not be read along."""

    @property
    def names(self) -> Sequence[str]:
        return [] if self.schema is None else self.schema.names

    def whole(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return all rows in memory."""
        found = self.open(columns)
        if isinstance(found, pa.Table):
            return found
        batches = [as_batch(self.noun, one) for one in found]
        if batches:
            return pa.Table.from_batches(batches)
        if self.schema is None:
            raise InputError(f"The {self.noun} are a stream without any batch or schema.")
        return self.schema.empty_table()


def source(noun: str, given: TableInput, coded: Sequence[str] = ()) -> Source:
    """Return where the rows come from; `coded` texts are read from files as dictionaries.

    Raises InputError for what is no table.
    """
    if isinstance(given, str | Path):
        return _files(noun, Path(given), coded)
    if isinstance(given, pads.Dataset):
        return Source(
            noun,
            given.schema,
            True,
            lambda names: given.to_batches(columns=names, batch_size=BATCH_ROWS),
        )
    if isinstance(given, pa.RecordBatchReader):
        return Source(noun, given.schema, False, lambda _: given)
    if hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__"):
        table = _imported(noun, given)
        return Source(noun, table.schema, True, lambda _: table)
    if isinstance(given, Iterable) and not isinstance(given, dict | bytes):
        return _iterated(noun, iter(given))
    raise InputError(
        f"The {noun} must be a table that speaks Arrow (pyarrow, pandas, Polars, DuckDB), "
        f"record batches, or the path of Parquet files, not {type(given)}."
    )


def _iterated(noun: str, batches: Iterator[object]) -> Source:
    first = next(batches, None)
    if first is None:
        return Source(noun, None, False, lambda _: iter(()))
    head = as_batch(noun, first)
    rest = (as_batch(noun, one) for one in batches)
    return Source(noun, head.schema, False, lambda _: chain([head], rest))


def table(noun: str, given: TableInput) -> pa.Table:
    """Return a table of any kind as one of Arrow in memory."""
    return source(noun, given).whole()


def in_utc(rows: TouchInput, time: str, zoneless: set[str]) -> TouchInput:
    """Return rows whose times without a zone are said to be UTC; `zoneless` takes the name."""
    if isinstance(rows, pa.Table):
        return _in_utc(rows, time, zoneless)
    if isinstance(rows, Sparing):
        return replace(rows, batches=_all_in_utc(rows.batches, time, zoneless))
    return _all_in_utc(rows, time, zoneless)


def _all_in_utc(
    batches: Iterable[pa.RecordBatch], time: str, zoneless: set[str]
) -> Iterator[pa.Table]:
    return (_in_utc(pa.table(batch), time, zoneless) for batch in batches)


def as_batch(noun: str, given: object) -> pa.RecordBatch:
    """Return what a stream yields; InputError where it is no record batch."""
    if isinstance(given, pa.RecordBatch):
        return given
    raise InputError(
        f"The {noun} must be a table that speaks Arrow, or record batches; one of the batches "
        f"is {type(given)}."
    )


def _in_utc(rows: pa.Table, name: str, zoneless: set[str]) -> pa.Table:
    place = rows.schema.get_field_index(name)
    if place < 0:
        return rows
    kind = rows.schema.field(place).type
    if not pa.types.is_timestamp(kind) or kind.tz is not None:
        return rows
    zoneless.add(name)
    return rows.set_column(place, name, rows.column(place).cast(pa.timestamp(kind.unit, "UTC")))


def _imported(noun: str, given: Any) -> pa.Table:
    if isinstance(given, pa.Table):
        return given
    try:
        return pa.table(given)
    except (pa.ArrowException, TypeError, ValueError) as error:
        _refuse_mixed(noun, given)
        raise InputError(f"The {noun} cannot be read as an Arrow table: {error}") from None


def _refuse_mixed(noun: str, given: Any) -> None:
    """Raise BadRow for the first cell of another type than those above it, if there is one."""
    for name in getattr(given, "columns", ()):
        kind: type | None = None
        for row, cell in enumerate(given[name], start=1):
            if cell is None or (isinstance(cell, float) and isnan(cell)):
                continue
            if kind is not None and type(cell) is not kind:
                raise BadRow(
                    row,
                    f"{noun}.{name}",
                    cell,
                    f"is of the type {type(cell).__name__} where others are {kind.__name__}; "
                    "make them alike",
                )
            kind = type(cell)


def _files(noun: str, path: Path, coded: Sequence[str]) -> Source:
    files = ParquetFiles.at(noun, path, coded)
    schema = files.schema()

    def read(names: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
        return files.batches(schema.names if names is None else names)

    return Source(noun, schema, True, read, files.aside)
