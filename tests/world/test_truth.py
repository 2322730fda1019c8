"""The truth adds up, and it is the truth about these facts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from headwater.domain.words import FactKind
from headwater.world import Exposure, World
from headwater.world.clock import DEFAULT_END
from headwater.world.company import load_company
from headwater.world.outcomes import lift_of
from headwater.world.scene import Scene
from headwater.world.story import tell as tell_story
from world.telling import Told

pytestmark = pytest.mark.slow


def _effects(told: Told, scope: str, kind: str) -> list[dict[str, object]]:
    table = told.truth["channel_effect"]
    wanted = pc.and_(
        pc.equal(table.column("scope"), scope), pc.equal(table.column("kind"), kind)
    )
    rows: list[dict[str, object]] = table.filter(wanted).to_pylist()
    return rows


def test_expected_leads_are_the_leads_up_to_luck(big: Told) -> None:
    (everything,) = _effects(big, "all", "lead")
    leads = pc.sum(big.truth["people"].column("is_lead")).as_py()
    assert everything["expected"] == pytest.approx(leads, abs=5 * leads**0.5)


def test_expected_wins_are_the_wins_up_to_luck(big: Told) -> None:
    (everything,) = _effects(big, "all", "won")
    deals = big.facts[FactKind.DEAL]
    won = pc.sum(pc.equal(deals.column("status"), "won")).as_py()
    assert everything["expected"] == pytest.approx(won, abs=5 * won**0.5)


@pytest.mark.parametrize("kind", ["lead", "won", "order"])
def test_a_channel_does_at_most_what_its_ways_do_together(big: Told, kind: str) -> None:
    ways = _effects(big, "way", kind)
    for channel in _effects(big, "channel", kind):
        own = [float(str(w["incremental"])) for w in ways if w["channel"] == channel["channel"]]
        whole = float(str(channel["incremental"]))
        assert whole >= max(own) - 1e-9
        # Where lifts meet in one person, the chance is closer to 1 and each adds more than
        # what it would leave: the sum over single removals is the larger one.
        assert whole <= sum(own) + 1e-9


def test_ways_without_lift_change_nothing(big: Told) -> None:
    idle = [row for row in _effects(big, "way", "lead") if row["lift"] == 0.0]
    assert {row["way"] for row in idle} >= {
        "retargeting-follows-people-who-buy-anyway",
        "wide-banners-without-effect",
    }
    assert all(row["incremental"] == 0.0 for row in idle)
    assert all(row["incremental_value_minor"] == 0 for row in idle)


def test_the_true_effect_is_the_difference_of_chances_person_by_person() -> None:
    scene = Scene.of(20_000, 3, DEFAULT_END, Exposure.CONFOUNDED)
    outcomes = tell_story(scene, 0).outcomes
    company = load_company()
    way = company.way("generic-search-finds-buyers")
    met = (outcomes.exposed >> np.uint64(way)) & np.uint64(1)
    lift = company.ways[way].lift
    expected = 0.0
    for odds, has_met, in_time in zip(outcomes.lead_odds, met, outcomes.in_time, strict=True):
        if has_met and in_time:
            expected += 1 / (1 + np.exp(-odds)) - 1 / (1 + np.exp(lift - odds))
    rows = World(20_000, 3).truth()["channel_effect"].to_pylist()
    (row,) = [
        r for r in rows if r["way"] == "generic-search-finds-buyers" and r["kind"] == "lead"
    ]
    assert row["incremental"] == pytest.approx(expected, rel=1e-9)
    assert row["exposed_persons"] == int((met.astype(bool) & outcomes.in_time).sum())


def test_lifts_add_up_over_the_ways_met() -> None:
    lifts = np.array([0.5, 0.25, 0.0, 1.0])
    met = np.array([0b0000, 0b0001, 0b1011, 0b0100], dtype=np.uint64)
    assert lift_of(met, lifts).tolist() == [0.0, 0.5, 1.75, 0.0]


def test_keen_people_are_followed_by_retargeting_unless_chance_decides() -> None:
    gaps = {}
    for exposure in Exposure:
        scene = Scene.of(60_000, 3, DEFAULT_END, exposure)
        story = tell_story(scene, 0)
        way = scene.company.way("retargeting-follows-people-who-buy-anyway")
        met = ((story.outcomes.exposed >> np.uint64(way)) & np.uint64(1)).astype(bool)
        gaps[exposure] = story.crowd.intent[met].mean() - story.crowd.intent[~met].mean()
    assert gaps[Exposure.CONFOUNDED] > 0.5
    assert abs(gaps[Exposure.RANDOM]) < 0.15


def test_the_truth_names_every_human_visitor(told: Told) -> None:
    events = told.facts[FactKind.EVENT]
    human = pc.is_valid(events.column("language"))  # crawlers name no language
    seen = pc.unique(events.filter(human).column("visitor_id"))
    known = pc.unique(told.truth["identity"].column("visitor_id"))
    assert set(seen.to_pylist()) - {None} == set(known.to_pylist())


def test_every_lead_fact_belongs_to_a_known_person(told: Told) -> None:
    leads, people = told.truth["leads"], told.truth["people"]
    assert pc.all(
        pc.is_in(
            leads.column("fact_id"),
            told.facts[FactKind.LEAD].column("fact_id").combine_chunks(),
        )
    ).as_py()
    assert pc.all(
        pc.is_in(leads.column("person"), people.column("person").combine_chunks())
    ).as_py()
    first = leads.filter(leads.column("makes_lead"))
    assert first.num_rows == pc.sum(people.column("is_lead")).as_py()


def test_every_call_has_its_truth(told: Told) -> None:
    calls = told.facts[FactKind.CALL].column("fact_id")
    assert calls.to_pylist() == told.truth["calls"].column("fact_id").to_pylist()


def test_truth_tables_have_no_nulls_in_their_keys(told: Told) -> None:
    for name, key in [("identity", "visitor_id"), ("people", "person"), ("deals", "deal_id")]:
        column: pa.ChunkedArray = told.truth[name].column(key)
        assert column.null_count == 0


@pytest.mark.parametrize("exposure", list(Exposure))
def test_a_regression_that_sees_intent_finds_the_lifts(exposure: Exposure) -> None:
    story = tell_story(Scene.of(300_000, 8, DEFAULT_END, exposure), 0)
    out, ways = story.outcomes, load_company().ways
    met = (out.exposed[:, None] >> np.arange(len(ways), dtype=np.uint64)) & np.uint64(1)
    used = np.flatnonzero(met.sum(axis=0) > 300)
    causes = np.column_stack([np.ones(len(met)), story.crowd.intent, met[:, used]])[out.in_time]
    leads = out.leads[out.in_time].astype(float)
    weights = np.zeros(causes.shape[1])
    weights[0] = -3.0
    for _ in range(12):  # Newton's method for the logistic likelihood
        chance = 1 / (1 + np.exp(-causes @ weights))
        curvature = (causes * (chance * (1 - chance))[:, None]).T @ causes
        weights += np.linalg.solve(curvature, causes.T @ (leads - chance))
    errors = np.sqrt(np.diag(np.linalg.inv(curvature)))[2:]
    lifts = np.array([ways[way].lift for way in used])
    assert np.abs((weights[2:] - lifts) / errors).max() < 4.0
    assert weights[1] == pytest.approx(0.75, abs=0.08)
