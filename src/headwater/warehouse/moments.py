"""One moment of the derived tables, held still while rebuilds go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from headwater.warehouse.engine import Warehouse, rows


class Moment:
    """Answers every question from the tables as they were at the first one."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows of a SELECT; `params` are bound to `$name`."""
        return rows(self._cursor, sql, params)


@contextmanager
def moment(warehouse: Warehouse) -> Iterator[Moment]:
    """Lend one moment of the tables."""
    with warehouse.cursor() as cursor:
        cursor.execute("begin")
        try:
            yield Moment(cursor)
        finally:
            cursor.execute("rollback")
