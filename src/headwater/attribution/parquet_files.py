"""Parquet files as a stream of batches, and single rows of a column that was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.attribution.checks import is_id
from headwater.domain.errors import InputError

BATCH_ROWS: Final = 131_072
"""Rows read from a file at a time."""
_MOST_ROWS: Final = 1 << 21
"""Rows of one row group whose column may be held beside the stream."""


@dataclass(frozen=True, slots=True)
class ParquetFiles:
    """Files of one table in the order of their rows; `coded` texts come as dictionaries."""

    noun: str
    files: Sequence[Path]
    coded: Sequence[str]

    @classmethod
    def at(cls, noun: str, path: Path, coded: Sequence[str]) -> ParquetFiles:
        """Return a file, or those of a directory whose names do not begin with . or _."""
        if not path.is_dir():
            return cls(noun, [path], coded)
        found = sorted(path.rglob("*.parquet"))
        files = [one for one in found if not one.name.startswith((".", "_"))]
        if not files:
            raise InputError(f"The directory '{path}' of {noun} holds no .parquet file.")
        return cls(noun, files, coded)

    def schema(self) -> pa.Schema:
        """Return the first file's columns."""
        return self.opened(self.files[0]).schema_arrow

    def batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield these columns of all rows; InputError where a file lacks one."""
        return chain.from_iterable(self._batches(one, names) for one in self.files)

    def aside(self, name: str) -> SomeRows | None:
        """Return a way to read a column of ids for some rows alone.

        None where that column must be read along: where rows without an id, or ids that are
        neither texts nor whole numbers, would go unseen.
        """
        groups: list[tuple[Path, int]] = []
        sizes: list[int] = []
        for path in self.files:
            file = self.opened(path)
            if name not in file.schema_arrow.names:
                return None
            if not is_id(file.schema_arrow.field(name).type):
                return None
            for number in range(file.metadata.num_row_groups):
                group = file.metadata.row_group(number)
                if not _is_full(group, name) or group.num_rows > _MOST_ROWS:
                    return None
                groups.append((path, number))
                sizes.append(group.num_rows)
        return SomeRows(self, name, groups, list(accumulate(sizes, initial=0)))

    def opened(self, path: Path) -> pq.ParquetFile:
        """Return a file to read from; InputError where it is none."""
        try:
            plain = pq.ParquetFile(path)
            texts = [name for name in self.coded if name in plain.schema_arrow.names]
            return pq.ParquetFile(path, metadata=plain.metadata, read_dictionary=texts)
        except (OSError, pa.ArrowException) as error:
            raise self.unreadable(path, error) from None

    def unreadable(self, path: Path, error: Exception) -> InputError:
        return InputError(
            f"The {self.noun} in '{path}' cannot be read as a Parquet file: {error}"
        )

    def _batches(self, path: Path, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        with self.opened(path) as file:
            for name in names:
                if name not in file.schema_arrow.names:
                    raise InputError(
                        f"The {self.noun} in '{path}' lack the column '{name}', which other "
                        "files have."
                    )
            try:
                yield from file.iter_batches(BATCH_ROWS, columns=list(names))
            except (OSError, pa.ArrowException) as error:
                raise self.unreadable(path, error) from None


@dataclass(slots=True)
class SomeRows:
    """One column, read by the row group where rows of it are asked for."""

    of: ParquetFiles
    name: str
    groups: Sequence[tuple[Path, int]]
    edges: Sequence[int]
    """The first row of each group, and one past the last row of all."""
    held: dict[int, pa.ChunkedArray] = field(default_factory=dict)
    """The groups that the rows last asked for are in."""

    def __call__(self, first: int, rows: int) -> pa.ChunkedArray:
        """Return the column of so many rows from row `first` (counted from 0) on."""
        last = first + rows
        wanted = [
            number
            for number in range(len(self.groups))
            if self.edges[number] < last and first < self.edges[number + 1]
        ]
        self.held = {
            number: self.held[number] if number in self.held else self._read(number)
            for number in wanted
        }
        parts = pa.chunked_array(
            list(chain.from_iterable(one.chunks for one in self.held.values()))
        )
        return parts.slice(first - self.edges[wanted[0]], rows)

    def _read(self, number: int) -> pa.ChunkedArray:
        path, group = self.groups[number]
        with self.of.opened(path) as file:
            try:
                return file.read_row_group(group, columns=[self.name]).column(0)
            except (OSError, pa.ArrowException) as error:
                raise self.of.unreadable(path, error) from None


def _is_full(group: pq.RowGroupMetaData, name: str) -> bool:
    """Return whether the file itself says that no row of the column is empty."""
    for place in range(group.num_columns):
        column = group.column(place)
        if column.path_in_schema == name:
            told = column.statistics
            return told is not None and told.has_null_count and told.null_count == 0
    return False
