"""What differs between two states of a few rows."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_COPIES = "copies of this row"  # no column of ours has spaces


def differences(before: pa.Table, after: pa.Table) -> pa.Table:
    """Return the distinct rows of which one side has more than the other.

    Both have the same columns, in the same order; null equals null.
    """
    sides = [
        table.append_column(_COPIES, pa.array([sign] * table.num_rows, pa.int64()))
        for table, sign in ((before, 1), (after, -1))
    ]
    grouped = pa.concat_tables(sides).group_by(before.column_names, use_threads=False)
    counted = grouped.aggregate([(_COPIES, "sum")])
    unequal = pc.not_equal(counted[f"{_COPIES}_sum"], 0)
    return counted.filter(unequal).select(before.column_names)
