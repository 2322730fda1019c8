"""`headwater doctor` is told what is wrong with the facts on disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from facts.conftest import SMALL
from facts.rows import event
from headwater.domain.errors import StoreDamaged, StoreError
from headwater.domain.words import FactKind
from headwater.facts import FactStore

EVENT = FactKind.EVENT


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with FactStore.open(tmp_path, limits=SMALL) as store:
        store.append(EVENT, [event(number) for number in range(30)])
        store.append(EVENT, [event(100)])
    return tmp_path


def _first_file(directory: Path) -> Path:
    return min((directory / "lake").rglob("*.parquet"))


def _problems(directory: Path) -> str:
    with FactStore.open(directory, limits=SMALL) as store:
        return "\n".join(store.check(deep=True))


def _change(directory: Path, statement: str) -> None:
    connection = sqlite3.connect(directory / "facts.sqlite")
    with connection:
        connection.execute(statement)
    connection.close()


def test_a_sound_store_has_no_problems(directory: Path) -> None:
    assert _problems(directory) == ""


def test_a_missing_file_is_named(directory: Path) -> None:
    path = _first_file(directory)
    path.unlink()
    assert f"{path} is in the manifest but not on disk" in _problems(directory)


def test_a_damaged_file_is_named(directory: Path) -> None:
    path = _first_file(directory)
    path.write_bytes(b"x" * path.stat().st_size)
    assert f"{path} cannot be read" in _problems(directory)
    with (
        FactStore.open(directory, limits=SMALL) as store,
        pytest.raises(StoreDamaged, match="Restore it from a backup"),
    ):
        store.read(EVENT)


def test_a_truncated_file_is_named(directory: Path) -> None:
    path = _first_file(directory)
    path.write_bytes(path.read_bytes()[:-1])
    assert "bytes, the manifest says" in _problems(directory)


WRONG = {
    "a manifest of other row counts": (
        "UPDATE files SET rows = rows + 1 WHERE id = 1",
        "rows, the manifest says",
    ),
    "a lost journal row": ("DELETE FROM journal", "31 fact ids are known, but 30 facts"),
    "a lost counter": ("UPDATE state SET value = 1 WHERE name = 'seq'", "beyond 1"),
    "a fact stored twice": (
        f"UPDATE journal SET body = json_set(body, '$.fact_id', '{event(1)['fact_id']}')",  # noqa: S608
        "1 facts are stored more than once",
    ),
    "a fact whose id is not known": (
        "UPDATE journal SET body = json_set(body, '$.fact_id', '" + "0" * 32 + "')",
        "1 facts are stored whose id is not known",
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_contradictions_are_found(directory: Path, case: tuple[str, str]) -> None:
    statement, problem = case
    _change(directory, statement)
    assert problem in _problems(directory)


def test_a_secret_that_others_can_read_is_named(directory: Path) -> None:
    (directory / "secret.key").chmod(0o644)
    assert "chmod 600" in _problems(directory)


def test_a_store_of_a_newer_layout_is_refused(directory: Path) -> None:
    _change(directory, "PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="has layout 99"):
        FactStore.open(directory)


@pytest.mark.parametrize("name", ["facts.sqlite", "vault.sqlite"])
def test_a_database_that_is_none_is_named(directory: Path, name: str) -> None:
    (directory / name).write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreDamaged, match=f"{name}' is damaged"):
        FactStore.open(directory)


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("")
    with pytest.raises(StoreError, match="data' cannot be the data directory"):
        FactStore.open(path)


@pytest.mark.parametrize("count", [1, 30], ids=["sealing", "bulk"])
def test_a_lake_that_cannot_be_written_is_said(tmp_path: Path, count: int) -> None:
    with FactStore.open(tmp_path, limits=SMALL) as store:
        (tmp_path / "lake" / "event").write_text("a file where a folder should be")
        with pytest.raises(StoreError, match="cannot be written"):
            _append_and_seal(store, count)
        assert store.check(deep=True) == []


def test_a_damaged_journal_row_is_said(directory: Path) -> None:
    _change(directory, "UPDATE journal SET body = '{'")
    with (
        FactStore.open(directory) as store,
        pytest.raises(StoreDamaged, match="journal's rows"),
    ):
        store.read(EVENT)


def _append_and_seal(store: FactStore, count: int) -> None:
    store.append(EVENT, [event(number) for number in range(count)])
    store.seal()
