"""The laws of credit for the data-driven models, against an oracle in exact fractions.

Where a law does not apply as it stands: Markov shares value by what value is lost, not by the
shares of conversions (law 1), and the rate game may give less than 0 (law 1). Credit of one
conversion depends on all paths, so later conversions do move earlier shares; later touches do
not (law 4, in test_journeys.py).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attribution.data_driven.path_cases import MODELS, figures, rows, table
from attribution.data_driven.path_oracle import Row, channels_of, credit, losses, total
from headwater.attribution.data_driven import (
    Bootstrap,
    Flag,
    count_paths,
    credit_by_channel,
    positions,
    removal_effects,
)

pytestmark = pytest.mark.slow

laws = settings(deadline=None, max_examples=60)
NO_TOUCH = "(no touch)"
OF_PERSONS = [model for model in MODELS if model.startswith(("markov", "shapley_rate"))]
F = Fraction


@laws
@given(given=rows)
@example(given=[Row(("A", "A", ""), F(1), F(5), F(0)), Row(("A",), F(0), F(0), F(1))])
@example(given=[])
def test_credit_is_that_of_the_oracle(given: list[Row]) -> None:
    found = figures(table(given), [*MODELS, "linear"])
    scale = 1 + float(sum(abs(row.value) for row in given))
    for model, figure in found.items():
        assert list(figure) == [*channels_of(given), NO_TOUCH]
        for place, field in enumerate(("conversions", "value")):
            if model in OF_PERSONS and field == "value" and _is_stray(given):
                continue
            for channel, wanted in credit(model, given, field).items():
                assert figure[channel][place] == pytest.approx(
                    float(wanted), rel=1e-9, abs=1e-11 * scale
                ), (model, field, channel)


def _is_stray(given: list[Row]) -> bool:
    """Whether some value came without anybody: no rate can be had of that."""
    return any(row.value and not row.conversions + row.nulls for row in given)


@laws
@given(given=rows, order=st.integers(1, 4))
def test_removal_effects_are_what_is_lost_without_the_channel(
    given: list[Row], order: int
) -> None:
    given = [row for row in given if row.conversions + row.nulls]
    found = removal_effects(table(given), order).to_pydict()
    everybody = total(given, "conversions") + total(given, "nulls")
    for field in ("conversions", "value"):
        lost = losses(given, order, of_value=field == "value")
        everything = total(given, field)
        wanted = [
            pytest.approx(float(one * everybody / everything), rel=1e-9, abs=1e-12)
            if everything
            else None
            for one in lost.values()
        ]
        assert found["channel"] == list(lost)
        assert found[f"removal_{field}"] == wanted


@laws
@given(given=rows)
def test_law_1_credit_is_never_below_0_but_in_the_rate_game(given: list[Row]) -> None:
    for model, figure in figures(table(given)).items():
        if model != "shapley_rate":
            assert all(one >= -1e-9 for pair in figure.values() for one in pair), model


@laws
@given(given=rows, factor=st.sampled_from([0.0, 0.5, 7.0]))
def test_law_1_conversions_do_not_depend_on_the_value(given: list[Row], factor: float) -> None:
    other = [replace(row, value=row.value * F(factor)) for row in given]
    one, two = figures(table(given)), figures(table(other))
    for model, figure in one.items():
        for channel, (conversions, _) in figure.items():
            assert two[model][channel][0] == conversions


@laws
@given(given=rows)
def test_laws_2_and_3_every_conversion_and_all_value_is_credited_or_without_a_touch(
    given: list[Row],
) -> None:
    for model, figure in figures(table(given)).items():
        conversions, values = zip(*figure.values(), strict=True)
        assert sum(conversions) == pytest.approx(float(sum(row.conversions for row in given)))
        assert sum(values) == pytest.approx(float(sum(row.value for row in given))), model
        empty = [row for row in given if not row.path]
        assert figure[NO_TOUCH] == pytest.approx(
            (
                float(sum(row.conversions for row in empty)),
                float(sum(row.value for row in empty)),
            )
        )


@laws
@given(given=rows)
def test_law_2_whole_minor_units_sum_to_the_unit(given: list[Row]) -> None:
    plain = table(given).drop_columns("value")
    minor = [int(row.value) - 50 for row in given]
    cents = plain.append_column("value_minor", pa.array(minor, pa.int64()))
    found = credit_by_channel(cents, MODELS, bootstrap=None)
    for model in MODELS:
        mine = [row["value_minor"] for row in found.to_pylist() if row["model"] == model]
        assert sum(mine) == sum(minor)


@laws
@given(given=rows, data=st.data())
def test_law_5_the_order_of_the_rows_does_not_matter(
    given: list[Row], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(given))
    draws = Bootstrap(20)
    one, two = (
        credit_by_channel(table(some), MODELS, bootstrap=draws) for some in (given, other)
    )
    assert one.equals(two)


@laws
@given(given=rows)
def test_law_5_renaming_channels_renames_the_rows_and_nothing_else(given: list[Row]) -> None:
    names = {"A": "z > ", "B > C": "A", "": "y"}
    renamed = [
        replace(row, path=tuple(names.get(one, one) for one in row.path)) for row in given
    ]
    one, other = figures(table(given)), figures(table(renamed))
    for model, figure in one.items():
        for channel, pair in figure.items():
            assert other[model][names.get(channel, channel)] == pytest.approx(pair, abs=1e-9)


@laws
@given(given=rows, parts=st.integers(2, 4))
def test_law_5_splitting_a_row_into_equal_ones_changes_nothing(
    given: list[Row], parts: int
) -> None:
    split = [
        Row(row.path, row.conversions / parts, row.value / parts, row.nulls / parts)
        for row in given
        for _ in range(parts)
    ]
    one, other = figures(table(given)), figures(table(split))
    for model, figure in one.items():
        for channel, pair in figure.items():
            assert other[model][channel] == pytest.approx(pair, abs=1e-9)
    # What intervals read beside: of value that nobody's conversion brought, the parts are taken
    # for amounts that came apart.
    counts = [
        count_paths(table([row for row in some if row.conversions])) for some in (given, split)
    ]
    assert counts[0].squares == pytest.approx(counts[1].squares)


@laws
@given(given=rows, data=st.data())
def test_counts_of_parts_add_up_to_the_counts_of_the_whole(
    given: list[Row], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(given)))
    parts = count_paths(table(given[:cut])).plus(count_paths(table(given[cut:])))
    one = credit_by_channel(parts, MODELS, bootstrap=None)
    whole = credit_by_channel(table(given), MODELS, bootstrap=None)
    for name in ("model", "channel"):
        assert one[name] == whole[name]
    for name in ("conversions", "value"):
        assert one[name].to_pylist() == pytest.approx(whole[name].to_pylist(), abs=1e-9)


def test_law_6_one_touch_earns_everything() -> None:
    for figure in figures(table([Row(("A",), F(3, 2), F(7), F(9))])).values():
        assert figure == {"A": pytest.approx((1.5, 7.0)), NO_TOUCH: (0.0, 0.0)}


def test_law_6_models_of_sets_count_a_channel_once_however_often_it_comes() -> None:
    found = figures(table([Row(("A", "B", "A", "A"), F(2), F(8), F(1))]), ["shapley", "linear"])
    assert found["shapley"]["A"] == pytest.approx((1.0, 4.0))
    assert found["linear"]["A"] == pytest.approx((1.5, 6.0))


@laws
@given(given=rows)
def test_ordered_shapley_spreads_a_channels_share_and_keeps_its_total(given: list[Row]) -> None:
    sums: dict[str, float] = {}
    for row in positions(table(given)).to_pylist():
        sums[row["channel"]] = sums.get(row["channel"], 0.0) + row["conversions"]
    wanted = credit("shapley", given, "conversions")
    assert sums == pytest.approx({name: float(one) for name, one in wanted.items()})


def test_ordered_shapley_tells_the_places() -> None:
    given = [Row(("A", "B", "A"), F(4), F(8), F(0)), Row(("B",), F(1), F(1), F(0))]
    assert positions(table(given)).to_pylist() == [
        {"channel": "A", "position": 1, "conversions": 1.0, "value": 2.0},
        {"channel": "A", "position": 3, "conversions": 1.0, "value": 2.0},
        {"channel": "B", "position": 1, "conversions": 1.0, "value": 1.0},
        {"channel": "B", "position": 2, "conversions": 2.0, "value": 4.0},
    ]


def test_the_rate_game_shows_what_is_below_0_and_says_so() -> None:
    given = [Row(("A",), F(5), F(5), F(5)), Row(("A", "B"), F(1), F(1), F(9))]
    found = credit_by_channel(table(given), ["shapley_rate"], bootstrap=None).to_pylist()
    assert found[1]["conversions"] < 0
    assert all(Flag.NEGATIVE in row["flags"] for row in found)
    assert sum(row["conversions"] for row in found) == pytest.approx(6.0)


def test_staying_in_a_state_changes_no_removal_effect_at_order_1() -> None:
    kept = [Row(("A", "A", "A", "B"), F(1), F(2), F(3)), Row(("B", "A"), F(2), F(1), F(5))]
    collapsed = [replace(kept[0], path=("A", "B")), kept[1]]
    one, other = (removal_effects(table(some)).to_pydict() for some in (kept, collapsed))
    assert one["removal_conversions"] == pytest.approx(other["removal_conversions"])
    assert one["removal_value"] == pytest.approx(other["removal_value"])


def test_without_an_effect_to_share_by_touches_share_evenly_and_the_row_says_so() -> None:
    given = [Row(("A",), F(1), F(10), F(0)), Row(("B", "A"), F(1), F(-10), F(0))]
    found = credit_by_channel(table(given), ["markov"], bootstrap=None).to_pylist()
    assert [row["value"] for row in found] == [5.0, -5.0, 0.0]
    assert all(Flag.SHARED_EVENLY in row["flags"] for row in found)


def test_a_result_says_whether_those_who_did_not_convert_were_known() -> None:
    some, none = Row(("A",), F(1), F(1), F(4)), Row(("A",), F(1), F(1), F(0))
    for row, nulls, flags in (
        (some, True, []),
        (some, False, [Flag.NULLS_LEFT_OUT]),
        (none, True, [Flag.NO_NULLS]),
    ):
        found = credit_by_channel(table([row]), ["markov", "first"], 1, nulls, bootstrap=None)
        assert found["flags"].to_pylist() == [flags, flags, [], []]
