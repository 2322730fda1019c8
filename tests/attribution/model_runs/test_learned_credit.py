"""Credit of single touches by what was learned: the laws hold, the sums are the model's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.attribution.data_driven import Bootstrap, count_journeys, credit_by_channel
from headwater.attribution.model_runs import Lesson, Setting, credit_by_runs, factors_of
from headwater.attribution.model_runs.labels import canonical
from headwater.attribution.model_runs.records import results_table
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.times import DAY
from headwater.domain.words import ConversionKind

pytestmark = pytest.mark.slow

Rows = list[dict[str, Any]]
Told = tuple[Sequence[tuple[int, str]], Sequence[tuple[int, int]]]
"""A person: touches by day and channel, conversions by day and value."""

people = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 20), st.sampled_from("ABCD")), max_size=6),
        st.lists(st.tuples(st.integers(0, 25), st.integers(0, 9_999)), max_size=2),
    ),
    min_size=1,
    max_size=12,
)


def told(found: Sequence[Told]) -> tuple[Rows, Rows]:
    touches: Rows = []
    conversions: Rows = []
    for person, (met, won) in enumerate(found):
        for number, (day, channel) in enumerate(met):
            touches.append(
                {
                    "person_id": f"p{person}",
                    "touched_at": day * DAY,
                    "touch_id": f"t{person}-{number}",
                    "channel": channel,
                }
            )
        for number, (day, value) in enumerate(won):
            conversions.append(
                {
                    "conversion_id": f"c{person}-{number}",
                    "person_id": f"p{person}",
                    "kind": "won",
                    "anchored_at": day * DAY,
                    "counts": 1,
                    "value_minor": value,
                }
            )
    return touches, conversions


TOUCH = pa.schema(
    [
        ("person_id", pa.string()),
        ("touched_at", pa.int64()),
        ("touch_id", pa.string()),
        ("channel", pa.string()),
    ]
)
CONVERSION = pa.schema(
    [
        ("conversion_id", pa.string()),
        ("person_id", pa.string()),
        ("kind", pa.string()),
        ("anchored_at", pa.int64()),
        ("counts", pa.int64()),
        ("value_minor", pa.int64()),
    ]
)


def tables(rows: tuple[Rows, Rows]) -> tuple[pa.Table, pa.Table]:
    touches, conversions = rows
    return (
        pa.Table.from_pylist(touches, schema=TOUCH),
        pa.Table.from_pylist(conversions, schema=CONVERSION),
    )


def setting(model: str) -> Setting:
    return Setting(model, ConversionKind.WON, "90d", 1, "r", "s", "c", replicates=2)


MODELS = ("markov", "markov(order=2)", "shapley", "leave_one_out")


@settings(max_examples=60, deadline=None)
@given(people)
def test_every_conversion_is_credited_exactly_once_and_to_the_cent(
    found: list[tuple[list[tuple[int, str]], list[tuple[int, int]]]],
) -> None:
    touches, conversions = tables(told(found))
    lesson = Lesson(count_journeys(touches, conversions, 90 * DAY))
    learned = [lesson.learn(setting(model)) for model in MODELS]
    results = results_table([one for each in learned for one in each.results])
    credited = credit_by_runs(touches, conversions, MODELS, factors_of(results), 90 * DAY)

    weights: dict[tuple[str, str], float] = defaultdict(float)
    values: dict[tuple[str, str], int] = defaultdict(int)
    for row in credited.to_pylist():
        assert row["weight"] > 0
        weights[row["model"], row["conversion_id"]] += row["weight"]
        values[row["model"], row["conversion_id"]] += row["value_minor"]
    worth = {row["conversion_id"]: row["value_minor"] for row in conversions.to_pylist()}
    assert dict(weights) == {
        (model, one): pytest.approx(1.0, abs=1e-9) for model in MODELS for one in worth
    }
    assert dict(values) == {(model, one): worth[one] for model in MODELS for one in worth}


@settings(max_examples=60, deadline=None)
@given(people)
def test_sums_by_channel_are_what_the_run_says(
    found: list[tuple[list[tuple[int, str]], list[tuple[int, int]]]],
) -> None:
    touches, conversions = tables(told(found))
    counts = count_journeys(touches, conversions, 90 * DAY)
    names = {row["touch_id"]: row["channel"] for row in touches.to_pylist()}
    for model in MODELS:
        learned = Lesson(counts).learn(setting(model))
        assert not learned.run.error
        own = credit_by_channel(counts, [model], bootstrap=None).to_pylist()[:-1]
        assert [one.conversions for one in learned.results] == [
            row["conversions"] for row in own
        ]
        credited = credit_by_runs(
            touches, conversions, [model], factors_of(results_table(learned.results)), 90 * DAY
        )
        sums: dict[str, float] = defaultdict(float)
        for row in credited.to_pylist():
            if row["touch_id"]:
                sums[names[row["touch_id"]]] += row["weight"]
        for one in learned.results:
            assert sums[one.channel] == pytest.approx(one.credited_conversions, abs=1e-9)
            gap = abs(one.credited_conversions - one.conversions)
            assert gap <= 2 * learned.run.gap_conversions + 1e-9


ANN = ([(1, "A"), (2, "B"), (3, "A")], [(5, 1000)])
BOB = ([(1, "B")], [(2, 300)])
CLEO = ([(4, "A"), (5, "C")], [])


def credits_of(found: Sequence[Told], model: str, newer: Sequence[Told]) -> Rows:
    touches, conversions = tables(told(found))
    learned = Lesson(count_journeys(touches, conversions, 90 * DAY)).learn(setting(model))
    touches, conversions = tables(told(newer))
    return credit_by_runs(
        touches, conversions, [model], factors_of(results_table(learned.results)), 90 * DAY
    ).to_pylist()


def test_a_channels_touches_share_its_part_evenly() -> None:
    rows = credits_of([ANN, BOB, CLEO], "shapley", [ANN])
    assert [(row["touch_id"], row["weight"]) for row in rows] == [
        ("t0-0", 0.25),
        ("t0-1", 0.5),
        ("t0-2", 0.25),
    ]


def test_conversions_newer_than_the_run_are_credited_with_what_it_learned() -> None:
    dan = ([(1, "A"), (2, "B"), (2, "Never met")], [(9, 100)])
    rows = credits_of([ANN, BOB, CLEO], "markov", [dan])
    assert sum(row["value_minor"] for row in rows) == 100
    assert [row["touch_id"] for row in rows] == ["t0-0", "t0-1", "t0-2"]


def test_a_model_that_was_never_learned_for_a_kind_shares_evenly_among_channels() -> None:
    touches, conversions = tables(told([ANN]))
    rows = credit_by_runs(touches, conversions, ["markov"], {}, 90 * DAY).to_pylist()
    assert [row["weight"] for row in rows] == [0.25, 0.5, 0.25]


def test_a_refund_takes_back_what_the_sale_gave() -> None:
    touches, conversions = told([ANN, BOB])
    sale = conversions[0]
    refund = {**sale, "conversion_id": "refund", "counts": 0, "value_minor": -1000}
    touch_table, conversion_table = tables((touches, [*conversions, refund]))
    learned = Lesson(count_journeys(touch_table, conversion_table, None)).learn(
        setting("markov")
    )
    rows = credit_by_runs(
        touch_table,
        conversion_table,
        ["markov"],
        factors_of(results_table(learned.results)),
        None,
    ).to_pylist()
    by_id: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_id[row["conversion_id"]].append(row["value_minor"])
    assert by_id["refund"] == [-amount for amount in by_id["c0-0"]]


def test_a_run_over_nobody_says_so() -> None:
    touches, conversions = tables(told([CLEO]))
    learned = Lesson(count_journeys(touches, conversions, 90 * DAY)).learn(setting("markov"))
    assert "no conversions" in learned.run.flags
    assert learned.run.null_paths == 1
    assert not learned.run.error


def test_a_run_without_people_who_did_not_convert_says_so() -> None:
    touches, conversions = tables(told([ANN, BOB]))
    learned = Lesson(count_journeys(touches, conversions, 90 * DAY)).learn(setting("markov"))
    assert learned.run.flags == "no null paths"


def test_a_model_too_large_to_solve_is_kept_with_its_reason() -> None:
    many = [([(day, f"{person}-{day}") for day in range(10)], []) for person in range(700)]
    touches, conversions = tables(told([*many, ANN]))
    lesson = Lesson(count_journeys(touches, conversions, 90 * DAY))
    learned = lesson.learn(setting("markov"))
    assert "states" in learned.run.error
    assert not learned.results
    assert lesson.replicates("markov") >= 200


def test_intervals_of_costly_models_are_made_of_fewer_replicates() -> None:
    many = [
        ([(day, f"{(person * 7 + day * day) % 20}") for day in range(5)], [])
        for person in range(400)
    ]
    touches, conversions = tables(told([*many, ANN]))
    lesson = Lesson(count_journeys(touches, conversions, 90 * DAY))
    assert [lesson.replicates(model) for model in ("markov", "shapley", "incremental")] == (
        [1000] * 3
    )
    pairs = [
        ([(0, f"{one}"), (1, f"{two}"), (2, f"{one}")], [])
        for one in range(20)
        for two in range(20)
    ]
    touches, conversions = tables(told([*pairs, ANN]))
    lesson = Lesson(count_journeys(touches, conversions, 90 * DAY))
    assert 200 <= lesson.replicates("markov(order=2)") < lesson.replicates("markov")


def test_the_same_paths_give_the_same_run() -> None:
    touches, conversions = tables(told([ANN, BOB, CLEO]))
    counts = count_journeys(touches, conversions, 90 * DAY)
    one, two = (Lesson(counts).learn(setting("markov")) for _ in range(2))
    assert one.results == two.results
    assert one.run.run_id == two.run.run_id


def test_figures_and_intervals_are_the_librarys_own() -> None:
    touches, conversions = tables(told([ANN, BOB, CLEO]))
    counts = count_journeys(touches, conversions, 90 * DAY)
    learned = Lesson(counts).learn(setting("markov"))
    library = credit_by_channel(counts, ["markov"], bootstrap=Bootstrap(2)).to_pylist()[:-1]
    for ours, theirs in zip(learned.results, library, strict=True):
        for name in ("channel", "conversions", "conversions_low", "conversions_high"):
            assert getattr(ours, name) == theirs[name]
        assert (ours.value_minor, ours.value_low_minor) == (
            theirs["value_minor"],
            theirs["value_minor_low"],
        )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("markov", "markov"),
        ("markov(1)", "markov"),
        (" markov( order = 2 ) ", "markov(order=2)"),
        ("shapley()", "shapley"),
        ("leave_one_out", "leave_one_out"),
    ],
)
def test_a_model_is_written_in_one_way(text: str, name: str) -> None:
    assert canonical(text) == name


@pytest.mark.parametrize("text", ["linear", "markow", "", "position(.4,.4)"])
def test_other_models_are_answered_with_those_that_can_be_learned(text: str) -> None:
    with pytest.raises(UnknownName, match="shapley"):
        canonical(text)


@pytest.mark.parametrize("text", ["shapley_rate", "markov(order=0)", "shapley(2)", "markov(x)"])
def test_what_cannot_be_learned_is_said(text: str) -> None:
    with pytest.raises(InputError):
        canonical(text)
