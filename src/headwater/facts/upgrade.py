"""Brings facts of older schema versions forward when a store is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from headwater.domain.words import FactKind
from headwater.facts import hot, manifest
from headwater.facts.depot import Depot
from headwater.facts.lake import Written
from headwater.facts.records import LakeFile
from headwater.facts.sweeping import sweep_alone
from headwater.facts.validation import as_rows


def upgrade(depot: Depot) -> None:
    """Rewrite what is older than the code, all in one transaction; StoreError if newer."""
    if not _has_older(depot):
        return
    with depot.locks.sealing(), depot.locks.exclusive():
        older = _older_files(depot)
        written = [new for file in older for new in _rewritten(depot, file)]
        depot.database.commit(lambda connection: _swap(depot, connection, older, written))
        sweep_alone(depot)


def _has_older(depot: Depot) -> bool:
    with depot.database.reading() as connection:
        waiting = [hot.outdated(connection, kind, depot.catalogue) for kind in FactKind]
    return bool(_older_files(depot)) or any(waiting)


def _older_files(depot: Depot) -> list[LakeFile]:
    with depot.database.reading() as connection:
        files = manifest.files(connection, depot.lake.directory)
    for file in files:
        depot.catalogue.check_version(file.kind, file.schema_version)
    versions = depot.catalogue.versions
    return [file for file in files if file.schema_version < versions[file.kind]]


def _rewritten(depot: Depot, file: LakeFile) -> list[Written]:
    rows = depot.catalogue.upgraded(depot.lake.load(file), file.kind, file.schema_version)
    return depot.lake.write(file.kind, depot.catalogue.versions[file.kind], rows)


def _swap(
    depot: Depot,
    connection: sqlite3.Connection,
    older: Sequence[LakeFile],
    written: Sequence[Written],
) -> None:
    manifest.remove(connection, depot.lake.directory, older)
    manifest.add(connection, written)
    for kind in FactKind:
        if hot.outdated(connection, kind, depot.catalogue):
            table: Any = hot.load(connection, kind, depot.catalogue)
            hot.replace(connection, kind, depot.catalogue.versions[kind], as_rows(table))
