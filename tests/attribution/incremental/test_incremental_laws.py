"""The laws of MODELS that hold for the incremental model, on random small tables.

Not law 1's "weights are 0 or more": an effect below nought is shown. Nor "one touch: weight 1":
what would have come anyway goes to the baseline.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from attribution.data_driven.path_cases import rows, table
from attribution.data_driven.path_oracle import Row
from headwater.attribution.incremental import Settings, incremental
from headwater.domain.words import BASELINE, NO_TOUCH

pytestmark = pytest.mark.slow

Figures = dict[str, tuple[float, float]]
NEAR = {"rel": 1e-5, "abs": 1e-5}


def figures(rows_given: list[Row], choices: Settings | None = None) -> Figures:
    found = incremental(table(rows_given), choices or Settings(), bootstrap=None).table
    return {row["channel"]: (row["conversions"], row["value"]) for row in found.to_pylist()}


def near(one: Figures, two: Figures) -> None:
    assert one.keys() == two.keys()
    for channel, pair in one.items():
        assert pair == pytest.approx(two[channel], **NEAR), channel


def learnable(given_rows: list[Row]) -> None:
    assume(any(row.nulls for row in given_rows))


@settings(max_examples=60, deadline=None)
@given(rows, st.sampled_from([1, 2]), st.booleans())
def test_nothing_is_lost(given_rows: list[Row], cap: int, each_touch: bool) -> None:
    learnable(given_rows)
    found = figures(given_rows, Settings(cap=cap, each_touch=each_touch))
    wanted = [float(sum(getattr(row, name) for row in given_rows)) for name in ROW_SUMS]
    assert [sum(pair[at] for pair in found.values()) for at in (0, 1)] == pytest.approx(
        wanted, **NEAR
    )
    lonely = [row for row in given_rows if not row.path]
    assert found[NO_TOUCH] == pytest.approx(
        [float(sum(getattr(row, name) for row in lonely)) for name in ROW_SUMS]
    )


ROW_SUMS = ("conversions", "value")


@settings(max_examples=30, deadline=None)
@given(rows, st.randoms())
def test_the_order_of_rows_changes_nothing(given_rows: list[Row], shuffler: Random) -> None:
    learnable(given_rows)
    mixed = list(given_rows)
    shuffler.shuffle(mixed)
    near(figures(given_rows), figures(mixed))


@settings(max_examples=30, deadline=None)
@given(rows)
def test_a_row_of_equal_paths_may_be_split(given_rows: list[Row]) -> None:
    learnable(given_rows)
    halves = [
        Row(row.path, row.conversions / 2, row.value / 2, row.nulls / 2)
        for row in given_rows
        for _ in range(2)
    ]
    near(figures(given_rows), figures(halves))


@settings(max_examples=30, deadline=None)
@given(rows, st.booleans())
def test_names_do_not_matter(given_rows: list[Row], each_touch: bool) -> None:
    learnable(given_rows)
    names = {"A": "zz", "B > C": "\x00", "": "m", "x,y|z;\t'\"\n": "(a)"}
    renamed = [
        Row(tuple(names[one] for one in row.path), row.conversions, row.value, row.nulls)
        for row in given_rows
    ]
    choices = Settings(each_touch=each_touch)
    found = figures(renamed, choices)
    before = figures(given_rows, choices)
    near({names.get(one, one): pair for one, pair in before.items()}, found)


@settings(max_examples=30, deadline=None)
@given(rows)
def test_the_order_and_repeats_of_touches_do_not_matter_at_a_cap_of_one(
    given_rows: list[Row],
) -> None:
    learnable(given_rows)
    other = [
        Row(row.path[::-1] + row.path[:2], row.conversions, row.value, row.nulls)
        for row in given_rows
    ]
    near(figures(given_rows), figures(other))


@settings(max_examples=30, deadline=None)
@given(rows)
def test_shares_do_not_depend_on_the_value(given_rows: list[Row]) -> None:
    learnable(given_rows)
    dearer = [
        Row(row.path, row.conversions, row.value * 4 + 1, row.nulls) for row in given_rows
    ]
    one, two = figures(given_rows), figures(dearer)
    assert {key: pair[0] for key, pair in one.items()} == {
        key: pair[0] for key, pair in two.items()
    }


def test_nobody_converted_and_nothing_is_earned() -> None:
    lost = [Row(("A",), Fraction(0), Fraction(0), Fraction(9))]
    assert figures(lost) == {"A": (0.0, 0.0), BASELINE: (0.0, 0.0), NO_TOUCH: (0.0, 0.0)}
    empty = pa.table(
        {"path": pa.array([], pa.list_(pa.string())), "conversions": pa.array([], pa.float64())}
    )
    found = incremental(empty)
    assert found.table["channel"].to_pylist() == [BASELINE, NO_TOUCH]
    assert found.diagnostics is None
