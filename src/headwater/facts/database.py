"""An SQLite file that many threads and processes append to, with one fsync for many of them.

Group commit by leader and followers: a thread queues its work and asks for the lead. Whoever
gets it commits everything that is queued by then in one transaction; the others find their
work done when their turn comes. A crowd of appenders thus shares one fsync, and a single one
waits for nobody.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Final, Generic, TypeVar

from headwater.domain.errors import HeadwaterError, StoreBusy, StoreDamaged, StoreError

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

BUSY_SECONDS: Final = 60
_LOOK: Final = 0.001
"""Seconds between two looks whether it is this process's turn to write."""
_CLOSED: Final = -1
_STATEMENTS: Final = 256
"""Prepared statements kept: one for each number of facts that one binds."""
_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = FAST",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 4000",  # ids fall on random pages: write one once for many
)


class _Job(Generic[T]):
    """One caller's part of a transaction, and what became of it."""

    __slots__ = ("_outcome", "_work", "error", "settled")

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._outcome: list[T] = []
        self.error: HeadwaterError | None = None
        self.settled = False

    def attempt(self, connection: sqlite3.Connection) -> bool:
        """Do the work; returns False where it failed and is to be undone."""
        try:
            self._outcome = [self._work(connection)]
        except HeadwaterError as error:
            self.error = error
        return self.error is None

    def result(self) -> T:
        if self.error is not None:
            raise self.error
        return self._outcome[0]


class Database:
    """One SQLite file in WAL mode with synchronous = FULL: committed means on disk."""

    def __init__(self, path: Path, cache_kb: int = 65_536) -> None:
        """Open or make a file; a connection keeps up to `cache_kb` of its pages in memory."""
        self.path = path
        self._pragmas = (*_PRAGMAS, f"PRAGMA cache_size = -{cache_kb}")
        self._writer = self._connect()
        self._turn = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._lead = Lock()
        self._queue: deque[_Job[object]] = deque()
        self._undone: Callable[[], None] = _nothing

    def commit(self, work: Work[T]) -> T:
        """Run the work in a transaction, perhaps with others'; return once it is durable.

        A HeadwaterError raised by the work undoes this work alone. The work must not open
        or end transactions itself.
        """
        job = _Job(work)
        self._queue.append(job)  # type: ignore[arg-type]
        with self._lead:
            if not job.settled:
                self._settle()
        return job.result()

    def when_undone(self, forget: Callable[[], None]) -> None:
        """Have it called whenever work is undone, for whoever remembers what work did."""
        self._undone = forget

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the database, whatever others commit meanwhile."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            yield connection

    def prepare(self, script: Sequence[str]) -> None:
        """Turn on WAL and create what is missing; the caller keeps other processes out."""
        with self._lead:
            self._writer.execute("PRAGMA journal_mode = WAL")
            for statement in script:
                self._writer.execute(statement)

    def scrub(self) -> None:
        """Leave nothing of deleted rows in free pages and in the write-ahead log."""
        with self._lead:
            self._writer.execute("VACUUM")
            deadline = time.monotonic() + BUSY_SECONDS
            while self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > deadline:
                    raise StoreBusy(
                        f"'{self.path}' is being read for longer than {BUSY_SECONDS} seconds, "
                        "so its write-ahead log still holds deleted rows. Run this again."
                    )
                time.sleep(0.05)

    def problems(self) -> list[str]:
        """Return what SQLite's quick check finds wrong."""
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
        return [f"{self.path.name}: {text}" for text in found if text != "ok"]

    def close(self) -> None:
        with self._lead:
            self._writer.close()
            if self._turn != _CLOSED:
                os.close(self._turn)
                self._turn = _CLOSED

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS,
            )
            for pragma in self._pragmas:
                connection.execute(pragma)
        except sqlite3.DatabaseError as error:
            raise _explained(self.path, error) from None
        return connection

    def _settle(self) -> None:
        jobs = [self._queue.popleft() for _ in range(len(self._queue))]
        unknown = StoreError(
            "The facts were not stored: another writer in this process failed."
        )
        failure: HeadwaterError | None = unknown
        try:
            self._transact(jobs)
            failure = None
        except sqlite3.DatabaseError as error:
            failure = _explained(self.path, error)
        finally:
            if failure is not None:
                self._undone()
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            for job in jobs:
                job.error = failure or job.error
                job.settled = True

    def _transact(self, jobs: Sequence[_Job[object]]) -> None:
        """Commit jobs when it is this process's turn.

        SQLite alone has who waits for its write lock sleep up to a tenth of a second between
        two looks. Where the turn does not come in time SQLite is asked all the same, and says
        why.
        """
        deadline = time.monotonic() + BUSY_SECONDS
        while not _is_taken(self._turn) and time.monotonic() < deadline:
            time.sleep(_LOOK)
        try:
            self._write(jobs)
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def _write(self, jobs: Sequence[_Job[object]]) -> None:
        self._writer.execute("BEGIN IMMEDIATE")
        if len(jobs) == 1:  # undone with the whole transaction, so nothing need be kept apart
            if not jobs[0].attempt(self._writer):
                self._writer.execute("ROLLBACK")
                self._undone()
                return
        else:
            for job in jobs:
                self._attempt_apart(job)
        self._writer.execute("COMMIT")

    def _attempt_apart(self, job: _Job[object]) -> None:
        self._writer.execute("SAVEPOINT job")
        if not job.attempt(self._writer):
            self._writer.execute("ROLLBACK TO job")
            self._undone()
        self._writer.execute("RELEASE job")


def _is_taken(turn: int) -> bool:
    """Take the turn if it is free; returns whether it is taken now."""
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _nothing() -> None:
    """Nobody remembers."""


def _explained(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    code = error.sqlite_errorcode & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy(
            f"Another process has been writing to '{path}' for more than {BUSY_SECONDS} "
            "seconds. Nothing was stored; try again."
        )
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreDamaged(f"'{path}' is damaged: {error}. Restore it from a backup.")
    return StoreError(f"'{path}' cannot be used: {error}. Nothing was stored.")
