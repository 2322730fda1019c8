"""What is appended is there, once, whichever way it went in."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from facts.conftest import SMALL
from facts.rows import START, contents, event, lead, stored, table
from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.facts import SCHEMAS, Appended, FactStore, ImportMark, fact_id

EVENT = FactKind.EVENT
FULL_ROW: dict[str, Any] = {
    "fact_id": fact_id("full"),
    "occurred_at": START,
    "received_at": START + 1,
    "visitor_id": "v\u0000\n\u2028😀",
    "email_key": "0" * 32,
    "subject": "0" * 32,
    "personal": bytes(range(256)),
    "name": "purchase",
    "url": "https://example.com/?q=1#2024-01-01T00:00:00",
    "amount_minor": -(2**63),
    "currency": "EUR",
    "properties": '{"a": "b\\n"}',
}


@pytest.mark.parametrize("count", [1, 19, 20, 130], ids=["one", "journal", "bulk", "sliced"])
@pytest.mark.parametrize("as_table", [False, True], ids=["rows", "table"])
def test_facts_are_read_back_as_they_came(store: FactStore, count: int, as_table: bool) -> None:
    rows = [event(number) for number in range(count)]
    given = table(rows) if as_table else rows
    assert store.append(EVENT, given) == Appended(new=count, known=0)
    assert contents(store, EVENT) == {row["fact_id"]: stored(EVENT, row) for row in rows}
    assert store.counts()[EVENT] == count
    assert (store.hot_rows() == 0) == (count >= SMALL.bulk_rows)


@pytest.mark.parametrize("sealed", [False, True])
def test_every_type_of_value_survives(store: FactStore, sealed: bool) -> None:
    store.append(EVENT, [FULL_ROW])
    deal = event(1) | {"probability": 0.1 + 0.2, "status": "won"}
    del deal["name"]
    order = event(2) | {"quantity": 3, "is_refund": False}
    del order["name"]
    store.append(FactKind.DEAL, [deal])
    store.append(FactKind.ORDER, [order])
    if sealed:
        assert store.seal() == 3
    assert contents(store, EVENT) == {FULL_ROW["fact_id"]: stored(EVENT, FULL_ROW)}
    [read] = contents(store, FactKind.DEAL).values()
    assert read["probability"] == 0.1 + 0.2
    [read] = contents(store, FactKind.ORDER).values()
    assert (read["quantity"], read["is_refund"]) == (3.0, False)


@pytest.mark.parametrize("count", [5, 40], ids=["journal", "bulk"])
def test_a_fact_that_is_known_is_not_stored_again(store: FactStore, count: int) -> None:
    rows = [event(number) for number in range(count)]
    store.append(EVENT, rows)
    assert store.append(EVENT, rows) == Appended(new=0, known=count)
    store.seal()
    assert store.append(EVENT, table(rows)) == Appended(new=0, known=count)
    more = [event(number) for number in range(count * 2)]
    assert store.append(EVENT, more) == Appended(new=count, known=count)
    assert store.counts()[EVENT] == 2 * count
    assert store.check(deep=True) == []


@pytest.mark.parametrize("count", [3, 30], ids=["journal", "bulk"])
def test_of_equal_ids_in_one_batch_the_first_stands(store: FactStore, count: int) -> None:
    rows = [event(1, title=str(number)) for number in range(count)]
    assert store.append(EVENT, rows) == Appended(new=1, known=count - 1)
    [read] = contents(store, EVENT).values()
    assert read["title"] == "0"


def test_an_id_is_one_fact_over_all_kinds_and_in_either_case(store: FactStore) -> None:
    row = event(1)
    store.append(EVENT, [row])
    shouted = {name: row[name] for name in ("occurred_at", "received_at")}
    shouted["fact_id"] = row["fact_id"].upper()
    assert store.append(FactKind.LEAD, [shouted]) == Appended(new=0, known=1)
    assert store.append(FactKind.LEAD, table([shouted])) == Appended(new=0, known=1)


def test_sequence_numbers_grow_in_the_order_of_commitment(store: FactStore) -> None:
    marks = []
    for start, count in [(0, 3), (100, 40), (200, 2), (300, 25)]:
        store.append(EVENT, [event(start + number) for number in range(count)])
        with store.snapshot() as snapshot:
            marks.append(snapshot.watermark)
    assert marks == sorted(set(marks))
    store.seal()
    before = {row["fact_id"]: row["seq"] for row in store.read(EVENT).to_pylist()}
    for start, low, high in [(0, 0, 0), (100, 0, 1), (200, 1, 2), (300, 2, 3)]:
        seq = before[fact_id("event", str(start))]
        assert (0 if low == high else marks[low]) < seq <= marks[high]
    store.compact()
    assert {row["fact_id"]: row["seq"] for row in store.read(EVENT).to_pylist()} == before


def test_a_mark_is_kept_with_its_rows_or_not_at_all(store: FactStore) -> None:
    assert store.import_mark("leads.csv") == 0
    store.append(EVENT, [event(1)], mark=ImportMark("leads.csv", 1))
    store.append(EVENT, [event(n) for n in range(40)], mark=ImportMark("leads.csv", 40))
    store.append(EVENT, [], mark=ImportMark("empty.csv", 9))
    with pytest.raises(InputError):
        store.append(EVENT, [event(50), {}], mark=ImportMark("leads.csv", 50))
    assert store.import_mark("leads.csv") == 40
    assert store.import_mark("empty.csv") == 9
    assert store.counts()[EVENT] == 40


def test_a_snapshot_does_not_see_what_comes_later(store: FactStore) -> None:
    store.append(EVENT, [event(number) for number in range(10)])
    with store.snapshot() as snapshot:
        store.append(EVENT, [event(11)])
        store.append(EVENT, [event(number) for number in range(100, 150)])
        store.seal()
        store.compact()
        assert snapshot.hot(EVENT).num_rows == 10
        assert snapshot.files(EVENT) == []
    with store.snapshot() as snapshot:
        files = snapshot.files(EVENT)
        store.append(EVENT, [event(number) for number in range(200, 250)])
        assert store.compact() > 0
        assert all(file.path.exists() for file in files), "a reader still needs them"
    store.compact()
    assert store.check(deep=True) == []


def test_files_are_sorted_and_say_what_they_hold(store: FactStore) -> None:
    store.append(EVENT, table([event(number) for number in range(60)]))
    store.append(EVENT, [event(number) for number in range(60, 70)])
    store.seal()
    store.compact()
    with store.snapshot() as snapshot:
        files = snapshot.files(EVENT)
    assert len({file.month for file in files}) == len(files) > 1
    for file in files:
        read = pq.ParquetFile(file.path)
        labels = read.schema_arrow.metadata
        rows = read.read(["visitor_id", "occurred_at"]).to_pylist()
        keys = [(row["visitor_id"], row["occurred_at"]) for row in rows]
        assert keys == sorted(keys)
        assert labels[b"headwater.kind"] == b"event"
        assert labels[b"headwater.schema_version"] == b"1"
        assert file.path.parts[-3:-1] == ("event", file.month)
        assert read.metadata.num_rows == file.rows
        times = [row["occurred_at"] for row in rows]
        assert (min(times), max(times)) == (file.min_at, file.max_at)


def test_small_files_become_one_and_the_replaced_ones_go(store: FactStore) -> None:
    for number in range(0, 12 * 6, 12):
        store.append(EVENT, [event(number)])
        store.seal()
    with store.snapshot() as snapshot:
        assert len(snapshot.files(EVENT)) == 6
    assert store.compact() == 6
    with store.snapshot() as snapshot:
        [file] = snapshot.files(EVENT)
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]
    assert store.compact() == 0


def test_tidying_leaves_a_few_small_files_alone(store: FactStore) -> None:
    for number in range(0, 12 * 7, 12):
        store.append(EVENT, [event(number)])
        store.seal()
    assert store.tidy() == 0
    store.append(EVENT, [event(12 * 8)])
    store.seal()
    assert store.tidy() == 8


def test_orphans_are_swept_when_the_store_is_opened(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    with FactStore.open(directory, limits=SMALL) as store:
        store.append(EVENT, [event(number) for number in range(30)])
        kept = set((directory / "lake").rglob("*.parquet"))
    orphan = next(iter(kept)).with_name("0" * 32 + ".parquet")
    orphan.write_bytes(b"left by a killed process")
    with FactStore.open(directory, limits=SMALL) as store:
        assert set((directory / "lake").rglob("*.parquet")) == kept
        assert store.check(deep=True) == []


def test_a_second_process_does_not_sweep_what_is_being_written(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    with FactStore.open(directory, limits=SMALL) as store:
        folder = directory / "lake" / "event" / "2024-01"
        folder.mkdir(parents=True)
        (folder / "unlisted.parquet").write_bytes(b"")
        with store.snapshot(), FactStore.open(directory, limits=SMALL):
            assert (folder / "unlisted.parquet").exists()
        with FactStore.open(directory, limits=SMALL):
            assert not (folder / "unlisted.parquet").exists()


def test_many_threads_append_and_share_commits(store: FactStore) -> None:
    def work(worker: int) -> None:
        for number in range(25):
            row = event(worker * 1000 + number)
            assert store.append(EVENT, [row]).new == 1
            store.append(EVENT, [event(number + 100_000)])

    threads = [Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.counts()[EVENT] == 8 * 25 + 25
    assert store.check(deep=True) == []


def test_what_is_asked_for_by_name_is_all_that_is_read(store: FactStore) -> None:
    store.append(EVENT, [event(number) for number in range(30)])
    store.append(EVENT, [event(31)])
    read = store.read(EVENT, ["seq", "name"])
    assert read.column_names == ["seq", "name"]
    assert read.num_rows == 31
    assert read.column("seq").null_count == 0


@pytest.mark.parametrize("kind", list(FactKind))
def test_an_empty_store_reads_as_empty_tables(store: FactStore, kind: FactKind) -> None:
    assert store.read(kind).schema == SCHEMAS[kind]
    assert store.append(kind, []) == Appended(0, 0)
    assert store.append(kind, SCHEMAS[kind].empty_table()) == Appended(0, 0)
    assert store.seal() == store.compact() == 0


def test_ids_are_the_same_for_the_same_parts_only() -> None:
    assert fact_id("a", "b") == fact_id("a", "b")
    assert len({fact_id("a", "b"), fact_id("ab"), fact_id("", "ab"), fact_id("ab", "")}) == 4
    assert len(fact_id("a")) == 32


def test_leads_in_bulk_carry_keys_and_ciphertext(store: FactStore) -> None:
    rows = [lead(number, message="") for number in range(30)]
    rows[3] |= {"email": None, "person_name": None, "external_id": "crm:3"}
    store.append(FactKind.LEAD, pa.Table.from_pylist(rows))
    read = contents(store, FactKind.LEAD)
    quiet = read[rows[3]["fact_id"]]
    assert (quiet["personal"], quiet["subject"], quiet["email_key"]) == (None, None, None)
    loud = read[rows[4]["fact_id"]]
    assert loud["email_key"] == loud["subject"] == store.vault.email_key(rows[4]["email"])
    opened = store.vault.open_personal(loud["subject"], loud["personal"])
    assert opened == {"email": rows[4]["email"], "person_name": "Person 4"}


def test_a_column_that_facts_do_not_have_is_named(store: FactStore) -> None:
    with pytest.raises(InputError, match="There is no column of event facts 'colour'"):
        store.read(EVENT, ["colour"])
