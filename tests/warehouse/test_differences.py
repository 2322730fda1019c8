"""What differs between two states of a few rows."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from headwater.warehouse.differences import differences

SCHEMA = pa.schema([("deal_id", pa.string()), ("value", pa.float64()), ("won", pa.bool_())])
ROW = st.tuples(
    st.sampled_from(["d1", "d2", None]),
    st.sampled_from([0.0, 1.5, None]),
    st.sampled_from([True, False, None]),
)
ROWS = st.lists(ROW, max_size=12)
Row = tuple[str | None, float | None, bool | None]


def table(rows: list[Row]) -> pa.Table:
    named = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(named, SCHEMA)


def told(found: pa.Table) -> set[Row]:
    return {tuple(row.values()) for row in found.to_pylist()}


@given(ROWS, ROWS)
def test_a_row_differs_where_one_side_has_more_of_it(
    before: list[Row], after: list[Row]
) -> None:
    copies = Counter(before)
    copies.subtract(Counter(after))
    expected = {row for row, count in copies.items() if count}
    assert told(differences(table(before), table(after))) == expected


def test_nothing_differs_from_itself_in_another_order() -> None:
    rows: list[Row] = [("d1", 1.5, True), ("d2", None, None), ("d1", 1.5, True)]
    assert differences(table(rows), table(rows[::-1])).num_rows == 0
