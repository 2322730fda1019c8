"""Group commit: many callers, one transaction; one caller's fault is its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from headwater.domain.errors import InputError, StoreError
from headwater.facts.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "d.sqlite")
    opened.prepare(["CREATE TABLE t (n INTEGER PRIMARY KEY)"])
    yield opened
    opened.close()


def _add(connection: sqlite3.Connection, number: int) -> int:
    connection.execute("INSERT INTO t VALUES (?)", (number,))
    return number


def _numbers(database: Database) -> list[int]:
    with database.reading() as connection:
        return [row[0] for row in connection.execute("SELECT n FROM t ORDER BY n")]


def test_a_fault_undoes_its_own_work_only(database: Database) -> None:
    entered, proceed = Event(), Event()

    def slow(connection: sqlite3.Connection) -> int:
        entered.set()
        proceed.wait(10)
        return _add(connection, 0)

    def faulty(connection: sqlite3.Connection) -> None:
        _add(connection, 99)
        raise InputError("no")

    faults: list[str] = []

    def run_faulty() -> None:
        try:
            database.commit(faulty)
        except InputError as error:
            faults.append(str(error))

    threads = [Thread(target=database.commit, args=(slow,))]
    threads[0].start()
    entered.wait(10)
    threads += [Thread(target=run_faulty) for _ in range(3)]
    for number in range(1, 6):
        work = lambda connection, number=number: _add(connection, number)  # noqa: E731
        threads.append(Thread(target=database.commit, args=(work,)))
    for thread in threads[1:]:
        thread.start()
    proceed.set()
    for thread in threads:
        thread.join()
    assert _numbers(database) == [0, 1, 2, 3, 4, 5]
    assert faults == ["no"] * 3


def test_a_bug_in_the_work_reaches_its_caller_and_undoes_it(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        database.commit(lambda connection: _add(connection, 1) / 0)
    assert database.commit(lambda connection: _add(connection, 2)) == 2
    assert _numbers(database) == [2]


def test_a_full_disk_is_said_and_nothing_is_stored(database: Database) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 10")
        connection.execute("CREATE TABLE big (b BLOB)")
        connection.execute("INSERT INTO big VALUES (zeroblob(10000000))")

    with pytest.raises(StoreError, match=r"full.*Nothing was stored"):
        database.commit(fill)
    assert database.commit(lambda connection: _add(connection, 1)) == 1
