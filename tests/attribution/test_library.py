"""The library's one face: its result, its amounts, its milestones, and what it refuses."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.credit_cases import (
    CHANNELS,
    companies,
    conversion_table,
    lookbacks,
    touch_table,
)
from attribution.credit_oracle import Conversion, Touch
from headwater.attribution import (
    DATA_DRIVEN,
    MODELS,
    Bootstrap,
    attribute,
    attribute_paths,
    count_journeys,
    credit,
    library,
    sums,
)
from headwater.attribution.data_driven import additive
from headwater.domain.errors import BadRow, InputError, UnknownName
from headwater.domain.times import DAY

pytestmark = pytest.mark.slow

Company = tuple[list[Touch], list[Conversion]]
LEARNED = [*DATA_DRIVEN, "markov(order=2)"]
laws = settings(deadline=None, max_examples=30)


def company(**columns: object) -> tuple[pa.Table, pa.Table]:
    """Ann's path is Ad > Mail > Call; Bob's touch is Ad, and nobody knows of more."""
    touches = {
        "person_id": ["ann", "ann", "ann", "bob"],
        "touched_at": [1 * DAY, 5 * DAY, 9 * DAY, 2 * DAY],
        "touch_id": ["1", "2", "3", "4"],
        "channel": ["Ad", "Mail", "Call", "Ad"],
    }
    conversions: dict[str, object] = {
        "conversion_id": ["c1", "c2"],
        "person_id": ["ann", None],
        "converted_at": [10 * DAY, 10 * DAY],
        "value": [100.0, 50.0],
    }
    given = {**conversions, **columns}
    return pa.table(touches), pa.table({name: one for name, one in given.items() if one})


def test_the_documented_calls_give_what_they_show() -> None:
    names = {"pa": pa, "datetime": datetime}
    done = doctest.testmod(library, extraglobs=names)
    assert done.attempted >= 8
    assert done.failed == 0


def test_every_model_is_asked_by_its_name_and_answers_in_that_order() -> None:
    models = ["markov(order=2)", "first", "shapley_ordered", "linear", "leave_one_out"]
    found = attribute(*company(), models)
    assert found.totals["model"].to_pylist() == models
    assert found.totals["value"].to_pylist() == [Decimal(150)] * 5
    assert found.totals["untouched_value"].to_pylist() == [Decimal(50)] * 5
    assert found.totals["untouched_conversions"].to_pylist() == [1.0] * 5
    assert found.credit["conversions_low"].null_count == 8
    everything = attribute(*stages(), [*MODELS, *LEARNED], bootstrap=Bootstrap(20))
    assert set(everything.credit["model"].to_pylist()) == {*MODELS, *LEARNED}


def stages() -> tuple[pa.Table, pa.Table]:
    none = pa.nulls(2, pa.int64())
    return company(lead_at=pa.array([5 * DAY, None]), opportunity_at=none)


def test_what_was_assumed_is_told() -> None:
    models = ["last_non_direct", "markov"]
    found = attribute(*company(), models, 90 * DAY, reset=False, bootstrap=None)
    assert found.assumed.sentences() == (
        "Touches less than 90 days before a conversion are its path.",
        "A touch is direct if its channel is 'Direct'.",
        "Null paths learnt from: 1.",
    )
    left_out = attribute(*company(), ["markov"], None, nulls=False, bootstrap=None)
    assert left_out.assumed.sentences() == (
        "Touches of any age before a conversion are its path.",
        "Null paths learnt from: 0.",
        "markov: null paths left out.",
    )
    paths = attribute_paths(pa.table({"path": [["A"]], "conversions": [1]}), ["markov"])
    assert paths.assumed.flags == {
        "markov": ("no null paths", "no values", "too few conversions")
    }


def test_milestones_may_have_columns_of_any_name() -> None:
    touches, conversions = company(mql=pa.array([5 * DAY, None]), sql=pa.array([9 * DAY] * 2))
    named = {"lead": "mql", "opportunity": "sql"}
    found = attribute(touches, conversions, ["w_shaped"], milestones=named)
    assert found.credit["value"].to_pylist()[:3] == [Decimal("33.34")] + [Decimal("33.33")] * 2
    with pytest.raises(UnknownName, match="no milestone 'mql'"):
        attribute(touches, conversions, ["w_shaped"], milestones={"mql": "mql"})
    with pytest.raises(InputError, match="lack the column 'sqll'"):
        attribute(touches, conversions, ["w_shaped"], milestones={"lead": "sqll"})
    with pytest.raises(InputError, match="lack the column 'opportunity_at', which the model"):
        attribute(touches, conversions, ["w_shaped"], milestones={"lead": "mql"})


@pytest.mark.parametrize(
    ("values", "first"),
    [
        ([100, 50], "100.00"),
        ([0.1 + 0.2, 1e6], None),
        ([0.3, 1e6], "0.30"),
        ([1.2345, 2.0], "1.2345"),
        (np.array([19.99, 1.0], dtype=np.float32), "19.99"),
        ([Decimal("1.10"), Decimal("-2.00")], "1.10"),
        (pa.array([Decimal("1.123400000"), Decimal(0)], pa.decimal128(20, 9)), "1.1234"),
    ],
)
def test_amounts_are_shared_as_they_are_written(values: Any, first: str | None) -> None:
    touches, conversions = company(value=pa.array(values))
    if first is None:
        with pytest.raises(BadRow, match=r"row 1, field 'conversions\.value'.*decimals"):
            attribute(touches, conversions, ["first"])
        return
    found = attribute(touches, conversions, ["first"])
    assert str(found.credit["value"][0].as_py()) == first
    rows = found.per_touch().read_all()
    assert rows.schema.field("value").type == found.credit.schema.field("value").type
    assert rows["value"].to_pylist()[0] == Decimal(first)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([1.0, None], "row 2.*must not be empty"),
        ([float("nan"), 1.0], "row 1.*is not a number"),
        ([float("inf"), 1.0], "row 1.*too large"),
        ([2**60, 1], "row 1.*too large"),
        ([Decimal(2) ** 70, Decimal(1)], "row 1.*too large"),
        ([Decimal("0.1234567"), Decimal(1)], "row 1.*more than 6 decimals"),
        (["1", "2"], "must be amounts"),
    ],
)
def test_what_is_no_amount_is_named(values: list[object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        attribute(*company(value=pa.array(values)), ["first"])


def test_errors_use_the_names_that_were_handed_in() -> None:
    with pytest.raises(BadRow, match=r"row 2, field 'conversions\.converted_at'"):
        attribute(*company(converted_at=[1, None]), ["first"])
    with pytest.raises(InputError, match="lack the column 'value_minor'"):
        attribute(*company(value=None), ["first"])
    with pytest.raises(InputError, match="have both 'value' and 'value_minor'"):
        attribute(*company(value_minor=[1, 2]), ["first"])
    with pytest.raises(UnknownName, match="Did you mean 'markov'"):
        attribute(*company(), ["markow"])
    with pytest.raises(InputError, match="cannot be called 'flags'"):
        attribute(*company(), ["first"], by="flags")


def test_times_without_a_zone_are_utc_and_said_to_be() -> None:
    touches, conversions = company()
    naive = touches.set_column(1, "touched_at", touches["touched_at"].cast(pa.timestamp("us")))
    found = attribute(naive, conversions, ["linear"])
    assert found.credit.equals(attribute(touches, conversions, ["linear"]).credit)
    assert found.assumed.zoneless == ("touched_at",)
    zoned = [datetime(1970, 1, 11, tzinfo=UTC)] * 2
    aware = attribute(*company(converted_at=pa.array(zoned)), ["linear"])
    assert aware.credit.equals(found.credit)
    assert aware.assumed.zoneless == ()


@laws
@given(given=companies(), lookback=lookbacks, reset=st.booleans())
def test_credit_per_touch_sums_to_what_the_result_says(
    given: Company, lookback: int | None, reset: bool
) -> None:
    tables = touch_table(given[0]), conversion_table(given[1])
    found = attribute(*tables, list(MODELS), lookback, reset=reset)
    rows = found.per_touch().read_all()
    alone = credit(*tables, list(MODELS), lookback, reset)
    key = [(name, "ascending") for name in ("model", "conversion_id", "touch_id")]
    assert rows.sort_by(key).to_pylist() == alone.sort_by(key).to_pylist()
    for row in found.totals.to_pylist():
        assert row["value_minor"] == sum(one.value_minor for one in given[1])
        assert row["conversions"] == pytest.approx(sum(one.counts for one in given[1]))


@laws
@given(given=companies(), lookback=lookbacks, nulls=st.booleans(), batch_rows=st.integers(1, 5))
def test_models_learnt_in_passing_are_those_learnt_from_paths(
    given: Company, lookback: int | None, nulls: bool, batch_rows: int
) -> None:
    touches = sorted(given[0], key=lambda one: (one.person_id, one.touched_at, one.touch_id))
    table, conversions = touch_table(touches), conversion_table(given[1])
    counts = count_journeys(table, conversions, lookback)
    models = ["markov", "shapley", "shapley_ordered"]
    wanted = attribute_paths(counts, models, nulls=nulls, bootstrap=None).credit
    scale = 1 + sum(abs(one.value_minor) for one in given[1])
    for source in (table, iter(table.to_batches(max_chunksize=batch_rows))):
        found = attribute(source, conversions, models, lookback, nulls=nulls, bootstrap=None)
        assert found.credit["channel"] == wanted["channel"]
        assert found.credit["flags"].to_pylist() == wanted["flags"].to_pylist()
        assert found.credit["conversions"].to_pylist() == pytest.approx(
            wanted["conversions"].to_pylist(), abs=1e-9
        )
        for one, other in zip(
            found.credit["value_minor"].to_pylist(),
            wanted["value_minor"].to_pylist(),
            strict=True,
        ):
            assert abs(one - other) <= 1 + scale * 1e-9


def test_few_and_many_channels_are_summed_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    touches = [
        Touch(f"p{n % 50}", int(draw.integers(0, 90)) * DAY, f"t{n}", channel, n % 5 == 0)
        for n, channel in enumerate(draw.choice(CHANNELS, 400).tolist())
    ]
    conversions = [
        Conversion(f"c{n}", f"p{n % 60}", 80 * DAY, n * 7, lead_at=40 * DAY, counts=n % 3 / 2)
        for n in range(90)
    ]
    tables = touch_table(touches), conversion_table(conversions)
    models = [*MODELS, "markov", "shapley"]
    wanted = attribute(*tables, models, bootstrap=None).credit
    for module, name in ((sums, "_CELLS"), (additive, "_DENSE"), (additive, "_FEW")):
        monkeypatch.setattr(module, name, 0)
    found = attribute(*tables, models, bootstrap=None).credit
    for name in ("conversions", "value_minor"):
        assert found[name].to_pylist() == pytest.approx(wanted[name].to_pylist(), abs=1e-9)


@pytest.mark.slow
def test_five_thousand_channels_are_solved_by_one_inverse() -> None:
    size = 20_000
    table = pa.table(
        {
            "person_id": np.arange(size) // 4,
            "touched_at": np.arange(size),
            "touch_id": np.arange(size),
            "channel": [f"channel {n * 7 % 5000}" for n in range(size)],
        }
    )
    won = pa.table(
        {
            "conversion_id": np.arange(1000),
            "person_id": np.arange(1000) * 5,
            "converted_at": np.full(1000, size),
            "value_minor": np.full(1000, 100),
        }
    )
    found = attribute(table, won, ["markov", "shapley", "linear"], bootstrap=None)
    assert found.totals["value_minor"].to_pylist() == [100_000] * 3
    assert found.totals["conversions"].to_pylist() == pytest.approx([1000.0] * 3)


def test_a_person_with_a_million_touches_is_credited() -> None:
    size = 1_000_000
    table = pa.table(
        {
            "person_id": np.zeros(size, dtype=np.int64),
            "touched_at": np.arange(size),
            "touch_id": np.arange(size),
            "channel": pa.DictionaryArray.from_arrays(np.arange(size) % 3, ["A", "B", "C"]),
        }
    )
    won = pa.table(
        {"conversion_id": [1], "person_id": [0], "converted_at": [size], "value_minor": [999]}
    )
    models = ["first", "linear", "time_decay", "markov", "shapley"]
    stream = iter(table.to_batches(max_chunksize=50_000))
    found = attribute(stream, won, models, None, bootstrap=None).credit
    for model in models:
        rows = [row for row in found.to_pylist() if row["model"] == model]
        assert sum(row["value_minor"] for row in rows) == 999
    assert [row["value_minor"] for row in found.to_pylist()[4:7]] == [333, 333, 333]


def test_empty_tables_give_the_row_without_a_touch() -> None:
    touches, conversions = company()
    found = attribute(touches.slice(0, 0), conversions, ["first", "markov", "shapley"])
    assert found.credit["channel"].to_pylist() == ["(no touch)"] * 3
    assert found.credit["value"].to_pylist() == [Decimal(150)] * 3
    nothing = attribute(touches, conversions.slice(0, 0), ["first", "markov"], bootstrap=None)
    assert set(nothing.totals["conversions"].to_pylist()) == {0.0}
