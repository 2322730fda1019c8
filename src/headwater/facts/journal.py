"""`facts.sqlite`: the ids of all facts ever, hot facts, the manifest's table, import marks.

Every commit takes its sequence numbers from one counter inside its write
transaction, so they grow in the order of commitment over all processes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.facts.catalogue import Catalogue
from headwater.facts.database import Database
from headwater.facts.hot import Entry
from headwater.facts.known import CHUNK, KnownIds
from headwater.facts.records import ImportMark

STORE_VERSION: Final = 2
"""Of the layout of `facts.sqlite`, kept in `user_version`. 1 had all ids in `fact_ids`."""

TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT NOT NULL, fact_id BLOB NOT NULL, schema_version INTEGER NOT NULL,"
    " body TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS journal_by_kind ON journal (kind)",
    "CREATE TABLE IF NOT EXISTS fact_ids (fact_id BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
    " month TEXT NOT NULL, path TEXT NOT NULL UNIQUE, rows INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, min_seq INTEGER NOT NULL, max_seq INTEGER NOT NULL,"
    " schema_version INTEGER NOT NULL, min_at INTEGER NOT NULL, max_at INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS imports (import_id TEXT PRIMARY KEY,"
    " rows_done INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS schemas (kind TEXT, schema_version INTEGER,"
    " schema BLOB NOT NULL, PRIMARY KEY (kind, schema_version)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY,"
    " value INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT OR IGNORE INTO state VALUES ('seq', 0), ('scrub_due', 0), ('unsettled', 0)",
    "INSERT OR IGNORE INTO state SELECT 'settled', value FROM state WHERE name = 'seq'",
    f"PRAGMA user_version = {STORE_VERSION}",
)

_COUNT: Final = "UPDATE state SET value = value + ? WHERE name IN ('seq', 'unsettled')"


def prepare(database: Database, catalogue: Catalogue) -> None:
    """Create the tables, or raise StoreError where a newer Headwater made them."""
    with database.reading() as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > STORE_VERSION:
        raise StoreError(
            f"'{database.path}' has layout {version}; this Headwater knows {STORE_VERSION}. "
            "Install the newer Headwater that made it."
        )
    database.prepare(TABLES)
    database.commit(lambda connection: _record_schemas(connection, catalogue))


def state(connection: sqlite3.Connection, name: str) -> int:
    """Return a number the store keeps: `seq` (the last given), `scrub_due`."""
    found = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    return int(found[0])


def set_state(connection: sqlite3.Connection, name: str, value: int) -> None:
    """Change a number the store keeps."""
    connection.execute("UPDATE state SET value = ? WHERE name = ?", (value, name))


def insert(
    connection: sqlite3.Connection,
    known: KnownIds,
    kind: FactKind,
    version: int,
    entries: Sequence[Entry],
) -> int:
    """Add the facts whose ids are new, the first of equal ones; returns how many were.

    A few statements for any number of facts: each one hands the interpreter's lock over twice.
    """
    facts = dict(entries)
    if len(facts) < len(entries):
        facts = dict(reversed(entries))  # the first of equals stands, in its own place
        facts = {fact_id: facts[fact_id] for fact_id, _ in entries}
    seq = known.refresh(connection)
    for fact_id in known.among(connection, [*facts]):
        del facts[fact_id]
    if facts:
        _add(connection, (kind.value, version, seq), facts)
        connection.execute(_COUNT, (len(facts),))
        known.add(connection, facts.keys(), seq + len(facts))
    return len(facts)


def _add(
    connection: sqlite3.Connection, place: tuple[str, int, int], facts: dict[bytes, str]
) -> None:
    kind, version, seq = place
    # Of bytes the driver asks each time whether somebody adapts them, of byte arrays not.
    values = [*chain.from_iterable(zip(map(bytearray, facts), facts.values(), strict=True))]
    for start in range(0, len(values), 2 * CHUNK):
        part = values[start : start + 2 * CHUNK]
        connection.execute(_added(len(part) // 2), (kind, version, seq + 1 + start // 2, *part))


@lru_cache(maxsize=CHUNK)
def _added(count: int) -> str:
    rows = ",".join(f"(?3+{n},?1,?{2 * n + 4},?2,?{2 * n + 5})" for n in range(count))
    return f"INSERT INTO journal VALUES {rows}"  # noqa: S608 - marks


def set_mark(connection: sqlite3.Connection, mark: ImportMark) -> None:
    """Keep how far an import has come."""
    connection.execute(
        "INSERT INTO imports VALUES (?, ?)"
        " ON CONFLICT (import_id) DO UPDATE SET rows_done = excluded.rows_done",
        (mark.import_id, mark.rows_done),
    )


def get_mark(connection: sqlite3.Connection, import_id: str) -> int:
    """Return the rows of an import that are done; 0 if it is unknown."""
    found = connection.execute(
        "SELECT rows_done FROM imports WHERE import_id = ?", (import_id,)
    ).fetchone()
    return int(found[0]) if found else 0


def _record_schemas(connection: sqlite3.Connection, catalogue: Catalogue) -> None:
    """Keep the schema of every version seen: what is older is read with its own."""
    connection.executemany(
        "INSERT OR REPLACE INTO schemas VALUES (?, ?, ?)",
        [
            (kind.value, catalogue.versions[kind], schema.serialize().to_pybytes())
            for kind, schema in catalogue.schemas.items()
        ],
    )
