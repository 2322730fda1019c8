"""In the world with known lift, the incremental model finds what each channel truly added."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from headwater.attribution import attribute
from headwater.attribution.data_driven import count_journeys
from headwater.attribution.incremental import Group, Holdout, Settings, incremental
from headwater.domain.words import BASELINE
from headwater.world import Exposure, World

pytestmark = pytest.mark.slow

Case = tuple[pa.Table, pa.Table, dict[str, float]]
TESTED = "retargeting-follows-people-who-buy-anyway"


def case(exposure: Exposure, events: int = 4_000_000) -> Case:
    world = World(events, 1, exposure=exposure)
    parts = list(world.encounters())
    conversions = pa.concat_tables([part.conversions for part in parts])
    truth = world.increments()
    rows = truth.filter(pc.equal(truth["kind"], "lead")).to_pylist()
    leads = conversions.filter(pc.equal(conversions["kind"], "lead"))
    touches = pa.concat_tables([part.touches for part in parts])
    return touches, leads, {row["channel"]: row["share"] for row in rows[:-1]}


@pytest.fixture(scope="module")
def by_chance() -> Case:
    return case(Exposure.RANDOM)


@pytest.fixture(scope="module")
def by_intent() -> Case:
    return case(Exposure.CONFOUNDED)


def learned(given: Case, *tests: Holdout) -> pa.Table:
    touches, leads, _ = given
    pairs = touches.group_by(["campaign", "channel"]).aggregate([])
    names = zip(pairs["campaign"].to_pylist(), pairs["channel"].to_pylist(), strict=True)
    counts = count_journeys(touches, leads, lookback=None, by="campaign")
    settings = Settings(roll_up=dict(names), holdouts=tests)
    return incremental(counts, settings, bootstrap=None).table


def apart(found: pa.Table, truth: dict[str, float]) -> float:
    """Half the sum of the differences between shares of what the channels have."""
    credit = dict(
        zip(found["channel"].to_pylist(), found["conversions"].to_pylist(), strict=True)
    )
    named = np.array([credit.get(one, 0.0) for one in truth])
    return float(np.abs(named / named.sum() - np.array(list(truth.values()))).sum() / 2)


def test_with_exposure_by_chance_shares_are_within_five_in_a_hundred(by_chance: Case) -> None:
    assert apart(learned(by_chance), by_chance[2]) <= 0.05


def test_so_they_are_when_channels_are_learned_whole(by_chance: Case) -> None:
    touches, leads, truth = by_chance
    counts = count_journeys(touches, leads, lookback=None)
    assert apart(incremental(counts, bootstrap=None).table, truth) <= 0.055


def test_rules_are_several_times_further_off(by_chance: Case) -> None:
    touches, leads, truth = by_chance
    for model in ("first", "last", "linear"):
        rule = attribute(touches, leads, [model], lookback=None)
        assert apart(rule.credit, truth) > 0.15


def test_where_intent_decides_the_error_is_large_and_a_test_makes_it_smaller(
    by_intent: Case,
) -> None:
    truth = by_intent[2]
    alone = learned(by_intent)
    test = Holdout(TESTED, Group(50_000, 3500.0), Group(50_000, 3500.0))
    tested = learned(by_intent, test)
    assert apart(alone, truth) > 0.1
    assert apart(tested, truth) < apart(alone, truth) - 0.03
    assert BASELINE in alone["channel"].to_pylist()
