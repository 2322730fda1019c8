"""Which facts are known depends neither on who wrote them nor on when ids are settled."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from facts.rows import event
from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.facts import FactStore, Limits, journal, known, sealing

pytestmark = pytest.mark.slow

EVENT = FactKind.EVENT
BULK = Limits(bulk_rows=40)


@pytest.mark.parametrize("seed", range(6))
def test_each_fact_is_stored_once_by_two_writers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Small appends, bulk ones and sealing, in any order, each fact sent several times."""
    monkeypatch.setattr(known, "MOST_UNSETTLED", 7)
    monkeypatch.setattr(known, "PORTION", 3)
    monkeypatch.setattr(sealing, "_TURN", 0)
    chance = random.Random(seed)
    sent: set[int] = set()
    with (
        FactStore.open(tmp_path, limits=BULK) as one,
        FactStore.open(tmp_path, limits=BULK) as other,
    ):
        for _ in range(40):
            store = chance.choice((one, other))
            if chance.random() < 0.15:
                store.seal()
                continue
            size = 40 if chance.random() < 0.1 else chance.randint(1, 6)
            numbers = [chance.randint(1, 300) for _ in range(size)]
            told = store.append(EVENT, [event(number) for number in numbers])
            assert told.new == len(set(numbers) - sent)
            assert told.known == size - told.new
            sent |= set(numbers)
        assert one.counts()[EVENT] == len(sent)
        assert one.check(deep=True) == []


def test_others_append_between_the_portions_of_a_sealing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "PORTION", 10)
    with FactStore.open(tmp_path, limits=Limits(seal_rows=20)) as store:
        store.append(EVENT, [event(number) for number in range(45)])
        with FactStore.open(tmp_path) as other:
            numbers = iter(range(40, 50))  # some of them are known, settled or not

            def append_meanwhile(_seconds: float) -> None:
                number = next(numbers)
                assert other.append(EVENT, [event(number)]).new == (number >= 45)
                assert other.append(EVENT, [event(number - 40)]).new == 0

            monkeypatch.setattr(sealing, "sleep", append_meanwhile)
            assert store.seal() == 45
            assert next(numbers) == 44  # after each portion of ids but the last
            assert other.append(EVENT, [event(0), event(44), event(45)]).new == 1
        assert store.counts()[EVENT] == 46
        assert store.check(deep=True) == []


def test_what_was_undone_is_not_known(tmp_path: Path) -> None:
    with FactStore.open(tmp_path) as store:
        store.append(EVENT, [event(1)])
        depot = store._depot  # noqa: SLF001 - a transaction that fails after its insert
        entries = store.batch(EVENT, [event(2)]).entries

        def failing(connection: sqlite3.Connection) -> None:
            assert journal.insert(connection, depot.known, EVENT, 1, entries) == 1
            raise InputError("undone")

        with pytest.raises(InputError):
            depot.database.commit(failing)
        with FactStore.open(tmp_path) as other:
            assert other.append(EVENT, [event(3), event(4)]).new == 2
        assert store.append(EVENT, [event(2), event(3)]).new == 1
        assert store.counts()[EVENT] == 4


def test_a_store_of_the_first_layout_knows_its_facts(tmp_path: Path) -> None:
    with FactStore.open(tmp_path) as store:
        store.append(EVENT, [event(number) for number in range(5)])
        store.seal()
    connection = sqlite3.connect(tmp_path / "facts.sqlite")
    with connection:  # as it was when every id was in the table at once
        connection.execute("DELETE FROM state WHERE name IN ('settled', 'unsettled')")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with FactStore.open(tmp_path) as store:
        assert store.append(EVENT, [event(4), event(5)]).new == 1
        assert store.check(deep=True) == []
