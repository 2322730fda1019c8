"""Each thing that weakens a figure is said of the row that it weakens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from attribution.incremental import known_company as company
from headwater.attribution.incremental import Caution, Group, Holdout, Settings, incremental

CASES: list[tuple[Caution, str, dict[str, Any]]] = [
    (
        # Leads tell where they heard of us; nobody asks the others.
        Caution.ONLY_CONVERTERS,
        "Friend",
        {
            "path": [["Ad"], ["Ad", "Friend"], ["Mail"], ["Ad", "Mail"]],
            "conversions": [10, 5, 10, 9],
            "nulls": [90, 0, 90, 90],
        },
    ),
    (
        Caution.NO_CONVERTERS,
        "Banner",
        {
            "path": [["Ad"], ["Banner"], ["Ad", "Mail"], ["Mail"]],
            "conversions": [10, 0, 10, 4],
            "nulls": [90, 50, 90, 90],
        },
    ),
    (
        Caution.EVERYONE,
        "Ad",
        {"path": [["Ad"], ["Ad", "Mail"]], "conversions": [10, 20], "nulls": [90, 80]},
    ),
    (
        Caution.MOVES_TOGETHER,
        "Twin",
        {
            "path": [["Ad", "Twin"], ["Ad"], ["Mail"], ["Mail", "Ad", "Twin"]],
            "conversions": [1000, 1, 800, 1000],
            "nulls": [9000, 9, 9000, 9000],
        },
    ),
    (
        Caution.FEW_ALIKE,
        "Mail",
        {
            "path": [["Ad"], ["Mail"], ["Ad", "Mail"], ["Ad", "Search"]],
            "conversions": [10, 40, 1, 10],
            "nulls": [90, 360, 9, 90],
        },
    ),
]


@pytest.mark.parametrize(("caution", "channel", "given"), CASES, ids=lambda one: str(one)[:30])
def test_a_channel_says_what_weakens_it(
    caution: Caution, channel: str, given: dict[str, Any]
) -> None:
    found = incremental(pa.table(given), bootstrap=None)
    flags = dict(
        zip(found.table["channel"].to_pylist(), found.table["flags"].to_pylist(), strict=True)
    )
    assert caution in flags[channel]
    assert found.effects is not None
    others = [row for row in found.effects.to_pylist() if row["label"] not in {channel, "Ad"}]
    assert all(caution not in row["flags"] for row in others)


def test_a_channel_of_many_labels_is_warned_of_by_most_of_its_exposures() -> None:
    given = pa.table(
        {
            "path": [["big"], ["big", "rare"], ["Mail"], ["Mail", "big"]],
            "conversions": [50, 2, 20, 30],
            "nulls": [950, 0, 980, 970],
        }
    )
    rolled = incremental(given, Settings(roll_up={"big": "Ads", "rare": "Ads"}), bootstrap=None)
    assert rolled.effects is not None
    flags = {row["label"]: row["flags"] for row in rolled.effects.to_pylist()}
    assert Caution.ONLY_CONVERTERS in flags["rare"]
    assert Caution.ONLY_CONVERTERS not in rolled.table["flags"][0].as_py()


def test_figures_of_a_channel_are_those_of_a_textbook() -> None:
    """Two groups alike in size: the error of their log-odds ratio is Woolf's."""
    given = {"path": [[], ["Ad"]], "conversions": [100, 200], "nulls": [1900, 1800]}
    found = incremental(pa.table(given), Settings(penalty=1e-9), bootstrap=None)
    assert found.effects is not None
    (row,) = found.effects.to_pylist()
    assert row["effect"] == pytest.approx(np.log(200 / 1800 * 1900 / 100))
    assert row["error"] == pytest.approx((1 / 200 + 1 / 1800 + 1 / 100 + 1 / 1900) ** 0.5)
    assert row["effective_conversions"] == pytest.approx(row["error"] ** -2)
    assert row["exposed_share"] == 0.5
    assert row["exposed_conversions"] == 200
    assert row["variance_inflation"] == pytest.approx(1.0)
    assert row["alike_share"] == 1.0
    assert found.diagnostics is not None
    assert found.diagnostics.baseline_seen
    assert found.diagnostics.baseline_rate == pytest.approx(0.05)
    assert found.diagnostics.freedom == pytest.approx(1.0)


def test_a_tested_channel_has_the_test_s_effect_and_error() -> None:
    given, _ = company.by_chance(5000, 1)
    test = Holdout("Mail", Group(2000, 200), Group(1900, 100))
    found = incremental(given, Settings(holdouts=(test,)), bootstrap=None)
    assert found.effects is not None
    row = found.effects.to_pylist()[1]
    assert row["flags"] == [Caution.TESTED]
    assert row["effect"] == pytest.approx(np.log(200.5 / 1800.5 * 1800.5 / 100.5))
    assert row["error"] == test.error


def test_a_right_model_is_calibrated() -> None:
    given, _ = company.by_chance(200_000, 2)
    table = incremental(given, bootstrap=None).calibration
    assert table is not None
    won, expected = table["conversions"].to_numpy(), table["expected"].to_numpy()
    assert won.sum() == pytest.approx(expected.sum())
    assert np.abs((won - expected) / expected**0.5).max() < 4
    assert table["persons"].to_numpy().sum() == 200_000
    assert 5 <= table.num_rows <= 10


def test_the_search_ends_at_the_top_even_where_channels_tell_converters_apart() -> None:
    given = {"path": [["A"], ["B"]], "conversions": [0, 50], "nulls": [50, 0]}
    diagnostics = incremental(pa.table(given), bootstrap=None).diagnostics
    assert diagnostics is not None
    assert diagnostics.converged


def test_longer_null_paths_are_seen() -> None:
    given = {"path": [["A"], ["A", "B", "A"]], "conversions": [5, 1], "nulls": [5, 9]}
    diagnostics = incremental(pa.table(given), bootstrap=None).diagnostics
    assert diagnostics is not None
    assert diagnostics.touches_converting == pytest.approx(8 / 6)
    assert diagnostics.touches_null == pytest.approx(32 / 14)
