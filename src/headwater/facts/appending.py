"""Append: small batches to the journal, large ones straight to sorted Parquet.

Either way the ids of the new facts, the facts (or the manifest rows of their files) and the
import mark become durable in one transaction, and append returns after it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.facts import hot, journal, known, manifest
from headwater.facts.columns import checked_table
from headwater.facts.depot import Depot
from headwater.facts.hot import Entry, Row
from headwater.facts.ids import Bytes, packed, sorted_unique
from headwater.facts.lake import Written
from headwater.facts.personal import is_personal, lock_rows, lock_table
from headwater.facts.records import Appended, ImportMark
from headwater.facts.validation import as_rows, as_table, checked_rows


class _OvertakenError(StoreError):
    """Another process has committed some of the same facts since they were looked up."""


class Batch(NamedTuple):
    """Facts of one kind that passed all checks, to be appended together with others'."""

    kind: FactKind
    rows: Sequence[Row]
    """Facts of which some name persons: they are locked away when they are stored."""
    entries: Sequence[Entry] = ()
    """Facts that name nobody, as the journal holds them. There are rows or entries."""

    @property
    def size(self) -> int:
        """Return how many facts there are."""
        return len(self.entries) or len(self.rows)


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
        return append_batches(depot, [_batch(kind, as_rows(table))], mark)
    checked = checked_rows(kind, schema, rows)
    if len(checked) >= depot.limits.bulk_rows:
        return _append_bulk(depot, kind, as_table(schema, checked), mark)
    return append_batches(depot, [_batch(kind, checked)], mark)


def batch(depot: Depot, kind: FactKind, rows: Sequence[Mapping[str, object]]) -> Batch:
    """Check facts; see `FactStore.batch`."""
    return _batch(kind, checked_rows(kind, depot.catalogue.schemas[kind], rows))


def _batch(kind: FactKind, rows: list[Row]) -> Batch:
    if any(map(is_personal, rows)):
        return Batch(kind, rows, ())
    return Batch(kind, (), [hot.entry(row) for row in rows])


def append_batches(
    depot: Depot, batches: Sequence[Batch], mark: ImportMark | None = None
) -> Appended:
    """Store batches in one transaction; see `FactStore.append_batches`."""
    entries: dict[FactKind, list[Entry]] = {}
    personal: dict[FactKind, list[Row]] = {}
    for one in batches:
        if one.entries:
            entries.setdefault(one.kind, []).extend(one.entries)
        else:
            personal.setdefault(one.kind, []).extend(one.rows)
    given = sum(map(len, entries.values())) + sum(map(len, personal.values()))
    if not any(personal.values()):
        return _commit(depot, entries, mark, given)
    with depot.locks.shared():  # an erasure comes before or after, never between key and fact
        for kind, rows in personal.items():
            locked = _locked(depot, kind, rows)
            entries.setdefault(kind, []).extend(map(hot.entry, locked))
        return _commit(depot, entries, mark, given)


def _locked(depot: Depot, kind: FactKind, rows: Sequence[Row]) -> list[Row]:
    """Return the rows that are new with their originals locked away.

    Facts that are known make no key: one may belong to a person who was erased.
    """
    ids = [bytes.fromhex(row["fact_id"]) for row in rows]

    def work(connection: sqlite3.Connection) -> set[bytes]:
        depot.known.refresh(connection)
        return depot.known.among(connection, ids)

    there = depot.database.commit(work)
    fresh = [row for row, one in zip(rows, ids, strict=True) if one not in there]
    return lock_rows(depot.vault, fresh, depot.catalogue.schemas[kind])


def _commit(
    depot: Depot,
    entries: Mapping[FactKind, Sequence[Entry]],
    mark: ImportMark | None,
    given: int,
) -> Appended:
    versions = depot.catalogue.versions

    def work(connection: sqlite3.Connection) -> int:
        if mark is not None:
            journal.set_mark(connection, mark)
        return sum(
            journal.insert(connection, depot.known, kind, versions[kind], facts)
            for kind, facts in entries.items()
        )

    new = depot.database.commit(work)
    return Appended(new, given - new)


def _append_bulk(depot: Depot, kind: FactKind, table: Any, mark: ImportMark | None) -> Appended:
    """Write the files first, list them with their ids afterwards, again if overtaken."""
    ids = packed(table.column("fact_id"))
    rows = sorted_unique(ids)
    with depot.locks.shared():  # nobody sweeps the files before they are listed
        while True:
            depot.database.commit(depot.known.settle)
            with depot.database.reading() as connection:
                rows = rows[~known.known_ids(connection, ids[rows])]
            written = _write(depot, kind, table, np.sort(rows))
            try:
                depot.database.commit(
                    partial(_list, depot, ids=ids[rows], written=written, mark=mark)
                )
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
    depot: Depot,
    connection: sqlite3.Connection,
    ids: Bytes,
    written: Sequence[Written],
    mark: ImportMark | None,
) -> None:
    depot.known.settle(connection)
    if known.add_ids(connection, ids) != len(ids):
        raise _OvertakenError("Another process was faster.")
    manifest.add(connection, written)
    if mark is not None:
        journal.set_mark(connection, mark)
