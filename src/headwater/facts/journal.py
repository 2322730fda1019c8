"""`facts.sqlite`: the ids of all facts ever, hot facts, the manifest's table, import marks.

Every commit takes its sequence numbers from one counter inside its write
transaction, so they grow in the order of commitment over all processes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.facts.catalogue import Catalogue
from headwater.facts.database import Database
from headwater.facts.hot import Entry
from headwater.facts.ids import Bytes
from headwater.facts.records import ImportMark

STORE_VERSION: Final = 1
"""Of the layout of `facts.sqlite` itself, kept in `user_version`."""

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
    "INSERT OR IGNORE INTO state VALUES ('seq', 0), ('scrub_due', 0)",
    f"PRAGMA user_version = {STORE_VERSION}",
)

# Ids travel as one blob that the engine cuts up: 1 M ids in about 2 s, without the GIL.
_KNOWN_IDS: Final = (
    "WITH RECURSIVE positions(i) AS"
    " (SELECT 0 UNION ALL SELECT i + 1 FROM positions WHERE i + 1 < ?2)"
    " SELECT i FROM positions WHERE EXISTS"
    " (SELECT 1 FROM fact_ids WHERE fact_id = substr(?1, i * 16 + 1, 16))"
)
_ADD_IDS: Final = (
    "INSERT OR IGNORE INTO fact_ids WITH RECURSIVE positions(i) AS"
    " (SELECT 0 UNION ALL SELECT i + 1 FROM positions WHERE i + 1 < ?2)"
    " SELECT substr(?1, i * 16 + 1, 16) FROM positions"
)

# Bodies travel as one JSON array, for the same reason.
_ADD_FACTS: Final = (
    "INSERT INTO journal SELECT ?1 + key, ?2, substr(?3, key * 16 + 1, 16), ?4, value"
    " FROM json_each(?5)"
)


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
    connection: sqlite3.Connection, kind: FactKind, version: int, entries: Sequence[Entry]
) -> int:
    """Add the facts whose ids are new, the first of equal ones; returns how many were.

    A few statements for any number of facts: each one hands the interpreter's lock over twice.
    """
    bodies = {fact.fact_id: fact.body for fact in reversed(entries)}
    facts = dict.fromkeys(fact.fact_id for fact in entries)
    ids = b"".join(facts)
    known = connection.execute(_KNOWN_IDS, (ids, len(facts))).fetchall() if facts else ()
    if known:
        places = {place for (place,) in known}
        facts = dict.fromkeys(one for n, one in enumerate(facts) if n not in places)
        ids = b"".join(facts)
    if not facts:
        return 0
    seq = state(connection, "seq")
    connection.execute(_ADD_IDS, (ids, len(facts)))
    texts = f"[{','.join([bodies[one] for one in facts])}]"
    connection.execute(_ADD_FACTS, (seq + 1, kind.value, ids, version, texts))
    set_state(connection, "seq", seq + len(facts))
    return len(facts)


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


def known_ids(connection: sqlite3.Connection, ids: Bytes) -> npt.NDArray[np.bool_]:
    """Return for each id whether the store has, or once had, a fact of it."""
    known = np.zeros(len(ids), dtype=np.bool_)
    if len(ids):
        found = connection.execute(_KNOWN_IDS, (ids.tobytes(), len(ids)))
        known[np.fromiter((row[0] for row in found), dtype=np.int64)] = True
    return known


def add_ids(connection: sqlite3.Connection, ids: Bytes) -> int:
    """Add ids, best given in order; returns how many were new."""
    if len(ids) == 0:
        return 0
    return connection.execute(_ADD_IDS, (ids.tobytes(), len(ids))).rowcount


def _record_schemas(connection: sqlite3.Connection, catalogue: Catalogue) -> None:
    """Keep the schema of every version seen: what is older is read with its own."""
    connection.executemany(
        "INSERT OR REPLACE INTO schemas VALUES (?, ?, ?)",
        [
            (kind.value, catalogue.versions[kind], schema.serialize().to_pybytes())
            for kind, schema in catalogue.schemas.items()
        ],
    )
