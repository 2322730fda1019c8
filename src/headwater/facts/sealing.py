"""Sealing: hot rows become sorted Parquet in the transaction that deletes them as hot."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from time import sleep
from typing import Any, Final, Protocol

import pyarrow.compute as pc

from headwater.domain.errors import StoreDamaged, StoreError
from headwater.domain.words import FactKind
from headwater.facts import hot, manifest
from headwater.facts.depot import Depot
from headwater.facts.lake import Written

_LOG: Final = logging.getLogger(__name__)
_TURN: Final = 0.1
"""Seconds left to other processes between two transactions: they ask for the lock so often."""


def seal(depot: Depot) -> int:
    """Move the hot rows to Parquet; returns how many. One sealer at a time, over processes."""
    with depot.locks.sealing():
        while depot.database.commit(depot.known.settle_some):
            sleep(_TURN)
        return sum(_seal_kind(depot, kind) for kind in FactKind)


def _seal_kind(depot: Depot, kind: FactKind) -> int:
    """Move what is hot now; what comes meanwhile waits for the next sealing."""
    with depot.database.reading() as connection:
        waiting = hot.counts(connection).get(kind, 0)
    done = 0
    while done < waiting:
        limit = min(depot.limits.seal_rows, waiting - done)
        with depot.locks.shared():
            with depot.database.reading() as connection:
                rows = hot.load(connection, kind, depot.catalogue, limit)
            written = depot.lake.write(kind, depot.catalogue.versions[kind], rows)
            _swap(depot, kind, rows, written)
        done += rows.num_rows
    return done


def _swap(depot: Depot, kind: FactKind, rows: Any, written: Sequence[Written]) -> None:
    last = pc.max(rows.column("seq")).as_py()

    def work(connection: sqlite3.Connection) -> None:
        depot.known.settle(connection)  # the rows that are to go have their ids
        manifest.add(connection, written)
        if hot.delete(connection, kind, last) != rows.num_rows:
            raise StoreDamaged(
                f"The journal's {kind} rows up to {last} changed while they were sealed. "
                "Nothing was changed; run `headwater doctor`."
            )

    depot.database.commit(work)


class Sealable(Protocol):
    """What the sealer needs of a store."""

    def seal(self) -> int: ...
    def hot_rows(self) -> int: ...
    def tidy(self) -> int: ...


class Sealer:
    """A thread that seals every `every` seconds, or as soon as `rows` facts are hot.

    After sealing it merges small files where many have gathered. An error is logged, kept in
    `last_error`, and the next turn tries again: facts stay safe in the journal meanwhile.
    """

    def __init__(
        self, store: Sealable, every: float = 60.0, rows: int = 50_000, poll: float = 1.0
    ) -> None:
        self._store = store
        self._every = every
        self._rows = rows
        self._poll = min(poll, every)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="headwater-sealer", daemon=True)
        self.last_error: str | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the present turn and end. What is hot stays in the journal."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        sealed_at = time.monotonic()
        while not self._stopping.wait(self._poll):
            due = time.monotonic() - sealed_at >= self._every
            try:
                if due or self._store.hot_rows() >= self._rows:
                    self._store.seal()
                    self._store.tidy()
                    sealed_at = time.monotonic()
                    self.last_error = None
            except StoreError as error:
                self.last_error = str(error)
                _LOG.warning("Sealing failed and will be tried again: %s", error)
