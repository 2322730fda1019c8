"""The rows of the incremental model as an Arrow table."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Bools, Floats
from headwater.attribution.data_driven.bootstrap import Interval
from headwater.attribution.data_driven.estimators import Credit, Flag
from headwater.attribution.incremental.exposures import Exposures
from headwater.attribution.shares import settle
from headwater.domain.words import BASELINE, NO_TOUCH


@dataclass(frozen=True, slots=True)
class Shown:
    """Credit by channel, `(baseline)`, then removed by channel; bounds alike, or none."""

    label: str
    credit: Credit
    interval: Interval | None
    with_bounds: bool
    flags: AbstractSet[Flag] = frozenset()


def credit_rows(
    exposures: Exposures, shown: Shown, cautions: Sequence[Sequence[str]]
) -> pa.Table:
    """Return the rows of `incremental`; `cautions`: those of the channels and the baseline."""
    paths = exposures.paths
    rows = len(exposures.groups) + 2
    conversions = _credited(shown.credit.conversions, paths.untouched.conversions, rows)
    columns: dict[str, pa.Array] = {
        "model": pa.repeat(shown.label, rows),
        "channel": pa.array([*exposures.groups, BASELINE, NO_TOUCH], pa.string()),
        "conversions": pa.array(conversions),
        _value(exposures): _amounts(exposures, shown.credit.values[: rows - 1]),
    }
    if shown.with_bounds:
        columns |= _bounds(exposures, shown.interval, rows)
    flags = _flags(exposures, shown, cautions)
    columns["flags"] = pa.array(flags, pa.list_(pa.string()))
    columns["removed"] = _removed(shown.credit.conversions[rows - 1 :])
    if shown.with_bounds:
        for at, end in enumerate(("low", "high")):
            columns[f"removed_{end}"] = (
                pa.nulls(rows, pa.float64())
                if shown.interval is None
                else _removed(shown.interval.conversions[at][rows - 1 : -1])
            )
    return pa.table(columns)


def _value(exposures: Exposures) -> str:
    return "value" if exposures.paths.minor is None else "value_minor"


def _credited(figures: Floats, untouched: float, rows: int) -> Floats:
    return np.append(figures[: rows - 1], untouched)


def _removed(figures: Floats) -> pa.Array:
    """Return the figures by channel; `(baseline)` and `(no touch)` cannot be taken away."""
    return pa.array([*figures.tolist(), None, None], pa.float64())


def _amounts(exposures: Exposures, values: Floats) -> pa.Array:
    """Return the value by row; whole units sum to all of them."""
    paths = exposures.paths
    if paths.minor is None:
        return pa.array(np.append(values, paths.untouched.value))
    return pa.array([*settle(values, paths.minor), int(paths.untouched.value)], pa.int64())


def _bounds(exposures: Exposures, interval: Interval | None, rows: int) -> dict[str, pa.Array]:
    whole = exposures.paths.minor is not None
    found: dict[str, pa.Array] = {}
    for name in ("conversions", _value(exposures)):
        kind = pa.int64() if whole and name != "conversions" else pa.float64()
        for at, end in enumerate(("low", "high")):
            if interval is None:
                found[f"{name}_{end}"] = pa.nulls(rows, kind)
                continue
            all_of = interval.conversions if name == "conversions" else interval.values
            bounds = _credited(all_of[at], float(all_of[at][-1]), rows)
            found[f"{name}_{end}"] = pa.array(
                np.rint(bounds).astype(np.int64) if kind == pa.int64() else bounds
            )
    return found


def _flags(
    exposures: Exposures, shown: Shown, cautions: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Return the flags of each row: those of the whole model, and its own."""
    count = len(exposures.groups)
    shared = {flag.value for flag in shown.flags}
    if not exposures.paths.has_values:
        shared.add(Flag.NO_VALUES.value)
    found = [set(shared) for _ in range(count + 2)]
    for place, own in enumerate(cautions):
        found[place] |= set(own)
    for row in np.flatnonzero(shown.credit.conversions[: count + 1] < -1e-9).tolist():
        found[row].add(Flag.NEGATIVE.value)
    if shown.interval is not None:
        for row in np.flatnonzero(_wide(shown.credit, shown.interval, count + 1)).tolist():
            found[row].add(Flag.TOO_FEW.value)
    return [sorted(one) for one in found]


def _wide(credit: Credit, interval: Interval, rows: int) -> Bools:
    """Return where an interval of conversions is wider than the estimate."""
    low, high = interval.conversions[:, :rows]
    wide: Bools = high - low > np.abs(credit.conversions[:rows]) * (1 + 1e-9)
    return wide
