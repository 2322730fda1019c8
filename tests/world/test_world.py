"""The world is made as announced: the same each time, of any size, in the facts' own shape."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.facts.schemas import SCHEMAS
from headwater.world import Exposure, World
from headwater.world.story import chunk_sizes
from world.telling import Told, tell

pytestmark = pytest.mark.slow

PLAIN = {"email", "phone", "person_name", "message"}


def test_the_same_seed_and_size_make_identical_facts() -> None:
    one, two = World(3_000, 11), World(3_000, 11)
    for (kind, table), (kind_again, again) in zip(one.batches(), two.batches(), strict=True):
        assert kind is kind_again
        assert table.equals(again)


def test_another_seed_shares_no_fact(told: Told) -> None:
    other = {kind: table for kind, table in World(50_000, 6).batches() if kind is FactKind.LEAD}
    ours = set(told.facts[FactKind.LEAD].column("fact_id").to_pylist())
    assert ours.isdisjoint(other[FactKind.LEAD].column("fact_id").to_pylist())


@pytest.mark.parametrize("events", [1_000, 1_777, 20_000])
def test_a_world_of_n_events_holds_n_events(events: int) -> None:
    facts = tell(events).facts
    assert facts[FactKind.EVENT].num_rows == events


@pytest.mark.parametrize("seed", range(6))
def test_the_smallest_world_has_leads_and_spend(seed: int) -> None:
    facts = tell(1_000, seed).facts
    assert facts[FactKind.EVENT].num_rows == 1_000
    assert facts[FactKind.LEAD].num_rows
    assert facts[FactKind.SPEND].num_rows


def test_chunks_add_up_to_the_world() -> None:
    assert chunk_sizes(1_000) == [1_000]
    assert sum(chunk_sizes(7_654_321)) == 7_654_321
    assert len(chunk_sizes(7_654_321)) == 8


def test_every_fact_fits_its_schema(told: Told) -> None:
    assert set(told.facts) == set(FactKind) - {FactKind.ERASURE}
    for kind, table in told.facts.items():
        for field in table.schema:
            if field.name in PLAIN:
                assert "personal" in SCHEMAS[kind].names
                assert field.type == pa.string()
            else:
                assert field.type == SCHEMAS[kind].field(field.name).type, (kind, field.name)
        for name in ("fact_id", "occurred_at", "received_at"):
            assert table.column(name).null_count == 0


def test_no_field_is_an_empty_text(told: Told) -> None:
    for kind, table in told.facts.items():
        for name in table.column_names:
            if table.schema.field(name).type == pa.string():
                shortest = pc.min(pc.binary_length(table.column(name))).as_py()
                assert shortest is None or shortest > 0, (kind, name)


def test_fact_ids_are_unique_and_hexadecimal(told: Told) -> None:
    ids = pa.chunked_array(
        [chunk for table in told.facts.values() for chunk in table.column("fact_id").chunks]
    )
    assert pc.count_distinct(ids).as_py() == len(ids)
    assert pc.all(pc.match_substring_regex(ids, "^[0-9a-f]{32}$")).as_py()


def test_everything_happens_within_the_period(told: Told) -> None:
    start, end = told.world.period
    for kind, table in told.facts.items():
        assert pc.min(table.column("occurred_at")).as_py() >= start, kind
        assert pc.max(table.column("occurred_at")).as_py() < end, kind
        behind = pc.less(table.column("received_at"), table.column("occurred_at"))
        assert not pc.any(behind).as_py()


def test_the_period_ends_when_asked() -> None:
    world = World(1_000, 1, datetime(2024, 3, 1, tzinfo=UTC))
    last = max(pc.max(table.column("occurred_at")).as_py() for _, table in world.batches())
    assert world.period[1] - 60 * 86_400_000_000 < last < world.period[1]


def test_chance_alone_can_decide_what_people_see() -> None:
    assert (
        World(2_000, 3, exposure=Exposure.RANDOM).truth().keys()
        == World(2_000, 3).truth().keys()
    )


@pytest.mark.parametrize(
    ("events", "seed", "names"),
    [(999, 1, "999"), (2 * 10**9, 1, "2000000000"), (1_000, -1, "-1")],
)
def test_an_impossible_world_names_the_value(events: int, seed: int, names: str) -> None:
    with pytest.raises(InputError, match=names):
        World(events, seed)


@pytest.mark.slow
def test_chunks_share_no_person_and_no_visitor() -> None:
    told = tell(2_000_000)
    people, identity = told.truth["people"], told.truth["identity"]
    assert pc.count_distinct(people.column("email")).as_py() == people.num_rows
    pairs = identity.group_by(["visitor_id", "person"]).aggregate([])
    assert pairs.num_rows == identity.num_rows
    ids = told.facts[FactKind.EVENT].column("fact_id")
    assert pc.count_distinct(ids).as_py() == len(ids) == 2_000_000
