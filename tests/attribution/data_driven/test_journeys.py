"""Paths counted from touches and conversions are those of the rule-based models."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.credit_cases import (
    DAY,
    companies,
    conversion_table,
    lookbacks,
    touch_table,
)
from attribution.credit_oracle import Conversion, Touch, path_of
from headwater.attribution.data_driven import PathCounts, count_journeys
from headwater.attribution.data_driven import journeys as module

pytestmark = pytest.mark.slow

laws = settings(deadline=None, max_examples=50)
Company = tuple[list[Touch], list[Conversion]]
Known = dict[tuple[str, ...], tuple[float, float, float]]


def named(counts: PathCounts) -> Known:
    return {
        tuple(counts.channels[code] for code in counts.items[start : start + length]): (
            conversions,
            value,
            nulls,
        )
        for start, length, conversions, value, nulls in zip(
            counts.starts,
            counts.lengths,
            counts.conversions.tolist(),
            counts.values.tolist(),
            counts.nulls.tolist(),
            strict=True,
        )
    }


def wanted(company: Company, lookback: int | None, reset: bool) -> Known:
    touches, conversions = company
    sums: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0, 0, 0.0])
    for one in conversions:
        path = path_of(one, touches, conversions, lookback, reset)
        row = sums[tuple(touch.channel for touch in path)]
        row[0] += one.counts
        row[1] += one.value_minor
    converted = {one.person_id for one in conversions}
    for person in {one.person_id for one in touches} - converted:
        mine = [one for one in touches if one.person_id == person]
        end = Conversion("end", person, max(one.touched_at for one in mine), 0)
        path = path_of(end, mine, [], lookback)
        sums[tuple(touch.channel for touch in path)][2] += 1
    return {path: tuple(row) for path, row in sums.items()}


@laws
@given(
    company=companies(),
    lookback=lookbacks,
    reset=st.booleans(),
    batch_rows=st.integers(1, 4),
)
def test_paths_are_those_of_the_oracle_from_tables_and_streams(
    company: Company, lookback: int | None, reset: bool, batch_rows: int
) -> None:
    touches, conversions = company
    right = wanted(company, lookback, reset)
    empty = right.pop((), (0.0, 0, 0.0))
    ordered = sorted(touches, key=lambda one: (one.person_id, one.touched_at, one.touch_id))
    sources = [
        touch_table(touches),
        iter(touch_table(ordered).to_batches(max_chunksize=batch_rows)),
    ]
    for source in sources:
        counts = count_journeys(source, conversion_table(conversions), lookback, reset=reset)
        assert named(counts) == {
            path: pytest.approx(row, rel=1e-12) for path, row in right.items()
        }
        assert counts.channels == tuple(sorted({one.channel for one in touches}))
        assert (counts.untouched.conversions, counts.untouched.value) == empty[:2]
        assert counts.minor == sum(one.value_minor for one in conversions) - empty[1]


def test_chunks_of_persons_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    touches = [
        Touch(f"p{n % 97}", n % 11 * DAY, f"t{n}", "ABCDE"[n * n % 5], False)
        for n in range(900)
    ]
    conversions = [Conversion(f"c{n}", f"p{n * 3 % 120}", 9 * DAY, n) for n in range(40)]
    tables = touch_table(touches), conversion_table(conversions)
    whole = count_journeys(*tables)
    monkeypatch.setattr(module, "CHUNK_ROWS", 50)
    assert named(count_journeys(*tables)) == named(whole)


@laws
@given(company=companies(), lookback=lookbacks)
def test_law_4_a_touch_after_the_conversion_changes_no_path(
    company: Company, lookback: int | None
) -> None:
    touches, conversions = company
    before = count_journeys(touch_table(touches), conversion_table(conversions), lookback)
    late = [
        replace(one, touch_id=f"late-{one.touch_id}", touched_at=90 * DAY)
        for one in touches
        if one.person_id in {each.person_id for each in conversions}
    ]
    after = count_journeys(touch_table(touches + late), conversion_table(conversions), lookback)
    assert named(after) == named(before)
