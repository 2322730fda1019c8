"""The steps of one full rebuild on Spark: each table that is stored becomes Parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession, functions

from headwater.warehouse.spark.facts import local
from headwater.warehouse.spark.parts import batches, in_parts, key_of
from headwater.warehouse.spark.translation import translate
from headwater.warehouse.spark.types import spark_schema
from headwater.warehouse.steps import PythonStep, Scope, SqlStep, Step
from headwater.warehouse.working import SETS

_VIEWS = {Scope.VIEW, Scope.STORED_VIEW, Scope.PASSING}


class SparkRun:
    """Makes tables in a directory that every worker sees under the same path."""

    def __init__(
        self,
        session: SparkSession,
        directory: Path,
        params: Mapping[str, object],
        shapes: Mapping[str, pa.Schema],
    ) -> None:
        self._session = session
        self._directory = directory
        self._shapes = shapes
        self.params = params
        for name, columns in SETS.items():
            empty = session.createDataFrame([], _spark_columns(columns))
            empty.createOrReplaceTempView(name)

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows of a SELECT, here on the driver."""
        return self._session.sql(translate(sql, params)).toArrow()

    def stored(self, _table: str, _where: str = "true") -> pa.Table | None:
        """Return None: a rebuild on Spark is a full one."""
        return None

    def unseen(self, view: str, _table: str, column: str) -> list[str]:
        """Return the sorted values of a view's column, nulls apart."""
        found = self.query(f"select distinct {column} from {view} where {column} is not null")
        return sorted(found[column].to_pylist())

    def make(self, step: Step) -> None:
        """Run one step; what only says which rows new facts touch is left out."""
        if step.renewal.scope is Scope.TOUCHED:
            return
        if isinstance(step, SqlStep):
            self._make_by_sql(step)
        else:
            self._make_by_python(step)

    def path(self, table: str) -> Path:
        """Return the directory of a table's Parquet files."""
        return self._directory / table

    def _make_by_sql(self, step: SqlStep) -> None:
        params = {name: self.params[name] for name in step.statement.params}
        found = self._session.sql(translate(step.statement.text, params))
        if step.renewal.scope in _VIEWS:
            found.createOrReplaceTempView(step.table)
        else:
            self._store(step.table, found)

    def _make_by_python(self, step: PythonStep) -> None:
        inputs = {read: self._session.table(read) for read in step.reads}
        key = key_of(step, {name: frame.columns for name, frame in inputs.items()})
        shape = self._shapes[step.table]
        if key is not None:
            self._store(step.table, in_parts(step, inputs, key, self.params, shape))
            return
        self.path(step.table).mkdir()
        with pq.ParquetWriter(self.path(step.table) / "part-0.parquet", shape) as writer:
            for batch in batches(step.make(self)):
                writer.write_batch(batch.cast(shape))
        self._show(step.table)

    def _store(self, table: str, found: DataFrame) -> None:
        columns = spark_schema(self._shapes[table])
        cast = [functions.col(column.name).cast(column.dataType) for column in columns]
        found.select(cast).write.parquet(local(self.path(table)))
        self._show(table)

    def _show(self, table: str) -> None:
        columns = spark_schema(self._shapes[table])
        stored = self._session.read.schema(columns).parquet(local(self.path(table)))
        stored.createOrReplaceTempView(table)


def _spark_columns(columns: str) -> str:
    """Say the columns of a working set in Spark's words, which knows no unsigned numbers."""
    return columns.replace("varchar", "string").replace("ubigint", "bigint")
