"""Faults that other data-driven tools have, each held off by name."""

from __future__ import annotations

import pyarrow as pa
import pytest

from attribution.data_driven.path_cases import MODELS, figures
from headwater.attribution import attribute
from headwater.attribution.data_driven import (
    count_journeys,
    count_paths,
    credit_by_channel,
    removal_effects,
)

DAY = 24 * 3600 * 1_000_000
EVERY_MODEL = [*MODELS, "first", "last", "linear", "position"]


def made(paths: list[object], conversions: list[float], **more: list[float]) -> pa.Table:
    return pa.table({"path": paths, "conversions": conversions, **more})


def test_credit_does_not_change_with_the_reports_date_range() -> None:
    """As in umami: the range picks conversions; the path of each is its own, touches before
    the range included."""
    touches = pa.table(
        {
            "person_id": ["p", "p"],
            "touched_at": [1 * DAY, 30 * DAY],
            "touch_id": ["1", "2"],
            "channel": ["Early", "Late"],
        }
    )
    conversions = won(["p"], [40 * DAY], [100])
    counts = count_journeys(touches, conversions)
    assert counts.lengths.tolist() == [2]


def won(persons: list[str], days: list[int], cents: list[int]) -> pa.Table:
    return pa.table(
        {
            "conversion_id": [f"c{i}" for i in range(len(persons))],
            "person_id": persons,
            "anchored_at": days,
            "value_minor": cents,
        }
    )


def test_credit_is_not_lost_once_a_later_touch_exists() -> None:
    """As in Mautic."""
    touches = pa.table(
        {
            "person_id": ["p", "p", "p"],
            "touched_at": [1 * DAY, 2 * DAY, 9 * DAY],
            "touch_id": ["1", "2", "3"],
            "channel": ["A", "B", "C"],
        }
    )
    conversions = won(["p"], [5 * DAY], [100])
    before, after = (
        credit_by_channel(count_journeys(some, conversions), EVERY_MODEL, bootstrap=None)
        for some in (touches[:2], touches)
    )
    credit = {(row["model"], row["channel"]): row["value_minor"] for row in after.to_pylist()}
    for row in before.to_pylist():
        assert credit[row["model"], row["channel"]] == row["value_minor"]
        assert credit[row["model"], "C"] == 0


@pytest.mark.slow
def test_conversions_without_a_touch_do_not_vanish_in_a_join() -> None:
    """As in Snowplow's package."""
    touches = pa.table(
        {"person_id": ["p"], "touched_at": [1], "touch_id": ["t"], "channel": ["A"]}
    )
    counts = count_journeys(touches, won(["stranger", "p"], [5, 5], [500, 7]))
    for row in credit_by_channel(counts, EVERY_MODEL).to_pylist():
        if row["channel"] == "(no touch)":
            assert (row["conversions"], row["value_minor"]) == (1.0, 500)


def test_a_conversion_of_no_value_counts() -> None:
    """Snowplow's package leaves it out."""
    for figure in figures(made([["A"]], [1.0], value=[0.0]), EVERY_MODEL).values():
        assert figure["A"] == pytest.approx((1.0, 0.0))


@pytest.mark.slow
def test_an_empty_path_does_not_credit_the_channel_of_the_row_before() -> None:
    """As in ChannelAttribution."""
    table = made(["A", "", "B", None], [1.0, 5.0, 2.0, 3.0])
    for row in credit_by_channel(table, EVERY_MODEL, separator=" > ").to_pylist():
        if row["channel"] == "(no touch)":
            assert row["conversions"] == 8.0
    shapley = credit_by_channel(table, ["shapley"], separator=" > ")
    assert shapley["conversions"].to_pylist() == [1.0, 2.0, 8.0]


def test_fractional_conversions_are_not_truncated() -> None:
    """As in ChannelAttribution."""
    for model, figure in figures(made([["A"], ["B"]], [0.75, 1.5]), EVERY_MODEL).items():
        assert figure["A"][0] + figure["B"][0] == pytest.approx(2.25)
        # Everybody converted, so in the game of rates the two are worth the same.
        assert figure["A"][0] == pytest.approx(1.125 if model == "shapley_rate" else 0.75)


@pytest.mark.parametrize("name", ["a > b", ">", "a,b", "a|b", "a\nb", "a;b", " a ", "\t", "'"])
def test_a_separator_inside_a_name_does_not_split_it(name: str) -> None:
    """As in ChannelAttribution. Lists take any name; a text splits at its separator alone."""
    for figure in figures(made([[name, "x"]], [2.0]), EVERY_MODEL).values():
        assert set(figure) == {name, "x", "(no touch)"}
    counts = count_paths(made([f"{name}::x"], [2.0]), separator="::")
    assert set(counts.channels) == {name, "x"}


@pytest.mark.slow
def test_the_order_of_rows_does_not_change_results() -> None:
    """As in ChannelAttribution."""
    table = made(
        [["A", "B"], ["B"], [], ["C", "A"]], [1.0, 2.0, 3.0, 0.1], nulls=[5.0, 1, 0, 2]
    )
    other = table.take([2, 3, 0, 1])
    assert credit_by_channel(table, EVERY_MODEL).equals(credit_by_channel(other, EVERY_MODEL))


def test_removal_effects_are_of_the_chain_and_not_renormalised_inside_each_path() -> None:
    """As in mta and marketing-attribution-models.

    Of 10 who start, half come to A, half to B; from A half go on to B. All B's 7.5 convert at
    2 in 3: with B gone nothing is won, with A gone the half at B wins its 2 in 3.
    """
    table = made([["A"], ["A", "B"], ["B"]], [0.0, 2.0, 3.0], nulls=[2.5, 0.5, 2.0])
    found = removal_effects(table)
    assert found["removal_conversions"].to_pylist() == pytest.approx([1 - 10 / 3 / 5, 1.0])
    found = credit_by_channel(table, ["markov"], bootstrap=None)
    assert found["conversions"].to_pylist() == pytest.approx([5 / 4, 15 / 4, 0.0])


def test_equal_paths_do_not_lose_revenue() -> None:
    """As in fractribution: the rows of one path add up, nulls and value included."""
    table = made([["A", "B"]] * 3, [1.0, 1.0, 2.0], value=[10.0, 5.0, 1.0], nulls=[1.0, 0, 4])
    for figure in figures(table, EVERY_MODEL).values():
        assert sum(value for _, value in figure.values()) == pytest.approx(16.0)
        assert sum(count for count, _ in figure.values()) == pytest.approx(4.0)


def test_forty_twenty_forty_gives_a_half_each_for_two_touches() -> None:
    """A PostHog version gave .4 + .4 = .8."""
    found = figures(made([["A", "B"]], [1.0]), ["position"])["position"]
    assert found["A"][0] == found["B"][0] == pytest.approx(0.5)


def test_a_refund_takes_back_what_the_sale_gave() -> None:
    touches = pa.table(
        {
            "person_id": ["p", "p", "q"],
            "touched_at": [1, 2, 1],
            "touch_id": ["1", "2", "3"],
            "channel": ["A", "B", "B"],
        }
    )
    both = won(["p", "p", "q"], [5, 5, 5], [900, -900, 100])
    both = both.append_column("counts", pa.array([1.0, 0.0, 1.0]))
    for model in ("shapley", "linear", "first"):
        table = credit_by_channel(count_journeys(touches, both), [model])
        assert sum(table["value_minor"].to_pylist()) == 100
        assert table["value_minor"].to_pylist() == [0, 100, 0]


def test_rules_give_the_same_from_counts_as_from_touches() -> None:
    touches = pa.table(
        {
            "person_id": ["p", "p", "p", "q", "r"],
            "touched_at": [1, 2, 3, 1, 2],
            "touch_id": ["1", "2", "3", "4", "5"],
            "channel": ["A", "Direct", "A", "B", "A"],
        }
    )
    conversions = won(["p", "q", "nobody"], [5, 5, 5], [901, 33, 7])
    rules = ["first", "last", "first_non_direct", "last_non_direct", "linear", "position"]
    counted = credit_by_channel(count_journeys(touches, conversions), rules)
    direct = attribute(touches, conversions, rules).credit
    for name in ("model", "channel", "value_minor"):
        assert counted[name] == direct[name]
    assert counted["conversions"].to_pylist() == pytest.approx(
        direct["conversions"].to_pylist()
    )
