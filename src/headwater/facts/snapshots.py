"""One consistent view of hot and cold facts, however long it is looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from headwater.domain.errors import UnknownName
from headwater.domain.words import FactKind
from headwater.facts import hot, journal, manifest
from headwater.facts.catalogue import conform
from headwater.facts.depot import Depot
from headwater.facts.records import LakeFile


class Snapshot:
    """The store as it was when the snapshot was opened. Not valid after it is closed."""

    def __init__(self, depot: Depot, connection: sqlite3.Connection) -> None:
        self._depot = depot
        self._connection = connection
        self.watermark = journal.state(connection, "seq")
        """The last sequence number given: facts with a larger one came later."""

    def files(self, kind: FactKind) -> list[LakeFile]:
        """Return the files of a kind. They stay in place while the snapshot is open."""
        found = manifest.files(self._connection, self._depot.lake.directory, kind)
        for file in found:
            self._depot.catalogue.check_version(kind, file.schema_version)
        return found

    def hot(self, kind: FactKind, since: int = -1) -> Any:
        """Return the facts of a kind that are in no file yet, as an Arrow table with `seq`.

        Only those with a larger sequence number than `since`.
        """
        return hot.load(self._connection, kind, self._depot.catalogue, since=since)

    def newest(self, kind: FactKind, most: int) -> Any:
        """Return the last facts of a kind that are in no file yet, the newest first."""
        return hot.newest(self._connection, kind, self._depot.catalogue, most)

    def read(self, kind: FactKind, columns: Sequence[str] | None = None) -> Any:
        """Return all facts of a kind, hot and cold, in no promised order."""
        full = self._depot.catalogue.schemas[kind]
        for name in set(columns or ()).difference(full.names):
            raise UnknownName(f"column of {kind} facts", name, full.names)
        schema = pa.schema([full.field(name) for name in columns or full.names])
        lake = self._depot.lake
        parts = [conform(lake.load(file, columns), schema) for file in self.files(kind)]
        return pa.concat_tables([*parts, self.hot(kind).select(schema.names)])


@contextmanager
def open_snapshot(depot: Depot) -> Iterator[Snapshot]:
    """Open a view; it holds off erasure and the deletion of files until it is closed."""
    with depot.locks.shared(), depot.database.reading() as connection:
        yield Snapshot(depot, connection)
