"""Parquet files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.capture.importers.rows import RawRow, broken_off
from headwater.capture.importers.survey import Survey
from headwater.domain.errors import BadRow, InputError

_BATCH: Final = 10_000
_DAMAGE: Final = (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError)


class ParquetRows:
    """The rows of a Parquet file, streamed by batches. Row numbers count from 1.

    With `nested`, structures and lists stay what they are, else they are JSON texts.
    """

    unit = "rows"

    def __init__(self, survey: Survey, resources: ExitStack, *, nested: bool = False) -> None:
        self._nested = nested
        self._path = survey.path
        self._number = 0
        self.notes: list[str] = []
        try:
            self._file = pq.ParquetFile(survey.path)
        except _DAMAGE as failure:
            raise InputError(
                f"{self._path}: is not a Parquet file that can be read ({failure})."
            ) from failure
        resources.callback(self._file.close)
        self.total = self._file.metadata.num_rows
        self.columns = list(self._file.schema_arrow.names)

    def rows(self) -> Iterator[RawRow | BadRow]:
        """Yield each row with the values' own types."""
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH):
                for cells in _microseconds(batch).to_pylist():
                    self._number += 1
                    yield RawRow(self._number, cells if self._nested else _flat(cells))
        except (*_DAMAGE, ValueError, OverflowError) as failure:
            yield broken_off(self._number + 1, failure)

    def position(self) -> int:
        return self._number


def _microseconds(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Bring nanosecond times to microseconds, which Python's can hold."""
    arrays = [
        pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _flat(cells: dict[str, object]) -> dict[str, object]:
    return {name: _scalar(value) for name, value in cells.items()}


def _scalar(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    return value
