"""Erasure of one person from every fact, hot or cold, and of their keys from the vault.

In order: find the facts (those that name the person, and those whose texts mention a key of
theirs), delete the vault keys, write the files anew without the person, swap them in the
manifest together with the journal's rows and the erasure fact, delete the old files, scrub both
databases. Until `erase` returns it may have happened in part; run again it completes. A scrub
that a crash prevented is made up for when the store is next opened.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.times import now_micros
from headwater.domain.words import FactKind
from headwater.facts import hot, journal, manifest
from headwater.facts.blanking import blanked
from headwater.facts.depot import Depot
from headwater.facts.hot import Row
from headwater.facts.lake import Written
from headwater.facts.records import Erased, LakeFile, PersonKeys
from headwater.facts.sweeping import sweep_alone
from headwater.facts.traces import Mask, Rows, Traces, columns_to_read, rows_of
from headwater.facts.validation import as_rows


@dataclass(frozen=True, slots=True)
class _Finding:
    """The rows of one file that lead to the person."""

    file: LakeFile
    rows: Rows


def erase(depot: Depot, person: PersonKeys) -> Erased:
    """Erase a person; see `FactStore.erase`."""
    traces = Traces.of(person, depot.vault)
    with depot.locks.sealing(), depot.locks.exclusive():
        findings = _findings(depot, traces)
        doomed = traces.subjects | _unshared_subjects(depot, traces, findings)
        depot.database.commit(lambda connection: journal.set_state(connection, "scrub_due", 1))
        keys = depot.vault.forget(doomed)
        written = [new for finding in findings for new in _rewritten(depot, finding, traces)]
        hot_facts = depot.database.commit(
            lambda connection: _swap(depot, connection, traces, (findings, written))
        )
        sweep_alone(depot)
        finish_scrub(depot)
    cold = sum(_count(finding.rows) for finding in findings)
    return Erased(facts=hot_facts + cold, files=len(findings), keys=keys)


def finish_scrub(depot: Depot) -> None:
    """Overwrite what deleted rows left in the databases, if an erasure asked for it."""
    with depot.database.reading() as connection:
        is_due = journal.state(connection, "scrub_due")
    if is_due:
        depot.vault.scrub()
        depot.database.scrub()
        depot.database.commit(lambda connection: journal.set_state(connection, "scrub_due", 0))


def _findings(depot: Depot, traces: Traces) -> list[_Finding]:
    with depot.database.reading() as connection:
        files = manifest.files(connection, depot.lake.directory)
    findings = []
    for file in files:
        columns = columns_to_read(depot.catalogue.schemas[file.kind])
        rows = rows_of(depot.lake.load(file, columns), traces)
        if rows.any:
            findings.append(_Finding(file, rows))
    return findings


def _count(rows: Rows) -> int:
    return int((rows.theirs | rows.elsewhere).sum())


def _unshared_subjects(
    depot: Depot, traces: Traces, findings: Sequence[_Finding]
) -> frozenset[str]:
    """Return the subjects of facts about to be blanked that no other fact needs.

    A fact on a shared browser may be under another person's key: it is blanked, but that
    person's key stays while their other facts are under it.
    """
    masks = {finding.file.path: finding.rows.theirs for finding in findings}
    found: set[str | None] = set()
    kept: set[str | None] = set()
    with depot.database.reading() as connection:
        files = manifest.files(connection, depot.lake.directory)
        for kind in FactKind:
            if "subject" in depot.catalogue.schemas[kind].names:
                table = hot.load(connection, kind, depot.catalogue)
                _sort_out(table.column("subject"), rows_of(table, traces).theirs, found, kept)
    for file in files:
        if "subject" in depot.catalogue.schemas[file.kind].names:
            subjects = depot.lake.load(file, ["subject"]).column(0)
            nowhere = np.zeros(file.rows, dtype=np.bool_)
            _sort_out(subjects, masks.get(file.path, nowhere), found, kept)
    return frozenset(subject for subject in found - kept if subject is not None)


def _sort_out(subjects: Any, mask: Mask, found: set[str | None], kept: set[str | None]) -> None:
    if subjects.null_count < len(subjects):
        found.update(pc.unique(subjects.filter(pa.array(mask))).to_pylist())
        kept.update(pc.unique(subjects.filter(pa.array(~mask))).to_pylist())


def _rewritten(depot: Depot, finding: _Finding, traces: Traces) -> list[Written]:
    file = finding.file
    table = blanked(file.kind, depot.lake.load(file), finding.rows, traces)
    return depot.lake.write(file.kind, file.schema_version, table)


def _swap(
    depot: Depot,
    connection: sqlite3.Connection,
    traces: Traces,
    files: tuple[Sequence[_Finding], Sequence[Written]],
) -> int:
    """Exchange the files, blank the hot rows, note the erasure; returns the hot rows hit."""
    findings, written = files
    manifest.remove(connection, depot.lake.directory, [finding.file for finding in findings])
    manifest.add(connection, written)
    hits = sum(_blank_hot(depot, connection, kind, traces) for kind in FactKind)
    if hits or findings:
        version = depot.catalogue.versions[FactKind.ERASURE]
        fact = hot.entry(_erasure_fact())
        journal.insert(connection, depot.known, FactKind.ERASURE, version, [fact])
    return hits


def _blank_hot(
    depot: Depot, connection: sqlite3.Connection, kind: FactKind, traces: Traces
) -> int:
    table = hot.load(connection, kind, depot.catalogue)
    rows = rows_of(table, traces)
    if not rows.any:
        return 0
    hit = pa.array(rows.theirs | rows.elsewhere)
    hits = blanked(kind, table, rows, traces).filter(hit)
    hot.replace(connection, kind, depot.catalogue.versions[kind], as_rows(hits))
    return _count(rows)


def _erasure_fact() -> Row:
    """Say that somebody was erased, and when; never who."""
    now = now_micros()
    return {
        "fact_id": uuid.uuid4().hex,
        "occurred_at": now,
        "received_at": now,
        "origin": "erasure",
        "reason": "request",
    }
