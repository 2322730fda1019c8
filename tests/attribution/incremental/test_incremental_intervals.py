"""Intervals of the incremental model: seeded, right as often as they say, widened by tests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from attribution.incremental import known_company as company
from headwater.attribution.data_driven import Bootstrap, Flag
from headwater.attribution.incremental import Group, Holdout, Settings, incremental


@pytest.mark.slow
def test_95_in_100_intervals_cover_what_the_channels_truly_add() -> None:
    persons, companies = 8000, 300
    _, common, _ = company.patterns()
    truth = company.true_added(persons * common)
    covered = np.zeros(truth.size)
    for number in range(companies):
        given, _ = company.by_chance(persons, number)
        found = incremental(given, bootstrap=Bootstrap(200, number)).table
        low, high = (found[f"conversions_{end}"].to_numpy()[:-1] for end in ("low", "high"))
        covered += (low <= truth) & (truth <= high)
    shares = covered / companies
    assert 0.93 <= shares.mean() <= 0.97
    assert shares.min() >= 0.91


@pytest.mark.slow
def test_intervals_cover_as_often_where_a_test_sets_an_effect() -> None:
    persons, companies, arm = 8000, 200, 3000
    _, common, _ = company.patterns()
    truth = company.true_added(persons * common)
    # Arms of persons who meet nothing else: the odds ratio there is the channel's effect.
    rates = company.chance(np.array([company.BASE + company.EFFECTS[0], company.BASE]))
    random = np.random.default_rng(3)
    covered = np.zeros(truth.size)
    for number in range(companies):
        given, _ = company.by_chance(persons, number)
        won = random.binomial(arm, rates).astype(float)
        test = Holdout("Ad", Group(arm, won[0]), Group(arm, won[1]))
        found = incremental(
            given, Settings(holdouts=(test,)), bootstrap=Bootstrap(200, number)
        ).table
        low, high = (found[f"conversions_{end}"].to_numpy()[:-1] for end in ("low", "high"))
        covered += (low <= truth) & (truth <= high)
    assert 0.93 <= covered.mean() / companies <= 0.97


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others() -> None:
    given, _ = company.by_chance(2000, 1)
    one, again, other = (
        incremental(given, bootstrap=Bootstrap(40, seed)).table for seed in (1, 1, 2)
    )
    assert one.equals(again)
    assert one["conversions"] == other["conversions"]
    assert one["conversions_low"] != other["conversions_low"]


def test_few_conversions_are_said_to_be_few() -> None:
    for persons, few in ((300, True), (100_000, False)):
        given, _ = company.by_chance(persons, 1)
        found = incremental(given, bootstrap=Bootstrap(200)).table
        assert (Flag.TOO_FEW in found["flags"][0].as_py()) is few


def test_a_small_test_leaves_a_wide_interval_and_a_large_one_a_narrow_one() -> None:
    given, _ = company.by_chance(20_000, 1)
    widths = []
    for arm in (400, 400_000):
        test = Holdout("Ad", Group(arm, arm * 0.15), Group(arm, arm * 0.075))
        row = incremental(
            given, Settings(holdouts=(test,)), bootstrap=Bootstrap(200)
        ).table.to_pylist()[0]
        assert row["conversions_low"] < row["conversions"] < row["conversions_high"]
        widths.append(row["conversions_high"] - row["conversions_low"])
    assert widths[0] > 3 * widths[1]


def test_persons_without_a_touch_are_drawn_anew_too() -> None:
    """The baseline is known from 100 persons only, however many met the ad."""
    given = pa.table(
        {
            "path": [[], ["Ad"]],
            "conversions": [10.0, 20_000.0],
            "nulls": [90.0, 80_000.0],
        }
    )
    row = incremental(given, bootstrap=Bootstrap(300)).table.to_pylist()[0]
    # The baseline rate of 10 % has an error of 3 %, so the ad adds 10,000 give or take 6,000.
    assert row["conversions_high"] - row["conversions_low"] == pytest.approx(11_800, rel=0.25)


def test_without_a_bootstrap_there_are_no_bounds() -> None:
    given, _ = company.by_chance(2000, 1)
    found = incremental(given, bootstrap=None).table
    assert found.column_names == [
        "model",
        "channel",
        "conversions",
        "value",
        "flags",
        "removed",
    ]


@pytest.mark.slow
def test_a_model_too_large_for_replicates_says_that_it_has_no_interval() -> None:
    random = np.random.default_rng(0)
    paths = [[f"c{one}" for one in random.integers(0, 400, 4)] for _ in range(8000)]
    table = {"path": paths, "conversions": [1.0] * 8000, "nulls": [9.0] * 8000}
    found = incremental(pa.table(table), Settings(penalty=1.0)).table
    assert all(Flag.NO_INTERVAL in flags for flags in found["flags"].to_pylist())
    assert found["conversions_low"].null_count == found.num_rows
