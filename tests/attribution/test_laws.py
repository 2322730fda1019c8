"""The laws that hold for every model, against a slow oracle in exact fractions."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.credit_cases import (
    DAY,
    EVERY_MODEL,
    companies,
    conversion_table,
    lookbacks,
    moments,
    touch_table,
)
from attribution.credit_oracle import NO_DIRECT, Conversion, Touch, by_channel, credit_of
from headwater.attribution import (
    CODED_SCHEMA,
    attribute,
    coded_batches,
    credit,
    credit_batches,
)

pytestmark = pytest.mark.slow

laws = settings(deadline=None, max_examples=25)

Company = tuple[list[Touch], list[Conversion]]
Rows = dict[tuple[str, str | None], tuple[float, int]]


def credited(company: Company, lookback: int | None, reset: bool = False) -> dict[str, Rows]:
    touches, conversions = company
    table = credit(
        touch_table(touches), conversion_table(conversions), EVERY_MODEL, lookback, reset
    )
    found: dict[str, Rows] = {model: {} for model in EVERY_MODEL}
    for model, conversion_id, touch_id, weight, minor in zip(
        *(column.to_pylist() for column in table.columns), strict=True
    ):
        found[model][conversion_id, touch_id] = (weight, minor)
    assert sum(map(len, found.values())) == table.num_rows
    return found


def summed(company: Company, lookback: int | None) -> dict[str, dict[str, tuple[float, int]]]:
    touches, conversions = company
    table = attribute(
        touch_table(touches), conversion_table(conversions), EVERY_MODEL, lookback
    ).credit.drop_columns("flags")
    found: dict[str, dict[str, tuple[float, int]]] = {model: {} for model in EVERY_MODEL}
    for model, channel, count, minor in zip(
        *(column.to_pylist() for column in table.columns), strict=True
    ):
        found[model][channel] = (count, minor)
    assert sum(map(len, found.values())) == table.num_rows
    return found


@laws
@given(company=companies(), lookback=lookbacks, reset=st.booleans())
def test_every_weight_is_that_of_the_oracle(
    company: Company, lookback: int | None, reset: bool
) -> None:
    found = credited(company, lookback, reset)
    for model in EVERY_MODEL:
        wanted = credit_of(model, *company, lookback, reset)
        assert found[model].keys() == wanted.keys(), model
        for key, weight in wanted.items():
            assert found[model][key][0] == pytest.approx(float(weight), rel=1e-12), model


@laws
@given(company=companies(), lookback=lookbacks)
def test_law_1_weights_sum_to_one_and_never_depend_on_the_value(
    company: Company, lookback: int | None
) -> None:
    touches, conversions = company
    found = credited(company, lookback)
    for rows in found.values():
        sums: dict[str, float] = defaultdict(float)
        for (conversion_id, _), (weight, _) in rows.items():
            assert weight > 0
            sums[conversion_id] += weight
        assert sums == pytest.approx({one.conversion_id: 1.0 for one in conversions})
    other_values = [replace(one, value_minor=one.value_minor // 3 + 1) for one in conversions]
    other = credited((touches, other_values), lookback)
    for model, rows in found.items():
        weights = {key: weight for key, (weight, _) in rows.items()}
        assert weights == {key: weight for key, (weight, _) in other[model].items()}


@laws
@given(company=companies(), lookback=lookbacks)
def test_law_2_every_cent_is_credited_once_and_within_a_cent_of_its_share(
    company: Company, lookback: int | None
) -> None:
    values = {one.conversion_id: one.value_minor for one in company[1]}
    for rows in credited(company, lookback).values():
        sums: dict[str, int] = defaultdict(int)
        for (conversion_id, _), (weight, minor) in rows.items():
            sums[conversion_id] += minor
            # Near 2**53 a product of doubles cannot tell the single unit.
            slack = 1 if abs(values[conversion_id]) < 2**48 else 4
            assert abs(minor - weight * values[conversion_id]) <= slack
        assert sums == values


@laws
@given(company=companies(), lookback=lookbacks)
def test_law_2_a_report_by_channel_sums_to_all_conversions_and_to_the_cent(
    company: Company, lookback: int | None
) -> None:
    touches, conversions = company
    scale = sum(abs(one.value_minor) for one in conversions)
    for model, rows in summed(company, lookback).items():
        counts, minor = zip(*rows.values(), strict=True)
        assert sum(minor) == sum(one.value_minor for one in conversions)
        assert sum(counts) == pytest.approx(sum(one.counts for one in conversions))
        found = credit_of(model, touches, conversions, lookback)
        wanted = by_channel(found, touches, conversions)
        assert wanted.keys() <= rows.keys()
        for channel, (count, cents) in rows.items():
            right_count, right_value = wanted.get(channel, (0, 0))
            assert count == pytest.approx(float(right_count), abs=1e-12)
            assert abs(cents - right_value) <= 1 + scale * 2**-49


@laws
@given(company=companies())
def test_law_3_no_conversion_disappears_and_a_refund_mirrors_its_sale(
    company: Company,
) -> None:
    touches, sales = company
    refunds = [
        replace(one, conversion_id=f"-{one.conversion_id}", value_minor=-one.value_minor)
        for one in sales
    ]
    for rows in credited((touches, [*sales, *refunds]), 90 * DAY).values():
        assert {key[0] for key in rows} == {one.conversion_id for one in [*sales, *refunds]}
        for (conversion_id, touch_id), (weight, minor) in rows.items():
            if not conversion_id.startswith("-"):
                assert rows[f"-{conversion_id}", touch_id] == (weight, -minor)


@laws
@given(company=companies(), late=st.lists(st.tuples(moments, st.sampled_from("pqr"))))
def test_law_4_later_facts_do_not_move_earlier_credit(
    company: Company, late: list[tuple[int, str]]
) -> None:
    touches, conversions = company
    last = max((one.anchored_at for one in conversions), default=0)
    more = [
        Touch(person, last + 1 + moment, f"late{number}", "A", False)
        for number, (moment, person) in enumerate(late)
    ]
    later = [
        Conversion(f"late{number}", person, last + 1 + moment, 100)
        for number, (moment, person) in enumerate(late)
    ]
    # A stage that comes after the conversion was not there when credit was given.
    reached = [
        replace(one, opportunity_at=last + 1) if one.opportunity_at is None else one
        for one in conversions
    ]
    before = credited(company, None)
    for model, rows in credited((touches + more, reached + later), None).items():
        kept = {key: row for key, row in rows.items() if not key[0].startswith("late")}
        assert kept == before[model]


@laws
@given(company=companies(), lookback=lookbacks, data=st.data())
def test_law_5_the_order_of_the_rows_does_not_matter(
    company: Company, lookback: int | None, data: st.DataObject
) -> None:
    touches, conversions = map(list, company)
    one = touch_table(touches), conversion_table(conversions)
    touches, conversions = (data.draw(st.permutations(rows)) for rows in company)
    other = touch_table(touches), conversion_table(conversions)
    assert credit(*one, EVERY_MODEL, lookback).equals(credit(*other, EVERY_MODEL, lookback))
    summed_once, summed_again = (
        attribute(*some, EVERY_MODEL, lookback) for some in (one, other)
    )
    assert summed_once.credit.equals(summed_again.credit)
    assert summed_once.totals.equals(summed_again.totals)


@laws
@given(company=companies(), lookback=lookbacks)
def test_law_5_renaming_channels_renames_the_rows_and_nothing_else(
    company: Company, lookback: int | None
) -> None:
    touches, conversions = company
    names = {"A": "z", "B": "y > A", "Direct": "B", "": "Direct"}
    renamed = [replace(one, channel=names.get(one.channel, one.channel)) for one in touches]
    one, other = (credited((some, conversions), lookback) for some in (touches, renamed))
    sums, sums_renamed = (summed((some, conversions), lookback) for some in (touches, renamed))
    for model in EVERY_MODEL:
        if model == NO_DIRECT:  # this rule itself names channels
            continue
        assert one[model] == other[model]
        assert sums_renamed[model] == {
            names.get(channel, channel): row for channel, row in sums[model].items()
        }


@laws
@given(company=companies(), lookback=lookbacks, parts=st.integers(2, 4))
def test_law_5_n_equal_paths_earn_what_one_path_of_n_conversions_does(
    company: Company, lookback: int | None, parts: int
) -> None:
    touches, conversions = company
    conversions = [replace(one, value_minor=one.value_minor % 1000) for one in conversions]
    merged = [
        replace(one, counts=one.counts * parts, value_minor=one.value_minor * parts)
        for one in conversions
    ]
    split = [
        replace(one, conversion_id=f"{one.conversion_id}/{i}")
        for one in conversions
        for i in range(parts)
    ]
    one, other = (summed((touches, some), lookback) for some in (merged, split))
    for model, rows in one.items():
        assert rows.keys() == other[model].keys()
        for channel, (count, minor) in rows.items():
            assert other[model][channel] == (pytest.approx(count), minor)


@laws
@given(moment=moments, value=st.integers(-1000, 1000), is_direct=st.booleans())
def test_law_6_one_touch_earns_everything(moment: int, value: int, is_direct: bool) -> None:
    touch = Touch("p", moment, "t", "A", is_direct)
    conversion = Conversion("c", "p", moment, value)
    for rows in credited(([touch], [conversion]), DAY).values():
        assert rows == {("c", "t"): (1.0, value)}


def test_law_6_each_repeat_of_a_channel_counts() -> None:
    touches = [Touch("p", i, f"t{i}", channel, False) for i, channel in enumerate("ABA")]
    table = attribute(
        touch_table(touches), conversion_table([Conversion("c", "p", 9, 300)]), ["linear"]
    ).credit
    assert {row["channel"]: row["value_minor"] for row in table.to_pylist()} == {
        "A": 200,
        "B": 100,
        "(no touch)": 0,
    }
    assert table["conversions"][0].as_py() == pytest.approx(2 / 3)


@laws
@given(
    company=companies(),
    lookback=lookbacks,
    chunk_rows=st.integers(1, 5),
    batch_rows=st.integers(1, 4),
)
def test_results_do_not_depend_on_chunks_or_streaming(
    company: Company, lookback: int | None, chunk_rows: int, batch_rows: int
) -> None:
    touches, conversions = company
    touches = sorted(touches, key=lambda one: (one.person_id, one.touched_at, one.touch_id))
    table, others = touch_table(touches), conversion_table(conversions)
    whole = credit(table, others, EVERY_MODEL, lookback)
    stream = table.to_batches(max_chunksize=batch_rows)
    for source in (table, iter(stream)):
        batches = list(credit_batches(source, others, EVERY_MODEL, lookback, False, chunk_rows))
        rows = Counter(tuple(row.values()) for batch in batches for row in batch.to_pylist())
        assert rows == Counter(tuple(row.values()) for row in whole.to_pylist())
    if stream:
        assert credit(iter(stream), others, EVERY_MODEL, lookback).equals(whole)
        assert pa.Table.from_batches(batches, whole.schema).num_rows == whole.num_rows


@laws
@given(company=companies(), lookback=lookbacks, chunk_rows=st.integers(1, 5))
def test_rows_with_coded_texts_say_what_plain_rows_say(
    company: Company, lookback: int | None, chunk_rows: int
) -> None:
    table, others = touch_table(company[0]), conversion_table(company[1])
    persons = {one.conversion_id: one.person_id for one in company[1]}
    wanted = Counter(
        (*row.values(), persons[row["conversion_id"]])
        for row in credit(table, others, EVERY_MODEL, lookback).to_pylist()
    )
    batches = list(coded_batches(table, others, EVERY_MODEL, lookback, False, chunk_rows))
    assert all(one.schema.equals(CODED_SCHEMA) for one in batches)
    found = Counter(
        (*(row[name] for name in CODED_SCHEMA.names if name != "person_id"), row["person_id"])
        for batch in batches
        for row in batch.to_pylist()
    )
    assert found == wanted
