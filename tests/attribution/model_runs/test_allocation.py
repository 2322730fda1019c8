"""Factors per channel whose shares within the paths come to the model's own figures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.attribution.arrays import Floats
from headwater.attribution.data_driven import PathCounts, count_paths, credit_by_channel
from headwater.attribution.model_runs.allocation import Sets, fit_factors

pytestmark = pytest.mark.slow

CHANNELS = "ABCDEF"

paths = st.lists(
    st.tuples(
        st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=6),
        st.integers(0, 9),
        st.integers(0, 90_000),
        st.integers(0, 50),
    ),
    min_size=1,
    max_size=25,
)


def counted(rows: list[tuple[list[str], int, int, int]]) -> PathCounts:
    path, conversions, values, nulls = zip(*rows, strict=True)
    return count_paths(
        pa.table(
            {
                "path": list(path),
                "conversions": list(conversions),
                "value_minor": [
                    v if n else 0 for v, n in zip(values, conversions, strict=True)
                ],
                "nulls": list(nulls),
            }
        )
    )


def figures(counts: PathCounts, model: str, column: str = "conversions") -> Floats:
    found = credit_by_channel(counts, [model], bootstrap=None).column(column).to_numpy()
    return found[:-1].astype(np.float64)


@settings(max_examples=200, deadline=None)
@given(paths)
def test_what_is_shared_out_is_what_was_there(
    rows: list[tuple[list[str], int, int, int]],
) -> None:
    counts = counted(rows)
    factors = fit_factors(Sets.of(counts), counts.conversions, figures(counts, "markov"))
    assert (factors.factors > 0).all()
    assert (factors.reached >= 0).all()
    assert factors.reached.sum() == pytest.approx(counts.conversions.sum(), abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(paths, st.lists(st.floats(-3, 3), min_size=6, max_size=6))
def test_sums_that_some_factors_have_are_met(
    rows: list[tuple[list[str], int, int, int]], logs: list[float]
) -> None:
    counts = counted(rows)
    sets = Sets.of(counts)
    wanted = sets.sums(
        np.bincount(sets.of_path, counts.conversions, sets.starts.size),
        np.exp(np.array(logs[: len(counts.channels)])),
    )
    reached = fit_factors(sets, counts.conversions, wanted).reached
    assert reached == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(paths)
def test_leaving_one_out_can_always_be_shared_within_the_paths(
    rows: list[tuple[list[str], int, int, int]],
) -> None:
    counts = counted(rows)
    for column, amounts in (
        ("conversions", counts.conversions),
        ("value_minor", counts.values),
    ):
        wanted = figures(counts, "leave_one_out", column)
        reached = fit_factors(Sets.of(counts), amounts, wanted).reached
        # Whole cents were settled by channel, so values are met to the cent.
        tolerance = 1e-4 * max(1.0, amounts.sum()) if column == "conversions" else 1.0
        assert np.abs(reached - wanted).max(initial=0) <= tolerance


@settings(max_examples=100, deadline=None)
@given(paths)
def test_shapley_needs_no_factors(rows: list[tuple[list[str], int, int, int]]) -> None:
    counts = counted(rows)
    found = fit_factors(Sets.of(counts), counts.conversions, figures(counts, "shapley"))
    assert found.factors == pytest.approx(np.ones(len(counts.channels)), abs=1e-9)


def test_the_worked_example_has_markovs_own_figures() -> None:
    counts = counted([(["Ad"], 2, 0, 38), (["Mail"], 4, 0, 16), (["Ad", "Mail"], 8, 0, 12)])
    found = fit_factors(Sets.of(counts), counts.conversions, figures(counts, "markov"))
    assert found.reached == pytest.approx([5.6, 8.4], abs=1e-9)
    # Of the 8 that both won, Ad has 3.6 and Mail 4.4.
    assert found.factors[0] / found.factors[1] == pytest.approx(3.6 / 4.4)


def test_what_a_channel_won_alone_stays_with_it() -> None:
    """Markov gives each of the three a third; A alone won more than that, B and C less."""
    counts = counted([(["A"], 10, 0, 5), (["B", "C"], 10, 0, 5)])
    wanted = figures(counts, "markov")
    assert wanted == pytest.approx([20 / 3] * 3)
    found = fit_factors(Sets.of(counts), counts.conversions, wanted)
    assert found.reached == pytest.approx([10, 5, 5])


def test_a_channel_with_too_much_alone_leaves_mixed_paths_to_the_others() -> None:
    counts = counted([(["A"], 10, 0, 0), (["A", "B"], 4, 0, 0)])
    found = fit_factors(Sets.of(counts), counts.conversions, np.array([9.0, 5.0]))
    assert found.reached == pytest.approx([10, 4], abs=1e-4)


def test_refunds_beyond_the_sales_of_a_path_follow_the_others() -> None:
    counts = counted([(["A", "B"], 5, 0, 0), (["A", "C"], 5, 0, 0), (["B", "C"], 1, 0, 0)])
    sets = Sets.of(counts)
    amounts = np.zeros(3)
    for path, amount in zip(counts.items.reshape(3, 2).tolist(), (0, 0, 0), strict=True):
        amounts[counts.items.reshape(3, 2).tolist().index(path)] = amount
    amounts[:] = [900.0, 700.0, -100.0]
    factors = np.array([1.0, 2.0, 0.5])
    wanted = sets.sums(np.bincount(sets.of_path, amounts, 3), factors)
    assert fit_factors(sets, amounts, wanted).reached == pytest.approx(wanted, rel=1e-6)


def test_many_channels_are_no_harder() -> None:
    chance = np.random.default_rng(1)
    names = [f"c{number:03}" for number in range(200)]
    rows = [
        (chance.choice(names, chance.integers(1, 5)).tolist(), 1, 100, int(chance.integers(9)))
        for _ in range(3000)
    ]
    counts = counted(rows)
    wanted = figures(counts, "markov")
    found = fit_factors(Sets.of(counts), counts.conversions, wanted)
    assert np.abs(found.reached - wanted).sum() <= 0.05 * wanted.sum()
