"""Many requests, one commit: facts wait here until a transaction has made them durable.

A thread commits everything that has gathered in one transaction, while the next requests
gather. What is under way is never given up; what only waits is
refused when the disk is too slow, so that a client that is told to send again did not store.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, NamedTuple, Protocol

from headwater.capture.collector.counters import Counters
from headwater.capture.collector.metrics import BUCKETS
from headwater.domain.errors import StoreError
from headwater.facts import Appended, Batch

MOST_QUEUED: Final = 20_000
"""Facts that may wait; beyond, requests are answered 503 at once."""
LONGEST_WAIT: Final = 10.0
"""Seconds that facts wait for a commit to begin before their request is answered 503."""

PAUSE: Final = 0.002
"""Seconds between two commits under load, in which others join the next."""
CROWD: Final = 16
"""Facts of one commit that are load: a commit of fewer is not waited for."""

_LOG: Final = logging.getLogger("headwater.collector")


class Postponed(Exception):
    """Nothing of the request was stored: the client is to send it again.

    `reason` is counted: queue_full, slow_disk, not_durable.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Journal(Protocol):
    """What takes facts: a FactStore."""

    def append_batches(self, batches: Sequence[Batch]) -> Appended: ...


Told = Callable[[str], None]
"""Called once: with "" when the facts are durable, else with the reason of Postponed."""


class _Waiting(NamedTuple):
    batches: Sequence[Batch]
    rows: int
    since: float
    told: Told


class Intake:
    """The queue before the journal, and the thread behind it. Belongs to the running loop."""

    def __init__(self, journal: Journal, counters: Counters) -> None:
        self._journal = journal
        self._counters = counters
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="headwater-intake")
        self._waiting: list[_Waiting] = []
        self._gatherers: list[Callable[[], None]] = []
        self._is_due = False
        self._began_at: float | None = None
        self._ended_at = float("-inf")
        self._pause = 0.0
        self._rows = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.problem = ""

    @property
    def queued(self) -> int:
        """Return how many facts wait or are under way."""
        return self._rows

    @property
    def is_slow(self) -> bool:
        """Tell whether the commit under way takes so long that something is wrong."""
        began = self._began_at
        return began is not None and time.monotonic() - began > LONGEST_WAIT

    def offer(self, batches: Sequence[Batch]) -> asyncio.Future[None]:
        """Return what is done when the batches are durable, or raises Postponed if not.

        Raises Postponed at once where too much waits already.
        """
        done = self._loop.create_future()
        rows = sum([batch.size for batch in batches])
        self.hand_in(batches, rows, partial(_settle, done))
        return done

    def hand_in(self, batches: Sequence[Batch], rows: int, told: Told) -> None:
        """Have batches of so many facts committed, and be told; Postponed as for `offer`."""
        if self._rows + rows > MOST_QUEUED:
            raise Postponed("queue_full")
        now = time.monotonic()
        if self._began_at is not None and now - self._began_at > LONGEST_WAIT:
            raise Postponed("slow_disk")
        self._rows += rows
        self._waiting.append(_Waiting(batches, rows, now, told))
        self.want()

    def gather(self, gatherer: Callable[[], None]) -> None:
        """Have it called before each commit, to hand in what it kept until then."""
        self._gatherers.append(gatherer)

    def want(self) -> None:
        """Have a commit begin soon."""
        if not self._is_due and self._began_at is None:
            self._is_due = True
            self._idle.clear()
            pause = self._ended_at + self._pause - time.monotonic()
            if pause > 0:
                self._loop.call_later(pause, self._begin)
            else:
                self._loop.call_soon(self._begin)  # what this turn of the loop brings joins

    def refuse_late(self) -> None:
        """Refuse what has waited too long for its commit to begin; called every second."""
        for gatherer in self._gatherers:
            gatherer()
        limit = time.monotonic() - LONGEST_WAIT
        late = [waiting for waiting in self._waiting if waiting.since < limit]
        if late:
            self._waiting = [one for one in self._waiting if one.since >= limit]
            self._settle(late, "slow_disk")

    async def finish(self) -> None:
        """Wait until nothing is left to commit, and end the thread."""
        await self._idle.wait()
        self._thread.shutdown(wait=False)

    def _begin(self) -> None:
        try:
            for gatherer in self._gatherers:
                gatherer()
        finally:
            self._is_due = False
            self._commit()

    def _commit(self) -> None:
        taken, self._waiting = self._waiting, []
        if not taken:
            self._idle.set()
            return
        self._began_at = time.monotonic()
        batches = [batch for waiting in taken for batch in waiting.batches]
        work = self._loop.run_in_executor(self._thread, self._journal.append_batches, batches)
        work.add_done_callback(partial(self._end, taken))

    def _end(self, taken: Sequence[_Waiting], work: asyncio.Future[Appended]) -> None:
        self._ended_at = time.monotonic()
        seconds = self._ended_at - (self._began_at or 0.0)
        self._began_at = None
        self._is_due = True
        self._pause = PAUSE if sum([one.rows for one in taken]) >= CROWD else 0.0
        self._loop.call_later(self._pause, self._begin)
        error = work.exception()
        if error is None:
            self.problem = ""
            self._count(work.result(), seconds)
            self._settle(taken, "")
            return
        if not isinstance(error, StoreError):
            _LOG.error("A commit failed in a way that was not foreseen.", exc_info=error)
        elif not self.problem:
            _LOG.error("Events are not stored and clients are told to wait: %s", error)
        self.problem = str(error) or type(error).__name__
        self._settle(taken, "not_durable")

    def _settle(self, taken: Sequence[_Waiting], reason: str) -> None:
        for waiting in taken:
            self._rows -= waiting.rows
            waiting.told(reason)

    def _count(self, appended: Appended, seconds: float) -> None:
        counters = self._counters
        counters.add("commits")
        counters.add("commit_seconds", (), seconds)
        for bound in BUCKETS:
            if seconds <= bound:
                counters.add("commit_buckets", (f"{bound:g}",))
        if appended.known:
            counters.add("known_facts", (), appended.known)


def _settle(done: asyncio.Future[None], reason: str) -> None:
    """Wake who waits, except where its client has gone."""
    if done.done():
        return
    if reason:
        done.set_exception(Postponed(reason))
    else:
        done.set_result(None)
