"""The incremental model is asked by its name, beside rules and data-driven models."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.credit_cases import companies, conversion_table, touch_table
from headwater.attribution import Attribution, Bootstrap, attribute, attribute_paths
from headwater.attribution.data_driven import count_journeys, count_paths
from headwater.attribution.incremental import (
    Caution,
    Group,
    Holdout,
    Incremental,
    Settings,
    incremental,
)
from headwater.attribution.naming import every
from headwater.domain.errors import InputError, UnknownName

pytestmark = pytest.mark.slow

PATHS = pa.table(
    {
        "path": ["Ad", "Mail", "Ad > Mail", "Mail > Mail", ""],
        "conversions": [30.0, 8.0, 12.0, 6.0, 5.0],
        "value": [300.0, 90.0, 111.0, 55.0, 20.0],
        "nulls": [470.0, 392.0, 188.0, 94.0, 300.0],
    }
)
MIXED = ["linear", "incremental", "markov"]


def people() -> tuple[pa.Table, pa.Table]:
    """Forty persons: half met Ad, half Mail, and who met Ad converts more often."""
    touches = pa.table(
        {
            "person_id": [f"p{n}" for n in range(40)],
            "touch_id": range(40),
            "touched_at": [datetime(2026, 3, 1, tzinfo=UTC)] * 40,
            "channel": ["Ad", "Mail"] * 20,
        }
    )
    won = [f"p{n}" for n in (0, 2, 4, 6, 8, 10, 1, 3)]
    conversions = pa.table(
        {
            "conversion_id": range(9),
            "person_id": [*won, None],
            "converted_at": [datetime(2026, 3, 9, tzinfo=UTC)] * 9,
            "value": [10.01] * 9,
        }
    )
    return touches, conversions


def rows(found: Attribution, model: str) -> list[dict[str, Any]]:
    return [row for row in found.credit.to_pylist() if row["model"] == model]


def test_only_its_own_rows_have_a_baseline() -> None:
    found = attribute_paths(PATHS, MIXED, " > ")
    names = [(row["model"], row["channel"]) for row in found.credit.to_pylist()]
    assert names == [
        *[("linear", one) for one in ("Ad", "Mail", "(no touch)")],
        *[("incremental", one) for one in ("Ad", "Mail", "(baseline)", "(no touch)")],
        *[("markov", one) for one in ("Ad", "Mail", "(no touch)")],
    ]


def test_every_model_shares_out_the_same_total() -> None:
    found = attribute_paths(PATHS, MIXED, " > ", bootstrap=None).totals
    assert found["conversions"].to_pylist() == pytest.approx([61.0] * 3)
    assert found["value"].to_pylist() == pytest.approx([576.0] * 3)
    assert found["untouched_conversions"].to_pylist() == [5.0] * 3


@pytest.mark.parametrize("bootstrap", [None, Bootstrap(30, seed=4)])
def test_its_figures_are_those_of_the_model_alone(bootstrap: Bootstrap | None) -> None:
    found = attribute_paths(PATHS, MIXED, " > ", bootstrap=bootstrap)
    alone = incremental(PATHS, separator=" > ", bootstrap=bootstrap).table
    wanted = alone.select(found.credit.column_names).to_pylist()
    assert rows(found, "incremental") == wanted
    assert found.findings["incremental"].table.equals(alone)
    assert attribute_paths(PATHS, ["incremental"], " > ", bootstrap=bootstrap).credit.equals(
        alone.select(found.credit.column_names)
    )


def test_touches_give_what_their_paths_give_and_values_to_the_cent() -> None:
    touches, conversions = people()
    found = attribute(touches, conversions, MIXED, bootstrap=None)
    assert found.totals["value"].to_pylist() == [Decimal("90.09")] * 3
    mine = rows(found, "incremental")
    assert [row["channel"] for row in mine] == ["Ad", "Mail", "(baseline)", "(no touch)"]
    counted = pa.table(
        {
            "path": [["Ad"], ["Mail"], []],
            "conversions": [6, 2, 1],
            "value_minor": [6006, 2002, 1001],
            "nulls": [14, 18, 0],
        }
    )
    wanted = incremental(counted, bootstrap=None).table
    assert [row["conversions"] for row in mine] == wanted["conversions"].to_pylist()
    cents = [int(row["value"] * 100) for row in mine]
    assert cents == wanted["value_minor"].to_pylist()
    assert found.assumed.null_paths == 32.0


@settings(max_examples=60, deadline=None)
@given(given=companies(), cap=st.integers(1, 3), each_touch=st.booleans())
def test_from_touches_it_sums_exactly_and_agrees_with_counted_paths(
    given: Any, cap: int, each_touch: bool
) -> None:
    touches, conversions = touch_table(given[0]), conversion_table(given[1])
    model = Incremental(Settings(penalty=1.0, cap=cap, each_touch=each_touch))
    counts = count_journeys(touches, conversions)
    if counts.conversions.any() and not counts.nulls.any():
        with pytest.raises(InputError, match="persons without a conversion too"):
            attribute(touches, conversions, [model], bootstrap=None)
        return
    found = attribute(touches, conversions, ["first", model], bootstrap=None)
    assert len(set(found.totals["value_minor"].to_pylist())) == 1
    one, two = found.totals["conversions"].to_pylist()
    assert one == pytest.approx(two, abs=1e-9)
    wanted = incremental(counts, model.settings, bootstrap=None).table
    assert rows(found, "incremental") == wanted.select(found.credit.column_names).to_pylist()


def test_another_column_to_sum_by_is_called_by_its_name() -> None:
    touches, conversions = people()
    touches = touches.rename_columns(["person_id", "touch_id", "touched_at", "campaign"])
    found = attribute(touches, conversions, ["incremental"], by="campaign", bootstrap=None)
    assert found.credit.column_names[:2] == ["model", "campaign"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("incremental", Settings()),
        ("incremental()", Settings()),
        ("incremental(penalty=1,cap=2)", Settings(penalty=1.0, cap=2)),
        ("incremental( cap = 3 , penalty = .5 )", Settings(penalty=0.5, cap=3)),
        ("incremental(each_touch)", Settings(each_touch=True)),
        ("incremental(each_touch=True)", Settings(each_touch=True)),
        ("incremental(each_touch=false)", Settings()),
    ],
)
def test_settings_can_be_told_in_its_name(text: str, meant: Settings) -> None:
    assert every([text]) == [Incremental(meant, text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("incremental(cap=0)", "cap is 0"),
        ("incremental(cap=1.5)", "cap=1.5; write a whole number"),
        ("incremental(cap)", "cap=; write a whole number"),
        ("incremental(penalty=much)", "penalty=much; write a number"),
        ("incremental(penalty=nan)", "penalty is nan"),
        ("incremental(each_touch=perhaps)", "write true or false"),
        ("incremental(1)", "too many or misspelt: '1'"),
        ("incremental(order=2)", "It takes: penalty=1, cap=2, each_touch"),
        ("incremental(cap=1,cap=2)", "'cap' is named twice"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        attribute_paths(PATHS, [text], " > ")


def test_a_misspelt_name_is_told_the_right_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'incremental'"):
        attribute_paths(PATHS, ["incremantal"], " > ")


def test_without_null_paths_it_says_what_to_give() -> None:
    with pytest.raises(InputError, match="give the column 'nulls'"):
        attribute_paths(PATHS.drop_columns("nulls"), ["linear", "incremental"], " > ")
    touches, conversions = people()
    bought = touches.filter(pa.compute.is_in(touches["person_id"], conversions["person_id"]))
    with pytest.raises(InputError, match="hand in those of persons without a conversion too"):
        attribute(bought, conversions, ["incremental"])


def test_null_paths_cannot_be_left_out_by_request() -> None:
    with pytest.raises(InputError, match="Take nulls=False"):
        attribute_paths(PATHS, ["markov", "incremental"], " > ", nulls=False)
    with pytest.raises(InputError, match="'incremental\\(cap=2\\)'"):
        attribute(*people(), ["incremental(cap=2)"], nulls=False)


def test_what_it_assumed_and_learned_is_told() -> None:
    told = attribute_paths(PATHS, MIXED, " > ", bootstrap=None).assumed.sentences()
    mine = [one for one in told if one.startswith("incremental: ")]
    assert mine[0] == (
        "incremental: learned from 1,505 persons, 61 of which converted, in 4 patterns of "
        "what was met."
    )
    assert mine[2] == "incremental: a channel counts once, however often it was met."
    assert "was chosen by leaving persons out." in mine[3]
    assert mine[4].endswith("% (as seen).")
    given = "incremental(penalty=2,cap=3,each_touch)"
    told = attribute(*people(), [given], bootstrap=None).assumed.sentences()
    assert f"{given}: the penalty on effects, 2, was given." in told
    assert f"{given}: touches of a channel count up to 3." in told
    assert f"{given}: {Caution.INFERRED.value}." in told
    assert any("40 touches, 8 of which converted" in one for one in told)


def test_effects_that_cannot_be_told_apart_are_told() -> None:
    twins = pa.table(
        {
            "path": [["A", "B"], ["A"], ["C"]],
            "conversions": [300.0, 1.0, 100.0],
            "nulls": [90_000.0, 0.0, 50_000.0],
        }
    )
    found = attribute_paths(twins, ["incremental"], bootstrap=None)
    assert any("cannot be told apart" in one for one in found.assumed.sentences())


def test_a_holdout_test_goes_along_in_its_settings() -> None:
    test = Holdout("Ad", Group(9_000, 700), Group(9_000, 500))
    model = Incremental(Settings(holdouts=(test,)), "with a test")
    found = attribute_paths(PATHS, ["incremental", model], " > ", bootstrap=None)
    assert Caution.TESTED.value in rows(found, "with a test")[0]["flags"]
    assert "with a test: holdout tests set the effect of Ad." in found.assumed.sentences()
    assert list(found.findings) == ["incremental", "with a test"]


def test_with_nobody_who_converted_all_is_zero_and_said() -> None:
    touches, conversions = people()
    for won in (conversions.slice(0, 0), conversions.slice(8)):
        found = attribute(touches, won, ["linear", "incremental"], bootstrap=Bootstrap(9))
        mine = rows(found, "incremental")
        assert [row["conversions"] for row in mine[:3]] == [0.0] * 3
        assert mine[3]["conversions"] == len(won)
        assert any("no effect was learned" in one for one in found.assumed.sentences())
    empty = attribute(touches.slice(0, 0), conversions, ["incremental"], bootstrap=None)
    assert empty.credit["channel"].to_pylist() == ["(baseline)", "(no touch)"]
    assert empty.credit["conversions"].to_pylist() == [0.0, 9.0]


def test_counts_made_before_are_taken_as_they_are() -> None:
    counts = count_paths(PATHS, separator=" > ")
    found = attribute_paths(counts, ["incremental"], bootstrap=None)
    wanted = attribute_paths(PATHS, ["incremental"], " > ", bootstrap=None)
    assert found.credit.equals(wanted.credit)
    assert np.isfinite(found.credit["conversions"].to_numpy()).all()
