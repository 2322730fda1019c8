"""The DuckDB file: opening it, and asking it questions from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa

from headwater.domain.errors import StoreBusy, StoreDamaged

EngineError = duckdb.Error
"""Whatever the engine itself raises."""

MEMORY_LIMIT = "1600MB"
PATIENCE = 60.0
"""Seconds to wait for questions under way before the file is replaced."""


def rows(
    cursor: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, object] | None = None
) -> pa.Table:
    """Return a SELECT's rows as Arrow, by the one call that 1.5 and 2.0 share."""
    return cursor.sql(sql, params=dict(params or {})).to_arrow_table()


def lend(cursor: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Copy an Arrow table into a temporary one of the connection.

    A copy, because DuckDB 1.5 fails where it pushes a join's filter into an Arrow scan.
    """
    cursor.register("lent", table)
    cursor.execute(f"create or replace temp table {name} as from lent")
    cursor.unregister("lent")


class Warehouse:
    """The derived tables. One process holds the file; its threads share this object."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self._turn = threading.Condition()
        self._lent = 0
        self.path = path
        self.catalog = path.stem
        """The name that qualifies stored tables against temporary ones."""

    @classmethod
    def open(cls, path: Path, *, memory_limit: str = MEMORY_LIMIT) -> Self:
        """Open or create the file; StoreBusy where another process holds it.

        The tables can be made again, so a file that cannot be read is set aside by the
        operator (`headwater rebuild --full` after removing it), never silently.
        """
        return cls(_connect(path, memory_limit), path)

    def take_over(self, fresh: Path, patience: float = PATIENCE) -> None:
        """Put a finished file, closed and of the same name, in the place of this one.

        Whoever asks sees the old tables or the new. What the old file held is gone with it,
        freed blocks and log too. Waits for questions under way; StoreBusy where they take
        longer than so many seconds, and then nothing was changed.
        """
        with self._turn:
            if not self._turn.wait_for(lambda: self._lent == 0, patience):
                raise StoreBusy(
                    f"Others still read {self.path} after {patience:.0f} seconds. Wait for the "
                    "running report to end and try again."
                )
            self._connection.close()
            try:
                self.path.with_name(self.path.name + ".wal").unlink(missing_ok=True)
                fresh.replace(self.path)
            finally:
                self._connection = _connect(self.path, MEMORY_LIMIT)

    def query(
        self,
        sql: str,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """Return the rows of a SELECT as Arrow.

        `params` are bound to `$name`. `tables` are visible under their names in this query
        alone, before any stored table of the same name.
        """
        with self.cursor() as cursor:
            for name, table in (tables or {}).items():
                lend(cursor, name, table)
            return rows(cursor, sql, params)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a connection of its own: its temporary views are seen by nobody else."""
        with self._turn:
            cursor = self._connection.cursor()
            self._lent += 1
        try:
            yield cursor
        finally:
            cursor.close()
            with self._turn:
                self._lent -= 1
                self._turn.notify_all()

    def has_table(self, name: str) -> bool:
        """Say whether a derived table has been made."""
        found = self.query(
            "select 1 as found from information_schema.tables"
            " where table_schema = 'main' and table_name = $name",
            {"name": name},
        )
        return bool(found.num_rows)

    def state(self) -> dict[str, str]:
        """Return what the last rebuild noted of itself; empty before the first."""
        try:
            rows = self.query("select name, value from rebuild_state").to_pylist()
        except duckdb.CatalogException:
            return {}
        return {row["name"]: row["value"] for row in rows}

    def close(self) -> None:
        """Close the file and release its lock."""
        with self._turn:
            self._connection.close()


def _connect(path: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(path) + ".tmp",
    }
    try:
        connection = duckdb.connect(str(path), config=settings)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise StoreBusy(f"Another process holds {path}.") from error
        raise StoreDamaged(
            f"{path} cannot be read ({error}). It holds derived tables only: remove it and "
            "run `headwater rebuild --full`."
        ) from error
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set python_enable_replacements = false")
    return connection
