"""What one worker of the collector holds: the store, the sites, the queue, the counters."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headwater.capture.collector import counters
from headwater.capture.collector.clients import Proxies
from headwater.capture.collector.counters import Counters, Status
from headwater.capture.collector.intake import Intake
from headwater.capture.collector.limiting import USUAL, Limiter, Limits
from headwater.capture.collector.pipeline import Pipeline
from headwater.capture.collector.salt import DailySalt
from headwater.capture.mail_clicks import MAIL_SECRET
from headwater.capture.snapshot import SnapshotReader
from headwater.domain.times import now_micros
from headwater.facts import FactStore

CONNECTIONS: Final = 8_192
LOCAL_PROXIES: Final = ("127.0.0.1", "::1")

_TICK: Final = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """How a worker is to run. `token` opens /metrics to others than this machine.

    `connections` is how many it has open at most.
    """

    directory: Path
    slot: int = 0
    trusted_proxies: tuple[str, ...] = LOCAL_PROXIES
    token: str = ""
    limits: Limits = USUAL
    connections: int = CONNECTIONS


class Worker:
    """An opened data directory; made in the loop that serves it."""

    def __init__(self, options: Options) -> None:
        """Open the store; raises StoreError where that is not possible."""
        self.options = options
        self.proxies = Proxies(options.trusted_proxies)
        self.limiter = Limiter(options.limits)
        self.reader = SnapshotReader(options.directory)
        self.salt = DailySalt(options.directory)
        before = counters.read_status(options.directory, options.slot)
        self.counters = Counters(before.values if before else None)
        self.store = FactStore.open(options.directory)
        self.mail_secret = self.store.vault.secret(MAIL_SECRET)
        self.intake = Intake(self.store, self.counters)
        self.pipeline = Pipeline(self.store, self._count_dropped)
        self._ticking = asyncio.create_task(self._tick())

    def problems(self) -> list[str]:
        """Return what is wrong in general words: anybody may ask for them."""
        found = []
        if self.intake.problem:
            found.append("Events cannot be stored; clients are told to send again.")
        elif self.intake.is_slow:
            found.append("The disk is too slow; clients are told to send again.")
        if self.reader.problem:
            found.append("The published sites cannot be read; the last good ones are used.")
        return found

    def everyone(self) -> list[Status]:
        """Return the state of all workers, this one's as it is now."""
        told = counters.all_status(self.options.directory)
        told[self.options.slot] = self._status()
        return list(told.values())

    async def close(self) -> None:
        """Commit what waits, tell the counters, close the store."""
        self._ticking.cancel()
        with suppress(asyncio.CancelledError):
            await self._ticking
        await self.intake.finish()
        self._tell()
        self.store.close()

    def count_left_out(self, field: str) -> None:
        """Count a field that could not be used in an event that is kept."""
        self.counters.add("left_out", (field,))

    def _count_dropped(self, protocol: str, reason: str) -> None:
        self.counters.add("dropped", (protocol, reason))

    async def _tick(self) -> None:
        while True:
            self._tell()
            await asyncio.sleep(_TICK)
            self.intake.refuse_late()

    def _tell(self) -> None:
        counters.write_status(self.options.directory, self.options.slot, self._status())

    def _status(self) -> Status:
        problem = self.intake.problem or self.reader.problem
        if not problem and self.intake.is_slow:
            problem = "A commit has been running for too long: the disk or a lock is slow."
        return Status(
            os.getpid(), now_micros(), self.intake.queued, problem, self.counters.values()
        )
