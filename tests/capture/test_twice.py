"""Importing again adds nothing but what is new."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.importers import (
    ImportOptions,
    ImportSummary,
    load_mapping,
    run_import,
)
from headwater.capture.importers.drafts import Draft
from headwater.capture.importers.naming import Namer
from headwater.domain.words import FactKind
from headwater.facts import FactStore

pytestmark = pytest.mark.slow

Load = Callable[..., ImportSummary]

DRIVER = Path(__file__).with_name("import_until_killed.py")
EXAMPLES = Path(__file__).parents[2] / "examples"
KILLS = 20
ROWS = 6_000
CHUNK_ROWS = 50


def test_a_changed_deal_is_a_new_snapshot_and_an_unchanged_one_is_known(load: Load) -> None:
    header = "deal_id,stage,created_at\n"
    load("deals", header + "1,new,2018-02-01\n2,new,2018-02-01\n")
    changed = load("deals", header + "1,demo,2018-02-01\n2,new,2018-02-01\n")
    assert (changed.new, changed.known) == (1, 1)


def test_equal_rows_without_a_key_are_told_apart_by_counting(load: Load) -> None:
    header = "occurred_at,email,source\n"
    row = "2018-02-26,ann@example.com,fair\n"
    assert load("touchpoints", header + row * 2).new == 2
    grown = load("touchpoints", header + row * 3)
    assert (grown.new, grown.known) == (1, 2)


def test_equal_rows_with_a_key_are_one_fact_and_the_summary_says_so(load: Load) -> None:
    header = "order_id,line_id,occurred_at,amount,currency\n"
    row = "A,1,2018-02-26,5,EUR\n"
    summary = load("orders", header + row * 3)
    assert (summary.read, summary.new, summary.known) == (3, 1, 2)
    assert any(note.startswith("2 rows repeat an earlier row") for note in summary.notes)


def test_lines_of_an_order_without_numbers_are_all_counted(load: Load) -> None:
    header = "order_id,occurred_at,amount,currency\n"
    assert load("orders", header + "A,2018-02-26,5,EUR\n" * 2).new == 2


def test_the_mapping_can_name_the_key(load: Load) -> None:
    mapping = 'id = ["row_id"]'
    header = "row_id,occurred_at,email\n"
    rows = "1,2018-02-26,ann@example.com\n2,2018-02-26,ann@example.com\n"
    assert load("leads", header + rows, mapping).new == 2
    assert load("leads", header + rows + ",2018-02-26,bob@example.com\n", mapping).rejected == 1


def test_a_phone_region_told_later_is_not_taken_for_the_same_import(load: Load) -> None:
    content = "occurred_at,email,phone\n2018-02-26,ann@example.com,030 123456\n"
    assert load("leads", content).warnings == 1
    again = load("leads", content, options=ImportOptions(phone_region="DE"))
    assert (again.new, again.warnings) == (1, 0)


def test_received_times_grow_with_the_rows(load: Load, store: FactStore) -> None:
    rows = "".join(f"{n},2018-02-26\n" for n in range(50))
    load("leads", "external_id,occurred_at\n" + rows, options=ImportOptions(chunk_rows=7))
    table = store.read(FactKind.LEAD).sort_by("received_at")
    assert table.column("external_id").to_pylist() == [str(n) for n in range(50)]
    assert np.all(np.diff(table.column("received_at").to_numpy()) > 0)


def test_progress_reaches_the_end_of_the_file(store: FactStore, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("external_id,occurred_at\n" + "1,2018-02-26\n" * 5_000)
    told: list[tuple[str, object]] = []

    class Recorder:
        def start(self, total: int, unit: str) -> None:
            told.append((unit, total))

        def advance(self, amount: int) -> None:
            told.append(("advance", amount))

        def finish(self) -> None:
            told.append(("finish", None))

    options = ImportOptions(chunk_rows=1_000)
    run_import(store, "leads", path, options=options, progress=Recorder())
    assert told[0] == ("bytes", path.stat().st_size)
    assert told[-1] == ("finish", None)
    done = sum(amount for word, amount in told if word == "advance" and isinstance(amount, int))
    assert done == path.stat().st_size


@given(st.lists(st.integers(0, 30), max_size=200), st.integers(1, 50))
def test_every_repeat_has_a_name_of_its_own_whatever_the_chunks(
    tags: list[int], chunk: int
) -> None:
    drafts = [Draft(n, {}, (str(tag),), is_keyed=False) for n, tag in enumerate(tags)]
    at_once = Namer().name(drafts)
    assert len(set(at_once)) == len(drafts)
    namer = Namer()
    in_chunks = [
        name
        for start in range(0, len(drafts), chunk)
        for name in namer.name(drafts[start : start + chunk])
    ]
    assert in_chunks == at_once


@pytest.mark.slow
def test_an_import_killed_twenty_times_ends_with_the_facts_of_a_clean_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "leads.csv"
    rows = [f"2018-02-{n % 28 + 1:02},p{n % 900}@example.com,s{n % 7}" for n in range(ROWS)]
    rows[17] = rows[4_711] = "someday,x@example.com,bad"
    path.write_text("occurred_at,email,source\n" + "\n".join(rows) + "\n")
    chance = random.Random(20)
    kept = [0]
    for _ in range(KILLS):
        chunks = kept[-1] // CHUNK_ROWS + chance.randrange(12)
        kill_while_importing(tmp_path / "data", path, chunks, chance.uniform(0.0, 0.02))
        with FactStore.open(tmp_path / "data") as store:
            kept.append(store.counts()[FactKind.LEAD])
            assert store.check() == []
    assert kept == sorted(kept)
    assert 0 < kept[-1] < ROWS - 2, f"some kills met no running import: {kept}"
    (tmp_path / "clean").mkdir()
    shutil.copy(tmp_path / "data" / "secret.key", tmp_path / "clean")
    with (
        FactStore.open(tmp_path / "data") as store,
        FactStore.open(tmp_path / "clean") as clean,
    ):
        summary = run_import(store, "leads", path)
        assert (summary.loaded, summary.rejected) == (ROWS - 2, 2)
        run_import(clean, "leads", path)
        assert said(store) == said(clean)
        assert store.check(deep=True) == []


def kill_while_importing(directory: Path, path: Path, chunks: int, later: float) -> None:
    """Import in a process of its own; kill it some seconds after so many chunks are done."""
    process = subprocess.Popen(
        [sys.executable, str(DRIVER), str(directory), str(path), str(CHUNK_ROWS)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.read(1 + chunks) == "." * (1 + chunks)
    time.sleep(later)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()


def said(store: FactStore) -> list[tuple[object, ...]]:
    """Return the leads of a store, originals opened, without the order and time of arrival."""
    facts = [
        (
            fact["fact_id"],
            fact["occurred_at"],
            fact["source"],
            fact["email_key"],
            str(store.vault.open_personal(fact["subject"], fact["personal"])),
        )
        for fact in store.read(FactKind.LEAD).to_pylist()
    ]
    return sorted(facts)


def test_a_real_loop_adds_up_to_the_cent(store: FactStore, shared_data: Path) -> None:
    files = {
        "leads": "olist_marketing_qualified_leads_dataset.csv",
        "deals": "olist_closed_deals_dataset.csv",
        "orders": "olist_order_items_of_won_sellers.csv",
    }
    for _ in range(2):
        for kind, name in files.items():
            mapping = load_mapping(EXAMPLES / "olist" / f"{kind}.toml")
            run_import(store, kind, shared_data / "olist" / name, mapping=mapping)
        counts = store.counts()
        leads, deals = counts[FactKind.LEAD], counts[FactKind.DEAL]
        assert (leads, deals, counts[FactKind.ORDER]) == (8_000, 842, 5_044)
    amounts = store.read(FactKind.ORDER, ["amount_minor"]).column("amount_minor").to_pylist()
    assert sum(amounts) == 67_685_148
    sources = store.read(FactKind.LEAD, ["source"]).column("source").to_pylist()
    assert sources.count("unknown") > 0
    assert sources.count(None) > 0
    assert sources.count("paid_search") == 1_586
