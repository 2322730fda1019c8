"""Whatever is done in whatever order, the store equals a dictionary."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from facts.conftest import SMALL
from facts.rows import contents, event, lead, stored, table
from headwater.domain.words import FactKind
from headwater.facts import FactStore, ImportMark, PersonKeys

NUMBERS = st.integers(0, 120)
TEXTS = st.none() | st.text(max_size=8).filter(lambda text: text == "" or text.isprintable())


class StoreAgainstModel(RuleBasedStateMachine):
    """Appends, seals, compacts, erases and reopens at random; compares with plain dicts."""

    @initialize()
    def open(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.store = FactStore.open(self.directory, limits=SMALL)
        self.events: dict[str, dict[str, Any]] = {}
        self.leads: dict[str, str | None] = {}
        self.mark = 0
        self.seqs: dict[str, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.directory)

    @rule(numbers=st.lists(NUMBERS, max_size=60), title=TEXTS, as_table=st.booleans())
    def append_events(self, numbers: list[int], title: str | None, as_table: bool) -> None:
        rows = [event(number, title=title) for number in numbers]
        self.mark += 1
        mark = ImportMark("events", self.mark)
        given = table(rows) if as_table and rows else rows
        appended = self.store.append(FactKind.EVENT, given, mark=mark)
        fresh: dict[str, dict[str, Any]] = {}
        for row in rows:
            if row["fact_id"] not in self.events:
                fresh.setdefault(row["fact_id"], row | {"title": title or None})
        self.events |= fresh
        assert (appended.new, appended.known) == (len(fresh), len(rows) - len(fresh))

    @rule(numbers=st.lists(NUMBERS, max_size=30))
    def append_leads(self, numbers: list[int]) -> None:
        rows = [lead(number) for number in numbers]
        self.store.append(FactKind.LEAD, rows)
        for row in rows:
            self.leads.setdefault(row["fact_id"], row["email"])

    @rule(number=NUMBERS)
    def erase_a_lead(self, number: int) -> None:
        row = lead(number)
        self.store.erase(PersonKeys(emails=(row["email"],)))
        if row["fact_id"] in self.leads:
            self.leads[row["fact_id"]] = None

    @rule()
    def seal(self) -> None:
        hot = self.store.hot_rows()
        assert self.store.seal() == hot
        assert self.store.hot_rows() == 0

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = FactStore.open(self.directory, limits=SMALL)

    @invariant()
    def equals_the_model(self) -> None:
        expected = {ident: stored(FactKind.EVENT, row) for ident, row in self.events.items()}
        assert contents(self.store, FactKind.EVENT) == expected
        opened: dict[str, str | None] = {}
        for ident, row in contents(self.store, FactKind.LEAD).items():
            blob = row["personal"]
            originals = self.store.vault.open_personal(row["subject"], blob) if blob else None
            opened[ident] = originals["email"] if originals else None
        assert opened == self.leads
        assert self.store.import_mark("events") == self.mark

    @invariant()
    def a_fact_keeps_its_place_once_it_has_one(self) -> None:
        found = self.store.read(FactKind.EVENT, ["fact_id", "seq"]).to_pylist()
        seqs = {row["fact_id"]: row["seq"] for row in found}
        assert seqs | self.seqs == seqs
        newest = max(self.seqs.values(), default=0)
        assert all(seq > newest for ident, seq in seqs.items() if ident not in self.seqs)
        self.seqs = seqs

    @invariant()
    def agrees_with_itself(self) -> None:
        assert self.store.check(deep=True) == []


@pytest.mark.slow
def test_the_store_is_a_dictionary_of_facts() -> None:
    run_state_machine_as_test(
        StoreAgainstModel,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
