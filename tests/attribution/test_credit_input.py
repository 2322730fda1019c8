"""Bad input is refused by row and field; odd but right input is credited."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from headwater.attribution import MODELS, attribute, credit, credit_batches
from headwater.domain.errors import BadRow, InputError, UnknownName
from headwater.domain.times import DAY, to_micros


def touches(**columns: object) -> pa.Table:
    usual: dict[str, object] = {
        "person_id": ["p", "p", "q"],
        "touched_at": [1, 2, 3],
        "touch_id": ["t1", "t2", "t3"],
        "channel": ["A", "Direct", "B"],
        "is_direct": [False, True, False],
    }
    return table(usual | columns)


def conversions(**columns: object) -> pa.Table:
    usual: dict[str, object] = {
        "conversion_id": ["c1", "c2", "c3"],
        "person_id": ["p", "q", None],
        "kind": ["won", "won", "won"],
        "anchored_at": [5, 6, 7],
        "value_minor": [100, 200, 300],
        "lead_at": pa.array([1, None, None], pa.int64()),
        "opportunity_at": pa.nulls(3, pa.int64()),
    }
    return table(usual | columns)


def table(columns: dict[str, object]) -> pa.Table:
    return pa.table({name: values for name, values in columns.items() if values is not ...})


@pytest.mark.parametrize(
    ("noun", "field", "values", "row", "says"),
    [
        ("touches", "person_id", ["p", None, "q"], 2, "must not be empty"),
        ("touches", "touched_at", [1, 2, None], 3, "must not be empty"),
        ("touches", "touch_id", ["t1", None, "t3"], 2, "must not be empty"),
        ("touches", "touched_at", [1, 2, 2**63 - 1], 3, "not a time"),
        ("touches", "is_direct", [False, None, True], 2, "must not be empty"),
        ("touches", "channel", ["A", "(no touch)", "B"], 2, "name of the row"),
        ("conversions", "conversion_id", ["c1", "c2", "c1"], 3, "comes twice"),
        ("conversions", "conversion_id", ["c1", None, "c3"], 2, "must not be empty"),
        ("conversions", "anchored_at", [5, None, 7], 2, "must not be empty"),
        ("conversions", "value_minor", [1, None, 7], 2, "must not be empty"),
        ("conversions", "value_minor", [1.0, float("nan"), 7.0], 2, "is not a number"),
        ("conversions", "value_minor", [1.0, float("inf"), 7.0], 2, "too large"),
        ("conversions", "value_minor", [1.0, 7.0, 2.5], 3, "whole minor units"),
        ("conversions", "value_minor", [1, 2, 2**53 + 1], 3, "too large"),
        ("conversions", "counts", [1.0, -1.0, 1.0], 2, "0 or more"),
        ("conversions", "counts", [1.0, 1.0, float("nan")], 3, "0 or more"),
        ("conversions", "counts", [1.0, None, 1.0], 2, "must not be empty"),
    ],
)
def test_a_bad_row_is_named_with_its_field(
    noun: str, field: str, values: list[object], row: int, says: str
) -> None:
    some = touches(**{field: values}) if noun == "touches" else touches()
    others = conversions(**{field: values}) if noun == "conversions" else conversions()
    for models in (list(MODELS), ["last_non_direct", "markov", "shapley", "leave_one_out"]):
        with pytest.raises(BadRow, match=says) as caught:
            attribute(some, others, models)
        assert (caught.value.row, caught.value.field) == (row, f"{noun}.{field}")


@pytest.mark.parametrize(
    ("noun", "field", "values", "says"),
    [
        ("touches", "person_id", ..., "lack the column 'person_id'"),
        ("touches", "person_id", [1.0, 2.0, 3.0], "must be texts or whole numbers"),
        ("touches", "person_id", [1, 2, 3], "give both as texts or both as whole numbers"),
        ("touches", "touched_at", [1.5, 2.0, 3.0], "whole microseconds"),
        ("touches", "is_direct", ["no", "yes", "no"], "must be true or false"),
        ("touches", "channel", [1, 2, 3], "must be texts"),
        ("touches", "channel", ..., "lack the column 'channel'"),
        ("conversions", "lead_at", ..., "lack the column 'lead_at', which the model 'u_lead'"),
        ("conversions", "value_minor", ["1", "2", "3"], "must be whole minor units"),
        ("conversions", "counts", ["1", "2", "3"], "must be numbers"),
    ],
)
def test_a_bad_column_is_named(noun: str, field: str, values: object, says: str) -> None:
    some = touches(**{field: values}) if noun == "touches" else touches()
    others = conversions(**{field: values}) if noun == "conversions" else conversions()
    with pytest.raises(InputError, match=says):
        attribute(some, others, list(MODELS))


@pytest.mark.parametrize("lookback", [0, -1, -DAY, 1.5, float("nan"), True, "90", "-1d"])
def test_a_lookback_that_is_no_span_is_refused(lookback: object) -> None:
    with pytest.raises(InputError, match=r"lookback|not a span"):
        credit(touches(), conversions(), ["first"], lookback)


def test_an_unknown_model_is_refused_before_any_work() -> None:
    with pytest.raises(UnknownName, match="fisrt"):
        credit_batches(touches(), conversions(), ["fisrt"])


def test_a_touch_that_comes_twice_is_named_by_its_row_in_the_input() -> None:
    twice = touches(
        person_id=["q", "p", "q"], touched_at=[3, 1, 3], touch_id=["t3", "t1", "t3"]
    )
    with pytest.raises(BadRow, match=r"row 3, field 'touches.touch_id', value 't3'"):
        credit(twice, conversions(), ["first"])


def test_a_stream_must_be_in_order_and_its_rows_are_counted_through() -> None:
    batches = touches(person_id=["q", "p", "p"]).to_batches(max_chunksize=1)
    with pytest.raises(InputError, match="must be in the order"):
        credit(iter(batches), conversions(), ["first"])
    batches = touches(touched_at=[1, 2, None]).to_batches(max_chunksize=1)
    with pytest.raises(BadRow, match="row 3"):
        credit(iter(batches), conversions(), ["first"])


def test_empty_tables_give_empty_results_or_conversions_without_a_touch() -> None:
    nothing = credit(touches().slice(0, 0), conversions().slice(0, 0), list(MODELS))
    assert nothing.num_rows == 0
    lonely = credit(touches().slice(0, 0), conversions(), ["linear"])
    assert lonely["touch_id"].null_count == lonely.num_rows == 3
    table = attribute(touches().slice(0, 0), conversions(), ["linear"]).credit
    assert table.drop_columns("flags").to_pylist() == [
        {"model": "linear", "channel": "(no touch)", "conversions": 3.0, "value_minor": 600}
    ]


def test_ids_may_be_whole_numbers_texts_or_dictionaries() -> None:
    wanted = credit(touches(), conversions(), list(MODELS))
    coded = touches(
        person_id=pa.array(["p", "p", "q"]).dictionary_encode(),
        channel=pa.array(["A", "Direct", "B"]).dictionary_encode(),
    )
    assert credit(coded, conversions(), list(MODELS)).equals(wanted)
    numbered = credit(
        touches(person_id=[1, 1, 2], touch_id=[11, 12, 13]),
        conversions(person_id=[1, 2, None], conversion_id=[5, 6, 7]),
        ["last"],
    )
    assert numbered.to_pydict() == {
        "model": ["last"] * 3,
        "conversion_id": [5, 6, 7],
        "touch_id": [12, 13, None],
        "weight": [1.0, 1.0, 1.0],
        "value_minor": [100, 200, 300],
    }


def test_credit_alone_takes_no_time_without_a_zone() -> None:
    naive = touches(touched_at=[datetime(2026, 1, 1)] * 3)  # noqa: DTZ001
    with pytest.raises(InputError, match="in a time zone"):
        credit(naive, conversions(), ["first"])


def test_times_may_be_zoned_timestamps() -> None:
    day = [datetime(2026, 1, n, tzinfo=UTC) for n in (1, 2, 3)]
    some = touches(touched_at=pa.array(day, pa.timestamp("ms", "Europe/Paris")))
    others = conversions(anchored_at=[to_micros(day[2])] * 3)
    rows = credit(some, others, ["linear"], 2 * DAY).to_pylist()
    assert [(row["conversion_id"], row["touch_id"]) for row in rows] == [
        ("c1", "t2"),
        ("c2", "t3"),
        ("c3", None),
    ]


def test_direct_is_told_by_the_channel_where_no_column_says_it() -> None:
    wanted = credit(touches(), conversions(), ["last_non_direct"])
    told = credit(touches(is_direct=...), conversions(), ["last_non_direct"])
    assert told.equals(wanted)
    assert told["touch_id"][0].as_py() == "t1"
    with pytest.raises(InputError, match="is_direct"):
        credit(touches(is_direct=..., channel=...), conversions(), ["last_non_direct"])


def test_an_empty_channel_is_shown_as_not_set() -> None:
    table = attribute(touches(channel=["A", None, None]), conversions(), ["last"]).credit
    assert table["channel"].to_pylist() == ["(not set)", "A", "(no touch)"]
    assert table["value_minor"].to_pylist() == [300, 0, 300]


def test_any_text_column_can_be_summed_by() -> None:
    some = touches(campaign=["x", "y", "x"])
    table = attribute(some, conversions(), ["last"], by="campaign").credit
    names = ["model", "campaign", "conversions", "value_minor", "flags"]
    assert table.column_names == names
    with pytest.raises(InputError, match="rename"):
        attribute(touches(), conversions(), ["last"], by="model")


def test_five_thousand_channels_one_channel_and_a_person_with_very_many_touches() -> None:
    size = 200_000
    many = pa.table(
        {
            "person_id": ["p"] * size,
            "touched_at": np.arange(size) * 1_000_000,
            "touch_id": np.arange(size),
            "channel": [f"channel {n % 5000}" for n in range(size)],
            "is_direct": np.zeros(size, dtype=bool),
        }
    )
    one = conversions(person_id=["p", "p", None], anchored_at=[size * 10**6] * 3)
    table = attribute(many, one, list(MODELS), None).credit
    assert table.num_rows == len(MODELS) * 5001
    for name in MODELS:
        rows = table.filter(pa.compute.equal(table["model"], name))
        assert sum(rows["value_minor"].to_pylist()) == 600
        assert sum(rows["conversions"].to_pylist()) == pytest.approx(3)
    rows = credit(many, one.slice(0, 1), ["linear", "position"], None)
    assert rows.num_rows == 2 * size
    assert sum(rows["value_minor"].to_pylist()) == 2 * 100


def test_very_old_touches_do_not_make_time_decay_vanish() -> None:
    century = 100 * 365 * DAY
    some = touches(person_id=["p"] * 3, touched_at=[0, 1, century])
    late = conversions(anchored_at=[5 * century] * 3)
    rows = credit(some, late.slice(0, 1), ["time_decay(half_life=1m)"], None).to_pylist()
    assert [(row["touch_id"], row["weight"]) for row in rows] == [("t3", 1.0)]
    early = credit(some, conversions().slice(0, 1), ["time_decay(half_life=1m)"], None)
    assert early["weight"].to_pylist() == pytest.approx([0.5, 0.5], rel=1e-6)
