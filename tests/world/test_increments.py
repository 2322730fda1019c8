"""What channels truly added, and what people met before they decided."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from headwater.domain.words import BASELINE
from headwater.world import Exposure, World
from headwater.world.clock import DEFAULT_END
from headwater.world.scene import Scene
from headwater.world.story import tell as tell_story

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=list(Exposure))
def world(request: pytest.FixtureRequest) -> World:
    return World(60_000, 9, exposure=request.param)


@pytest.mark.parametrize("kind", ["lead", "order"])
def test_increments_are_those_of_the_table_of_effects(world: World, kind: str) -> None:
    effects = {
        (row["scope"], row["channel"]): row
        for row in world.truth()["channel_effect"].to_pylist()
        if row["kind"] == kind and row["scope"] != "way"
    }
    everything = effects["all", None]
    rows = [row for row in world.increments().to_pylist() if row["kind"] == kind]
    assert sum(row["added"] for row in rows) == pytest.approx(everything["expected"])
    for row in rows[:-1]:
        wanted = effects["channel", row["channel"]]["incremental"]
        assert row["removed"] == pytest.approx(wanted)
    assert rows[-1]["channel"] == BASELINE
    assert rows[-1]["added"] == pytest.approx(everything["expected_without"])
    assert sum(row["share"] for row in rows[:-1]) == pytest.approx(1.0)


def test_a_channel_without_lift_adds_nothing(world: World) -> None:
    rows = {row["channel"]: row for row in world.increments().to_pylist()}
    for channel in ("Direct", "Display"):
        assert rows[channel]["added"] == rows[channel]["removed"] == 0.0


def test_shared_out_increments_are_near_those_of_single_removals(world: World) -> None:
    for kind in ("lead", "order"):
        rows = [row for row in world.increments().to_pylist() if row["kind"] == kind][:-1]
        total = sum(row["added"] for row in rows)
        apart = sum(abs(row["added"] / total - row["share"]) for row in rows) / 2
        assert apart < 0.02


def test_everyone_who_decides_met_something_before(world: World) -> None:
    for part in world.encounters():
        decided = dict(
            zip(
                part.conversions["person_id"].to_pylist(),
                part.conversions["anchored_at"].to_pylist(),
                strict=True,
            )
        )
        touches = part.touches
        assert set(decided) <= set(touches["person_id"].to_pylist())
        late = [
            row
            for row in touches.to_pylist()
            if row["touched_at"] > decided.get(row["person_id"], 2**62)
        ]
        assert late == []
        order = pc.sort_indices(
            touches,
            [(name, "ascending") for name in ("person_id", "touched_at", "touch_id")],
        )
        assert order.equals(pa.array(range(touches.num_rows), pa.uint64()))


@pytest.mark.parametrize("exposure", list(Exposure))
def test_encounters_are_what_the_chances_were_made_of(exposure: Exposure) -> None:
    scene = Scene.of(30_000, 4, DEFAULT_END, exposure)
    story = tell_story(scene, 0)
    (part,) = World(30_000, 4, exposure=exposure).encounters()
    names = [way.name for way in scene.company.ways]
    met = np.zeros(len(story.crowd), dtype=np.uint64)
    people = np.searchsorted(story.crowd.numbers, part.touches["person_id"].to_numpy())
    ways = np.array([names.index(one) for one in part.touches["campaign"].to_pylist()])
    np.bitwise_or.at(met, people, np.uint64(1) << ways.astype(np.uint64))
    kept = story.outcomes.in_time
    assert np.array_equal(met[kept], story.outcomes.exposed[kept])
    assert not met[~kept].any()
    leads = part.conversions.filter(pc.equal(part.conversions["kind"], "lead"))
    assert leads.num_rows == story.outcomes.leads.sum()


def test_the_same_world_tells_the_same_encounters() -> None:
    one, two = ([part.touches for part in World(5_000, 2).encounters()] for _ in range(2))
    assert one == two


@pytest.mark.slow
def test_touches_and_conversions_have_ids_of_their_own_over_all_chunks() -> None:
    parts = list(World(2_000_000, 2).encounters())
    for table, name in (("touches", "touch_id"), ("conversions", "conversion_id")):
        ids = pa.concat_tables([getattr(part, table) for part in parts])[name]
        assert pc.count_distinct(ids).as_py() == len(ids)
