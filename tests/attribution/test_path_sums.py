"""Sums of a table of paths give what counting its distinct paths gives, however it comes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attribution.data_driven.path_cases import rows, table
from attribution.data_driven.path_oracle import Row
from headwater.attribution import attribute_paths, count_paths
from headwater.attribution.data_driven import path_rows
from headwater.domain.errors import BadRow, InputError

pytestmark = pytest.mark.slow

RULES = [
    *["first", "last", "linear", "position", "first_non_direct", "last_non_direct"],
    'custom({"head": [5], "tail": [2, 3], "rest": 1})',
    'custom({"channels": {"A": 0}, "others": 2})',
]
MODELS = [*RULES, "markov", "shapley", "shapley_ordered"]
NEAR = {"rel": 1e-12, "abs": 1e-12}


def same(given: pa.Table, separator: str | None = None, *, nulls: bool = True) -> None:
    """Hold the sums against the same models on counted paths."""
    counts = count_paths(given, separator=separator)
    wanted = attribute_paths(counts, MODELS, nulls=nulls, bootstrap=None)
    found = attribute_paths(given, MODELS, separator, nulls=nulls, bootstrap=None)
    assert found.credit.schema == wanted.credit.schema
    for name in ("model", "channel", "flags"):
        assert found.credit[name] == wanted.credit[name]
    for name in ("conversions", found.credit.column_names[3]):
        mine, theirs = found.credit[name].to_pylist(), wanted.credit[name].to_pylist()
        assert mine == pytest.approx(theirs, **NEAR)
    assert found.assumed == wanted.assumed


def many(paths: int, channels: int, seed: int = 1) -> dict[str, list[object]]:
    draw = np.random.default_rng(seed)
    names = ["Direct", *(f"channel {number}" for number in range(1, channels))]
    lengths = draw.geometric(0.3, paths).tolist()
    return {
        "path": [" > ".join(draw.choice(names, length)) for length in lengths],
        "conversions": draw.choice([0.0, 1.0, 2.5], paths).tolist(),
        "value": (draw.integers(-500, 9_000, paths) / 100).tolist(),
        "nulls": draw.integers(0, 3, paths).tolist(),
    }


@settings(deadline=None, max_examples=50)
@given(given=rows, nulls=st.booleans())
@example(given=[Row(("A",), Fraction(0), Fraction(1, 4), Fraction(0))], nulls=False)
@pytest.mark.slow
def test_sums_are_what_counted_paths_give(given: list[Row], nulls: bool) -> None:
    same(table(given), nulls=nulls)


@pytest.mark.parametrize("channels", [1, 12, 20, 70, 300])
def test_any_number_of_channels_and_several_pieces(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path_rows, "_AT_ONCE", 97)
    given = many(400, channels)
    given["path"][7] = ""
    given["path"][350] = None
    same(pa.table(given), " > ")
    same(pa.table(given), " > ", nulls=False)


def test_whole_minor_units_and_absent_columns() -> None:
    given = many(60, 5)
    cents = [round(100 * float(str(one))) for one in given.pop("value")]
    same(pa.table(given), " > ")
    same(pa.table({**given, "value_minor": cents}), " > ")
    del given["nulls"]
    same(pa.table(given), " > ")


def test_the_order_of_the_rows_does_not_matter() -> None:
    given = pa.table(many(300, 9))
    other = given.take(np.random.default_rng(3).permutation(300))
    one, two = (
        attribute_paths(some, MODELS, " > ", bootstrap=None).credit for some in (given, other)
    )
    assert one["channel"] == two["channel"]
    for name in ("conversions", "value"):
        assert one[name].to_pylist() == pytest.approx(two[name].to_pylist(), **NEAR)


def test_a_reserved_name_is_refused_by_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_rows, "_AT_ONCE", 2)
    given = pa.table({"path": ["A", "B", "", "A > (no touch)"], "conversions": [1] * 4})
    with pytest.raises(BadRow) as caught:
        attribute_paths(given, ["linear"], " > ", bootstrap=None)
    assert (caught.value.row, caught.value.field) == (4, "paths.path")


def test_models_that_paths_alone_do_not_tell_are_refused() -> None:
    given = pa.table({"path": [["A"]], "conversions": [1]})
    with pytest.raises(InputError, match="needs the times of touches"):
        attribute_paths(given, ["linear", "time_decay"], bootstrap=None)


def test_an_empty_table_has_only_the_row_without_a_touch() -> None:
    kinds = pa.schema([("path", pa.list_(pa.string())), ("conversions", pa.float64())])
    found = attribute_paths(kinds.empty_table(), MODELS, bootstrap=None).credit
    assert found["channel"].to_pylist() == ["(no touch)"] * len(MODELS)
