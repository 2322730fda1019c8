"""Which facts the store has, or once had: by their ids, of which it takes each once.

Ids fall on random pages of the table `fact_ids`, and a commit that adds one writes a whole
page for it. So a new fact's id is durable in its journal row at first, and in the memory of
each process that writes; when the rows are sealed, or very many have gathered, the ids are
settled: put into `fact_ids` in their order, the oldest facts first and a portion in each
transaction, for others wait meanwhile. Two numbers of the table `state` tell how far that is:
`settled`, the last sequence number whose id is there, and `unsettled`, how many journal rows
came after it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from headwater.facts.ids import Bytes

MOST_UNSETTLED: Final = 65_536
"""Ids kept in memory, about 150 bytes each. Sealing settles them before they are so many."""
PORTION: Final = 8_192
"""Ids settled in one transaction: in a large table each of them is a page to be written."""
CHUNK: Final = 64
"""Values that one statement binds: each statement hands the interpreter's lock over twice."""

_HOW_FAR: Final = (
    "SELECT (SELECT value FROM state WHERE name = 'seq'),"
    " (SELECT value FROM state WHERE name = 'settled')"
)
_SETTLED: Final = (
    "UPDATE state SET value = CASE name WHEN 'settled'"
    " THEN (SELECT value FROM state WHERE name = 'seq') ELSE 0 END"
    " WHERE name IN ('settled', 'unsettled')"
)
_SETTLED_TO: Final = (
    "UPDATE state SET value = CASE name WHEN 'settled' THEN ?1 ELSE value - ?2 END"
    " WHERE name IN ('settled', 'unsettled')"
)
# Many ids travel as one blob that the engine cuts up: 1 M ids in about 2 s, without the GIL.
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
_UNSETTLED: Final = "SELECT fact_id, seq FROM journal WHERE seq > ? ORDER BY seq"


class KnownIds:
    """The ids that are not settled yet, as the open write transaction sees them.

    Only whoever holds the write transaction may ask; `forget` whenever one is undone.
    """

    def __init__(self) -> None:
        self._recent: dict[bytes, int] = {}  # with their sequence numbers, in their order
        self._settled = self._seen = -1

    def refresh(self, connection: sqlite3.Connection) -> int:
        """Take notice of what others committed; returns the last sequence number given."""
        seq, settled = connection.execute(_HOW_FAR).fetchone()
        if not self._settled <= settled <= self._seen <= seq:
            self._recent.clear()
            self._seen = settled
        elif settled > self._settled:
            self._recent = {one: at for one, at in self._recent.items() if at > settled}
        self._settled = settled
        if seq > self._seen:
            self._recent.update(connection.execute(_UNSETTLED, (self._seen,)).fetchall())
            self._seen = seq
        return int(seq)

    def among(self, connection: sqlite3.Connection, ids: Sequence[bytes]) -> set[bytes]:
        """Return those of the ids that are known; call `refresh` first."""
        found = self._recent.keys() & ids
        for start in range(0, len(ids), CHUNK):
            part = [*map(bytearray, ids[start : start + CHUNK])]  # as in `journal`
            found.update([one for (one,) in connection.execute(_lookup(len(part)), part)])
        return found

    def add(self, connection: sqlite3.Connection, ids: Collection[bytes], seq: int) -> None:
        """Note the ids of rows that were just added in a row, the last of them as `seq`."""
        self._recent.update(zip(ids, range(seq - len(ids) + 1, seq + 1), strict=True))
        self._seen = seq
        while len(self._recent) >= MOST_UNSETTLED:
            self._put_away(connection, PORTION)

    def settle(self, connection: sqlite3.Connection) -> None:
        """Put all ids into the table: before journal rows go, or ids are added past it."""
        self.refresh(connection)
        self._put_away(connection, len(self._recent))

    def settle_some(self, connection: sqlite3.Connection) -> bool:
        """Put a portion of the ids into the table; returns whether there are more."""
        self.refresh(connection)
        self._put_away(connection, PORTION)
        return bool(self._recent)

    def forget(self) -> None:
        """What was noted in a transaction that is undone never was."""
        self._recent.clear()
        self._settled = self._seen = -1

    def _put_away(self, connection: sqlite3.Connection, most: int) -> None:
        """Put the oldest ids into the table, so many of them at most."""
        portion = list(islice(self._recent.items(), most))
        if not portion:
            return
        ids = sorted([one for one, _seq in portion])
        connection.execute(_ADD_IDS, (b"".join(ids), len(ids)))
        if len(portion) == len(self._recent):
            connection.execute(_SETTLED)
            self.forget()
            return
        self._settled = portion[-1][1]
        connection.execute(_SETTLED_TO, (self._settled, len(portion)))
        for one in ids:
            del self._recent[one]


def known_ids(connection: sqlite3.Connection, ids: Bytes) -> npt.NDArray[np.bool_]:
    """Return for each id whether it is in the table of those that are settled."""
    known = np.zeros(len(ids), dtype=np.bool_)
    if len(ids):
        found = connection.execute(_KNOWN_IDS, (ids.tobytes(), len(ids)))
        known[np.fromiter((row[0] for row in found), dtype=np.int64)] = True
    return known


def unsettled_ids(connection: sqlite3.Connection) -> set[bytes]:
    """Return the ids that only the journal has."""
    (settled,) = connection.execute("SELECT value FROM state WHERE name = 'settled'").fetchone()
    return {one for one, _seq in connection.execute(_UNSETTLED, (settled,))}


def add_ids(connection: sqlite3.Connection, ids: Bytes) -> int:
    """Add ids to the table, best given in order; returns how many were new there."""
    if len(ids) == 0:
        return 0
    return connection.execute(_ADD_IDS, (ids.tobytes(), len(ids))).rowcount


@lru_cache(maxsize=CHUNK)
def _lookup(count: int) -> str:
    marks = ",".join("?" * count)
    return f"SELECT fact_id FROM fact_ids WHERE fact_id IN ({marks})"  # noqa: S608 - marks
