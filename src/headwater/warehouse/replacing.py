"""Puts finished tables in the place of stored ones between two rebuilds."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from headwater.domain.errors import StoreError
from headwater.warehouse.engine import EngineError, Warehouse


def replace_tables(
    warehouse: Warehouse, tables: Mapping[str, pa.Table], notes: Mapping[str, str]
) -> None:
    """Store tables and notes of `rebuild_state` in one transaction; no rebuild may be running.

    Readers see all of it or nothing. Raises StoreError.
    """
    try:
        with warehouse.cursor() as cursor:
            cursor.execute("begin")
            try:
                for name, content in tables.items():
                    cursor.register("made", content)
                    cursor.execute(f"create or replace table {name} as from made")
                    cursor.unregister("made")
                for note, value in notes.items():
                    cursor.execute("delete from rebuild_state where name = ?", [note])
                    cursor.execute("insert into rebuild_state values (?, ?)", [note, value])
                cursor.execute("commit")
            except BaseException:
                cursor.execute("rollback")
                raise
    except EngineError as error:
        raise StoreError(f"The tables could not be stored: {error}") from error
