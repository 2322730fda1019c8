"""What models found, as the rows of one Arrow table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Bools, Floats
from headwater.attribution.data_driven.bootstrap import Interval
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Credit, Fitted, Flag
from headwater.attribution.shares import settle
from headwater.domain.words import NO_TOUCH

Columns: TypeAlias = dict[str, pa.Array]


@dataclass(slots=True)
class Result:
    """One model's credit; `fitted` is None for a rule, which has no interval."""

    label: str
    credit: Credit
    flags: set[Flag]
    fitted: Fitted | None
    interval: Interval | None = None
    units: Sequence[int] | None = None
    """The value by channel where it is settled in whole minor units already."""


def credit_table(
    counts: PathCounts, results: Sequence[Result], *, with_bounds: bool
) -> pa.Table:
    """Return one table of the rows of all results."""
    return pa.concat_tables(
        [model_rows(counts, one, with_bounds=with_bounds) for one in results]
    )


def model_rows(counts: PathCounts, result: Result, *, with_bounds: bool) -> pa.Table:
    """Return one model's rows, the columns of `credit_by_channel`."""
    return pa.table(_columns(counts, result, with_bounds=with_bounds))


def _columns(counts: PathCounts, result: Result, *, with_bounds: bool) -> Columns:
    names = [*counts.channels, NO_TOUCH]
    conversions = np.append(result.credit.conversions, counts.untouched.conversions)
    values = np.append(result.credit.values, counts.untouched.value)
    columns: Columns = {
        "model": pa.repeat(result.label, len(names)),
        "channel": pa.array(names, pa.string()),
        "conversions": pa.array(conversions),
        _value(counts): _amounts(counts, result),
    }
    few = np.zeros(len(names), dtype=np.bool_)
    if with_bounds:
        columns |= _bounds(counts, result.interval)
    if result.interval is not None:
        few = _wider(conversions, result.interval.conversions)
        few |= _wider(values, result.interval.values)
    shared = {flag.value for flag in result.flags}
    flags = [sorted({*shared, *([Flag.TOO_FEW.value] if one else [])}) for one in few]
    columns["flags"] = pa.array(flags, pa.list_(pa.string()))
    return columns


def _value(counts: PathCounts) -> str:
    return "value" if counts.minor is None else "value_minor"


def _amounts(counts: PathCounts, result: Result) -> pa.Array:
    """Return the value by channel and `(no touch)`; whole units sum to all of them."""
    if counts.minor is None:
        return pa.array(np.append(result.credit.values, counts.untouched.value))
    units = result.units or settle(result.credit.values, counts.minor)
    return pa.array([*units, int(counts.untouched.value)], pa.int64())


def _bounds(counts: PathCounts, interval: Interval | None) -> Columns:
    kind = pa.float64() if counts.minor is None else pa.int64()
    rows = len(counts.channels) + 1
    columns: Columns = {}
    for at, end in enumerate(("low", "high")):
        if interval is None:
            columns[f"conversions_{end}"] = pa.nulls(rows, pa.float64())
            columns[f"{_value(counts)}_{end}"] = pa.nulls(rows, kind)
        else:
            values = interval.values[at]
            columns[f"conversions_{end}"] = pa.array(interval.conversions[at])
            columns[f"{_value(counts)}_{end}"] = pa.array(
                values if counts.minor is None else np.rint(values).astype(np.int64)
            )
    order = sorted(columns, key=lambda name: not name.startswith("conversions"))
    return {name: columns[name] for name in order}


def _wider(estimates: Floats, bounds: Floats) -> Bools:
    """Return where an interval is wider than the estimate (by more than rounding)."""
    wider: Bools = bounds[1] - bounds[0] > np.abs(estimates) * (1 + 1e-9)
    return wider
