"""One commit for many, and a limit to patience."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from headwater.capture.collector import intake
from headwater.capture.collector.counters import Counters
from headwater.capture.collector.intake import Intake, Postponed
from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.facts import Appended, Batch


class Disk:
    """A journal whose disk can be slow or full."""

    def __init__(self) -> None:
        self.commits: list[int] = []
        self.is_full = False
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def append_batches(self, batches: Sequence[Batch]) -> Appended:
        self.may_go_on.wait(20)
        if self.is_full:
            raise StoreError("The disk is full.")
        self.commits.append(len(batches))
        return Appended(len(batches), 0)


def batch(rows: int = 1) -> list[Batch]:
    return [Batch(FactKind.EVENT, [{}] * rows)]


async def reason(done: asyncio.Future[None]) -> str:
    try:
        await done
    except Postponed as postponed:
        return postponed.reason
    return "stored"


def test_what_comes_in_one_turn_and_during_a_commit_is_committed_together() -> None:
    async def scene() -> list[int]:
        disk = Disk()
        queue = Intake(disk, Counters())
        disk.may_go_on.clear()
        first = [queue.offer(batch()) for _ in range(3)]
        await asyncio.sleep(0.05)
        later = [queue.offer(batch()) for _ in range(5)]
        disk.may_go_on.set()
        await asyncio.gather(*first, *later)
        assert queue.queued == 0
        await queue.finish()
        return disk.commits

    assert asyncio.run(scene()) == [3, 5]


def test_a_full_queue_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_QUEUED", 10)

    async def scene() -> None:
        disk = Disk()
        queue = Intake(disk, Counters())
        disk.may_go_on.clear()
        held = queue.offer(batch(10))
        with pytest.raises(Postponed) as told:
            queue.offer(batch())
        assert told.value.reason == "queue_full"
        disk.may_go_on.set()
        await held
        await queue.offer(batch())
        await queue.finish()

    asyncio.run(scene())


def test_who_waits_too_long_is_refused_and_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LONGEST_WAIT", 0.1)

    async def scene() -> None:
        disk = Disk()
        queue = Intake(disk, Counters())
        disk.may_go_on.clear()
        under_way = queue.offer(batch())
        await asyncio.sleep(0.02)
        waiting = queue.offer(batch())
        await asyncio.sleep(0.15)
        queue.refuse_late()
        assert await reason(waiting) == "slow_disk"
        assert queue.is_slow
        with pytest.raises(Postponed):
            queue.offer(batch())
        disk.may_go_on.set()
        assert await reason(under_way) == "stored"
        assert disk.commits == [1]
        await queue.finish()

    asyncio.run(scene())


def test_a_full_disk_refuses_all_and_room_takes_all() -> None:
    async def scene() -> None:
        disk = Disk()
        queue = Intake(disk, Counters())
        disk.is_full = True
        refused = [queue.offer(batch()) for _ in range(3)]
        assert [await reason(one) for one in refused] == ["not_durable"] * 3
        assert queue.problem == "The disk is full."
        disk.is_full = False
        assert await reason(queue.offer(batch())) == "stored"
        assert queue.problem == ""
        await queue.finish()

    asyncio.run(scene())


def test_a_client_that_left_hinders_nobody() -> None:
    async def scene() -> None:
        disk = Disk()
        queue = Intake(disk, Counters())
        gone, here = queue.offer(batch()), queue.offer(batch())
        gone.cancel()
        assert await reason(here) == "stored"
        assert queue.queued == 0
        await queue.finish()

    asyncio.run(scene())
