"""The sealer works on its own, and its failures do not stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from facts.rows import event
from headwater.domain.words import FactKind
from headwater.facts import FactStore, Sealer


def _eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_it_seals_when_time_has_passed(store: FactStore) -> None:
    store.append(FactKind.EVENT, [event(1)])
    sealer = Sealer(store, every=0.02)
    sealer.start()
    assert _eventually(lambda: store.hot_rows() == 0)
    sealer.stop()
    store.append(FactKind.EVENT, [event(2)])
    assert store.hot_rows() == 1
    assert store.counts()[FactKind.EVENT] == 2


def test_it_seals_when_enough_is_hot(store: FactStore) -> None:
    sealer = Sealer(store, every=3600, rows=5, poll=0.01)
    sealer.start()
    store.append(FactKind.EVENT, [event(number) for number in range(4)])
    time.sleep(0.1)
    assert store.hot_rows() == 4
    store.append(FactKind.EVENT, [event(5)])
    assert _eventually(lambda: store.hot_rows() == 0)
    sealer.stop()


def test_a_sealer_that_was_never_started_can_be_stopped(store: FactStore) -> None:
    Sealer(store).stop()


def test_it_tries_again_after_an_error(store: FactStore, tmp_path: Path) -> None:
    obstacle = tmp_path / "data" / "lake" / "event"
    obstacle.write_text("a file where the folder of events should be")
    store.append(FactKind.EVENT, [event(1)])
    sealer = Sealer(store, every=0.02)
    sealer.start()
    assert _eventually(lambda: sealer.last_error is not None)
    assert store.hot_rows() == 1
    obstacle.unlink()
    assert _eventually(lambda: store.hot_rows() == 0)
    assert _eventually(lambda: sealer.last_error is None)
    sealer.stop()
