"""Append: small batches to the journal, large ones straight to sorted Parquet.

Either way the ids of the new facts, the facts (or the manifest rows of their files) and the
import mark become durable in one transaction, and append returns after it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.facts import hot, journal, manifest
from headwater.facts.columns import checked_table
from headwater.facts.depot import Depot
from headwater.facts.hot import Row
from headwater.facts.ids import Bytes, packed, sorted_unique
from headwater.facts.lake import Written
from headwater.facts.personal import is_personal, lock_rows, lock_table
from headwater.facts.records import Appended, ImportMark
from headwater.facts.validation import as_rows, as_table, checked_rows


class _OvertakenError(StoreError):
    """Another process has committed some of the same facts since they were looked up."""


def append(
    depot: Depot,
    kind: FactKind,
    rows: Any | Sequence[Mapping[str, object]],
    mark: ImportMark | None,
) -> Appended:
    """Store facts durably; see `FactStore.append`."""
    schema = depot.catalogue.schemas[kind]
    if isinstance(rows, pa.Table):
        table = checked_table(kind, schema, rows)
        if table.num_rows >= depot.limits.bulk_rows:
            return _append_bulk(depot, kind, table, mark)
        return _append_rows(depot, kind, as_rows(table), mark)
    checked = checked_rows(kind, schema, rows)
    if len(checked) >= depot.limits.bulk_rows:
        return _append_bulk(depot, kind, as_table(schema, checked), mark)
    return _append_rows(depot, kind, checked, mark)


def _append_rows(
    depot: Depot, kind: FactKind, rows: list[Row], mark: ImportMark | None
) -> Appended:
    if not any(map(is_personal, rows)):
        return _commit_rows(depot, kind, rows, mark, len(rows))
    with depot.locks.shared():  # an erasure comes before or after, never between key and fact
        # Facts that are known make no key: one may belong to a person who was erased.
        ids = np.frombuffer(bytes.fromhex("".join(row["fact_id"] for row in rows)), np.uint8)
        with depot.database.reading() as connection:
            known = journal.known_ids(connection, ids.reshape(-1, 16))
        fresh = [row for row, is_known in zip(rows, known, strict=True) if not is_known]
        locked = lock_rows(depot.vault, fresh, depot.catalogue.schemas[kind])
        return _commit_rows(depot, kind, locked, mark, len(rows))


def _commit_rows(
    depot: Depot, kind: FactKind, rows: Sequence[Row], mark: ImportMark | None, given: int
) -> Appended:
    entries = [hot.entry(row) for row in rows]
    version = depot.catalogue.versions[kind]

    def work(connection: sqlite3.Connection) -> int:
        if mark is not None:
            journal.set_mark(connection, mark)
        return journal.insert(connection, kind, version, entries)

    new = depot.database.commit(work)
    return Appended(new, given - new)


def _append_bulk(depot: Depot, kind: FactKind, table: Any, mark: ImportMark | None) -> Appended:
    """Write the files first, list them with their ids afterwards, again if overtaken."""
    ids = packed(table.column("fact_id"))
    rows = sorted_unique(ids)
    with depot.locks.shared():  # nobody sweeps the files before they are listed
        while True:
            with depot.database.reading() as connection:
                rows = rows[~journal.known_ids(connection, ids[rows])]
            written = _write(depot, kind, table, np.sort(rows))
            try:
                depot.database.commit(partial(_list, ids=ids[rows], written=written, mark=mark))
            except _OvertakenError:
                depot.lake.delete(file.path for file in written)
            else:
                return Appended(len(rows), table.num_rows - len(rows))


def _write(depot: Depot, kind: FactKind, table: Any, rows: Any) -> list[Written]:
    schema, version = depot.catalogue.schemas[kind], depot.catalogue.versions[kind]
    step = depot.limits.slice_rows
    written: list[Written] = []
    for start in range(0, len(rows), step):
        part = table
        if len(rows) < table.num_rows or table.num_rows > step:
            part = table.take(pa.array(rows[start : start + step]))
        part = lock_table(depot.vault, part, schema)
        written += depot.lake.write(kind, version, part)
    return written


def _list(
    connection: sqlite3.Connection,
    ids: Bytes,
    written: Sequence[Written],
    mark: ImportMark | None,
) -> None:
    if journal.add_ids(connection, ids) != len(ids):
        raise _OvertakenError("Another process was faster.")
    manifest.add(connection, written)
    if mark is not None:
        journal.set_mark(connection, mark)
