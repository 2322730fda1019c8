from __future__ import annotations

from pathlib import Path

from facts.rows import event
from headwater.domain.words import FactKind
from headwater.facts import FactStore


def test_the_newest_facts_are_read_without_the_rest(tmp_path: Path) -> None:
    with FactStore.open(tmp_path) as store:
        store.append(FactKind.EVENT, [event(number) for number in range(5)])
        with store.snapshot() as snapshot:
            found = snapshot.newest(FactKind.EVENT, 2)
            everything = snapshot.hot(FactKind.EVENT)
    ids = everything.column("fact_id").to_pylist()
    assert found.column("fact_id").to_pylist() == [ids[4], ids[3]]
