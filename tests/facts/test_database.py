"""Group commit: many callers, one transaction; one caller's fault is its own."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from headwater.domain.errors import InputError, StoreError
from headwater.facts import database as database_module
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


def test_who_waits_for_another_process_writes_when_that_is_done(tmp_path: Path) -> None:
    """Each opening of the file stands for a process: neither file locks know better."""
    path = tmp_path / "t.sqlite"
    begun, told = Event(), []
    with closing(Database(path)) as one, closing(Database(path)) as other:
        one.prepare(["CREATE TABLE told (word TEXT)"])

        def slowly(connection: sqlite3.Connection) -> None:
            begun.set()
            sleep(0.3)
            told.append("one")

        first = Thread(target=one.commit, args=(slowly,))
        first.start()
        begun.wait()
        other.commit(lambda connection: told.append("other"))
        first.join()
    assert told == ["one", "other"]


def test_a_turn_that_is_never_given_back_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    path = tmp_path / "t.sqlite"
    with closing(Database(path)) as one, (tmp_path / "t.sqlite.turn").open("ab") as stuck:
        one.prepare(["CREATE TABLE told (word TEXT)"])
        fcntl.flock(stuck, fcntl.LOCK_EX)
        one.commit(lambda connection: connection.execute("INSERT INTO told VALUES ('a')"))
        one.close()  # once more does no harm
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT word FROM told").fetchall() == [("a",)]
