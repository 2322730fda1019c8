"""Compaction: many small files of one kind and month become one sorted file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.facts import manifest
from headwater.facts.catalogue import conform
from headwater.facts.depot import Depot
from headwater.facts.records import LakeFile
from headwater.facts.sweeping import sweep


def compact(depot: Depot, fewest: int, *, gradual: bool) -> int:
    """Merge files wherever at least `fewest` can go together; returns how many were merged.

    With `gradual` a file only joins files that together have half its rows or more: so a row
    is rewritten a logarithmic number of times, however often this runs.
    """
    merged = 0
    with depot.locks.sealing():
        for kind in FactKind:
            for month in _months(depot, kind):
                merged += _compact_month(depot, month, fewest, gradual)
    if merged:
        sweep(depot)
    return merged


def _months(depot: Depot, kind: FactKind) -> list[list[LakeFile]]:
    with depot.database.reading() as connection:
        files = manifest.files(connection, depot.lake.directory, kind)
    months: dict[str, list[LakeFile]] = {}
    for file in files:
        months.setdefault(file.month, []).append(file)
    return list(months.values())


def _compact_month(depot: Depot, files: Sequence[LakeFile], fewest: int, gradual: bool) -> int:
    merged = 0
    waiting = sorted(files, key=lambda file: (file.rows, file.min_seq))
    while group := _group(waiting, depot.limits.file_rows, gradual):
        waiting = waiting[len(group) :]
        if len(group) >= fewest:
            _merge(depot, group)
            merged += len(group)
    return merged


def _group(files: Sequence[LakeFile], most: int, gradual: bool) -> list[LakeFile]:
    """Take the smallest files that fit together, at least one if there is any."""
    group: list[LakeFile] = []
    total = 0
    for file in files:
        is_outsized = gradual and file.rows > 2 * total
        if group and (total + file.rows > most or is_outsized):
            break
        group.append(file)
        total += file.rows
    return group


def _merge(depot: Depot, group: Sequence[LakeFile]) -> None:
    """Write the rows of some files as one; `seq` goes along with each row."""
    kind = group[0].kind
    schema, version = depot.catalogue.schemas[kind], depot.catalogue.versions[kind]
    with depot.locks.shared():
        parts = [
            conform(
                depot.catalogue.upgraded(depot.lake.load(f), kind, f.schema_version), schema
            )
            for f in sorted(group, key=lambda file: file.min_seq)
        ]
        written = depot.lake.write(kind, version, pa.concat_tables(parts))

        def work(connection: sqlite3.Connection) -> None:
            manifest.remove(connection, depot.lake.directory, group)
            manifest.add(connection, written)

        depot.database.commit(work)
