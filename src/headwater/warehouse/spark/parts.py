"""Makes a table of a function in many parts at once, each with all rows of its keys.

A step that is kept up to date by a key makes the rows of some keys from the rows of these keys
alone; so the keys may be dealt out to as many workers as there are. On a worker the function
asks its rows of a DuckDB in memory, by the same SELECTs as on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, functions

from headwater.warehouse.engine import MEMORY_LIMIT, lend, rows
from headwater.warehouse.spark.types import spark_schema
from headwater.warehouse.steps import PythonStep

_SOURCE: Final = "source_number"
_KEY: Final = "part_key"


@dataclass(slots=True)
class PartReader:
    """What a function may ask about the rows of one part: see `steps.Reader`."""

    cursor: duckdb.DuckDBPyConnection
    params: Mapping[str, object]

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        return rows(self.cursor, sql, params)

    def stored(self, _table: str, _where: str = "true") -> pa.Table | None:
        return None

    def unseen(self, view: str, _table: str, column: str) -> list[str]:
        found = self.query(
            f"select distinct {column} from {view} where {column} is not null order by 1"
        )
        values: list[str] = found[column].to_pylist()
        return values


def key_of(step: PythonStep, columns: Mapping[str, Sequence[str]]) -> str | None:
    """Return the column to deal a step's rows out by; None where it must see them all."""
    key = step.renewal.key
    if key is None or not step.reads:
        return None
    dealt = set(step.reads) - set(step.whole)
    return key.column if all(key.column in columns[read] for read in dealt) else None


def in_parts(
    step: PythonStep,
    inputs: Mapping[str, DataFrame],
    key: str,
    params: Mapping[str, object],
    shape: pa.Schema,
) -> DataFrame:
    """Return the rows that the step makes of its inputs, by Spark's usual number of parts."""
    whole = {name: inputs[name].toArrow() for name in step.whole}
    dealt = {name: frame for name, frame in inputs.items() if name not in whole}
    together = _together(dealt, key)
    shuffled = together.repartition(_parts(together), functions.col(_KEY))
    make = _maker(step, tuple(dealt), whole, dict(params), shape)
    return shuffled.mapInArrow(make, spark_schema(shape))


def _parts(frame: DataFrame) -> int:
    return int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions") or 1)


def _together(inputs: Mapping[str, DataFrame], key: str) -> DataFrame:
    """Put the rows of all inputs in one frame: who each is from, and a struct for each."""
    several = [
        frame.select(
            functions.lit(number).alias(_SOURCE),
            functions.col(key).alias(_KEY),
            functions.struct(*(functions.col(column) for column in frame.columns)).alias(name),
        )
        for number, (name, frame) in enumerate(inputs.items())
    ]
    first, *others = several
    for other in others:
        first = first.unionByName(other, allowMissingColumns=True)
    return first


def _maker(
    step: PythonStep,
    names: Sequence[str],
    whole: Mapping[str, pa.Table],
    params: Mapping[str, object],
    shape: pa.Schema,
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def make(part: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        tables = _apart(part, names)
        if tables is None:
            return
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": MEMORY_LIMIT,
        }
        with duckdb.connect(config=settings) as connection:
            for name in names:
                lend(connection, name, tables.pop(name))
            for name, table in whole.items():
                lend(connection, name, table)
            for batch in batches(step.make(PartReader(connection, params))):
                yield batch.cast(shape)

    return make


def batches(made: pa.Table | pa.RecordBatchReader) -> Iterable[pa.RecordBatch]:
    """Return what a function made, as it may be handed on."""
    found: Iterable[pa.RecordBatch] = made
    return made.to_batches() if isinstance(made, pa.Table) else found


def _apart(part: Iterator[pa.RecordBatch], names: Sequence[str]) -> dict[str, pa.Table] | None:
    """Return each input's rows of this part; None where there are no rows at all."""
    parts: dict[str, list[pa.RecordBatch]] = {name: [] for name in names}
    for batch in part:
        for number, name in enumerate(names):
            own = batch.filter(pc.equal(batch[_SOURCE], number))
            parts[name].append(pa.RecordBatch.from_struct_array(own[name]))
    if not parts[names[0]]:
        return None
    return {name: pa.Table.from_batches(found) for name, found in parts.items()}
