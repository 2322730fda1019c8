"""The store's own examination: whether what is on disk agrees with itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.domain.words import FactKind
from headwater.facts import hot, journal, known, manifest
from headwater.facts.depot import Depot
from headwater.facts.ids import packed, sorted_unique
from headwater.facts.records import LakeFile
from headwater.facts.snapshots import Snapshot


def check(depot: Depot, *, deep: bool) -> list[str]:
    """Return the problems found, as sentences; `deep` also reads the id of every fact."""
    problems = depot.database.problems() + depot.vault.problems()
    problems += _loose_secret(depot.lake.directory.parent / "secret.key")
    with depot.locks.shared(), depot.database.reading() as connection:
        snapshot = Snapshot(depot, connection)
        files = manifest.files(connection, depot.lake.directory)
        for file in files:
            problems += _file_problems(file, snapshot.watermark)
        problems += _count_problems(connection, files)
        if deep and not problems:
            problems += _id_problems(connection, snapshot)
    return problems


def _file_problems(file: LakeFile, watermark: int) -> Iterator[str]:
    if not file.path.exists():
        yield f"{file.path} is in the manifest but not on disk; restore it from a backup"
        return
    if file.path.stat().st_size != file.size:
        yield f"{file.path} has {file.path.stat().st_size} bytes, the manifest says {file.size}"
    try:
        rows = pq.read_metadata(file.path).num_rows
    except (OSError, pa.ArrowInvalid) as error:
        yield f"{file.path} cannot be read: {error}"
        return
    if rows != file.rows:
        yield f"{file.path} has {rows} rows, the manifest says {file.rows}"
    if file.max_seq > watermark:
        yield f"{file.path} has sequence numbers up to {file.max_seq}, beyond {watermark}"


def _count_problems(connection: sqlite3.Connection, files: list[LakeFile]) -> Iterator[str]:
    stored = sum(file.rows for file in files) + sum(hot.counts(connection).values())
    settled = connection.execute("SELECT count(*) FROM fact_ids").fetchone()[0]
    count = settled + journal.state(connection, "unsettled")
    if stored != count:
        yield f"{count} fact ids are known, but {stored} facts are stored"


def _id_problems(connection: sqlite3.Connection, snapshot: Snapshot) -> Iterator[str]:
    columns: list[Any] = [snapshot.read(kind, ["fact_id"]).column(0) for kind in FactKind]
    ids = np.concatenate([packed(column) for column in columns])
    unique = ids[sorted_unique(ids)]
    if len(unique) < len(ids):
        yield f"{len(ids) - len(unique)} facts are stored more than once"
    strange = unique[~known.known_ids(connection, unique)]
    unsettled = known.unsettled_ids(connection)
    unknown = sum(one.tobytes() not in unsettled for one in strange)
    if unknown:
        yield f"{unknown} facts are stored whose id is not known"


def _loose_secret(path: Path) -> Iterator[str]:
    if path.stat().st_mode & 0o077:
        yield f"{path} can be read by others; run: chmod 600 {path}"
