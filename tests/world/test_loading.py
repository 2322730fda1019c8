"""A world goes into a fact store whole, and only once."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from headwater.domain.words import FactKind
from headwater.facts import FactStore
from headwater.world import World, load

pytestmark = pytest.mark.slow


def test_a_loaded_world_is_in_the_store_and_loading_it_again_changes_nothing(
    tmp_path: Path,
) -> None:
    world = World(30_000, 4)
    with FactStore.open(tmp_path) as store:
        counts = load(world, store, tmp_path / "truth")
        assert counts == store.counts()
        assert counts[FactKind.EVENT] == 30_000
        assert store.hot_rows() == 0
        load(World(30_000, 4), store, tmp_path / "truth")
        assert store.counts() == counts


def test_the_truth_is_written_beside_the_facts(tmp_path: Path) -> None:
    world = World(2_000, 4)
    with FactStore.open(tmp_path) as store:
        load(world, store, tmp_path / "truth")
    for name, table in world.truth().items():
        assert pq.read_table(tmp_path / "truth" / f"{name}.parquet").equals(table)


def test_progress_ends_at_all_events(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with FactStore.open(tmp_path) as store:
        load(
            World(2_000, 4), store, tmp_path / "truth", lambda done, of: told.append((done, of))
        )
    assert told[-1] == (2_000, 2_000)


def test_plain_personal_originals_do_not_reach_the_store(tmp_path: Path) -> None:
    world = World(3_000, 4)
    with FactStore.open(tmp_path) as store:
        load(world, store, tmp_path / "truth")
        address = world.truth()["people"].column("email")[0].as_py()
        leads = store.read(FactKind.LEAD)
        assert leads.column("email_key").null_count < leads.num_rows
        assert address.encode() not in str(leads.to_pylist()).encode()
