"""What cannot be used is refused by name; odd input gets a right answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from headwater.attribution.incremental import Group, Holdout, Settings, incremental
from headwater.domain.errors import BadRow, InputError, UnknownName

GOOD: dict[str, Any] = {
    "path": [["A"], ["A", "B"], ["B"]],
    "conversions": [1.0, 2.0, 1.0],
    "nulls": [9.0, 8.0, 9.0],
}


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"penalty": 0.0}, "penalty is 0.0"),
        ({"penalty": -1.0}, "penalty is -1.0"),
        ({"penalty": float("nan")}, "penalty is nan"),
        ({"cap": 0}, "cap is 0"),
        ({"cap": 1.5}, "cap is 1.5"),
        ({"cap": True}, "cap is True"),
        ({"roll_up": {"A": "(baseline)"}}, "called '\\(baseline\\)'"),
        ({"roll_up": {"A": "(no touch)"}}, "called '\\(no touch\\)'"),
        ({"holdouts": (Holdout("A", Group(9, 1), Group(9, 1)),) * 2}, "'A' is named twice"),
    ],
)
def test_a_setting_that_cannot_be_is_named(choices: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Settings(**choices)


@pytest.mark.parametrize(
    ("shown", "held", "words"),
    [
        ((10, 11), (10, 1), "11 conversions of 10 persons shown"),
        ((10, 1), (10, -1), "-1 conversions of 10 persons held"),
        ((10, 1), (float("nan"), 1), "of nan persons held"),
        ((0, 0), (10, 1), "nobody shown"),
    ],
)
def test_a_test_that_cannot_be_is_named(
    shown: tuple[float, float], held: tuple[float, float], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        Holdout("Mail", Group(*shown), Group(*held))


def test_a_test_of_a_channel_that_nobody_met_is_refused() -> None:
    test = Holdout("Male", Group(9, 1), Group(9, 1))
    with pytest.raises(UnknownName, match="holdout test 'Male'"):
        incremental(pa.table(GOOD), Settings(holdouts=(test,)))


def test_without_anybody_who_did_not_convert_nothing_can_be_learned() -> None:
    with pytest.raises(InputError, match="null paths"):
        incremental(pa.table({**GOOD, "nulls": [0.0, 0.0, 0.0]}))


def test_a_channel_with_the_baseline_s_name_is_refused() -> None:
    with pytest.raises(InputError, match="rename it"):
        incremental(pa.table({**GOOD, "path": [["A"], ["(baseline)"], ["B"]]}))


def test_too_many_channels_are_refused_and_many_are_learned() -> None:
    wide = {"path": [[f"c{n}"] for n in range(5000)], "conversions": [1.0] * 5000}
    with pytest.raises(InputError, match="5,000 channels"):
        incremental(pa.table({**wide, "nulls": [9.0] * 5000}))
    random = np.random.default_rng(1)
    paths = [[f"c{one}" for one in random.integers(0, 150, 3)] for _ in range(1000)]
    many = {"path": paths, "conversions": [1.0] * 1000, "nulls": [30.0] * 1000}
    found = incremental(pa.table(many), bootstrap=None)
    assert sum(found.table["conversions"].to_pylist()) == pytest.approx(1000.0)


def test_a_bad_cell_is_named_by_row_and_field() -> None:
    with pytest.raises(BadRow) as caught:
        incremental(pa.table({**GOOD, "nulls": [1.0, -1.0, 1.0]}))
    assert (caught.value.row, caught.value.field) == (2, "paths.nulls")


def test_texts_are_parted_by_the_separator() -> None:
    texts = pa.table({**GOOD, "path": ["A", "A > B", "B"]})
    found = incremental(texts, separator=" > ", bootstrap=None).table
    assert found.equals(incremental(pa.table(GOOD), bootstrap=None).table)


def test_one_channel_and_fractions_are_no_trouble() -> None:
    given = {"path": [["A"], ["A", "A"]], "conversions": [0.5, 0.25], "nulls": [0.75, 0.0]}
    found = incremental(pa.table(given)).table
    assert sum(found["conversions"].to_pylist()) == pytest.approx(0.75)


def test_a_path_of_a_hundred_thousand_touches_is_no_trouble() -> None:
    given = {"path": [["A", "B"] * 50_000, ["B"]], "conversions": [1, 1], "nulls": [1, 5]}
    for settings in (Settings(), Settings(cap=7), Settings(cap=7, each_touch=True)):
        found = incremental(pa.table(given), settings, bootstrap=None).table
        assert sum(found["conversions"].to_pylist()) == pytest.approx(2.0)


def test_huge_counts_and_tiny_rates_are_solved() -> None:
    given = {"path": [["A"], ["B"], ["A", "B"]], "conversions": [1e9, 2.0, 1.0]}
    found = incremental(pa.table({**given, "nulls": [1e12, 1e12, 1e-3]}), bootstrap=None)
    assert found.diagnostics is not None
    assert found.diagnostics.converged
    assert sum(found.table["conversions"].to_pylist()) == pytest.approx(1e9 + 3)
