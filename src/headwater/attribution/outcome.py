"""What `attribute` and `attribute_paths` give back: tables, and what was assumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from headwater.attribution.incremental import Findings
from headwater.domain.errors import InputError
from headwater.domain.times import DAY, HOUR, MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class Assumed:
    """On what the figures rest, beside the data themselves. As sentences: `sentences()`."""

    by: str
    """The column that credit is summed by."""
    lookback: int | None = None
    """Microseconds; None where there is no limit, or where paths were handed in."""
    from_paths: bool = False
    """Whether paths were handed in, so that no lookback was applied."""
    reset: bool = False
    zoneless: tuple[str, ...] = ()
    """Columns of times without a time zone, which were taken as UTC."""
    direct_by_channel: bool = False
    """Whether a touch was taken as direct because its channel is called `Direct`."""
    null_paths: float | None = None
    """How many null paths (of a touch or more) models learnt from; None where none learns."""
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By model: what was assumed for it, or weakens some of its rows."""
    learned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By incremental model: how it learned, and what it takes for granted."""

    def sentences(self) -> tuple[str, ...]:
        """Return what was assumed, told to a reader."""
        found = [] if self.from_paths else [_window(self.lookback, reset=self.reset)]
        if self.zoneless:
            found.append(f"Times without a time zone are UTC: {', '.join(self.zoneless)}.")
        if self.direct_by_channel:
            found.append("A touch is direct if its channel is 'Direct'.")
        if self.null_paths is not None:
            found.append(f"Null paths learnt from: {self.null_paths:,.10g}.")
        for told in (self.learned, self.flags):
            found += [f"{model}: {one}." for model, all_of in told.items() for one in all_of]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Credit under some models. Any Arrow reader takes it as the table `credit`.

    `credit`: one row per model and label, models as named, labels ascending, then
    `(baseline)` of an incremental model alone, `(no touch)` last:

    - `model`, and the label under the name of the column summed by (`channel`);
    - `conversions` (double);
    - `value`: decimal128(38, n) for touches, double for paths; or `value_minor`, whole minor
      units (int64), if the input had that;
    - with intervals `conversions_low`, `conversions_high` and the same of the value: null for
      rule-based models;
    - `flags` (list of texts): what was assumed, and what weakens the row, such as "too few
      conversions".

    `totals`: one row per model with `conversions` and the value of all rows together, and
    `untouched_conversions` and the untouched value: the part that no touch could be credited
    with. Under every model both are those of the input, to the unit of the value.

    `findings`: by label of an incremental model, all that `incremental` gives of the same
    paths: `table` with the column `removed` (labels are its `channel`, values whole units
    where touches came in), `effects`, `calibration`, `diagnostics`.
    """

    credit: pa.Table
    totals: pa.Table
    assumed: Assumed
    findings: Mapping[str, Findings] = field(default_factory=dict)
    again: Callable[[], pa.RecordBatchReader] | None = None

    def per_touch(self) -> pa.RecordBatchReader:
        """Return each touch's share of each conversion under the rule-based models, in batches.

        Columns: `model`, `conversion_id`, `touch_id` (null: no touch), `weight` (0 < w <= 1),
        and the value as in `credit`: each share whole, and together the conversion's. Rows are
        made while they are read, from the tables handed in: about ten times as many as there
        are touches in paths. Raises InputError where these cannot be read again (a stream), or
        where there were none (paths). Data-driven models credit channels, not single touches.
        """
        if self.again is None:
            raise InputError(
                "Credit per touch is made of the touches, which were paths, or a stream that "
                "is used up. Hand in a table or a Parquet file."
            )
        return self.again()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.credit.__arrow_c_stream__(requested_schema)


def _window(lookback: int | None, *, reset: bool) -> str:
    span = "Touches of any age" if lookback is None else f"Touches less than {_span(lookback)}"
    before = " and after the one before it of the same kind" if reset else ""
    return f"{span} before a conversion{before} are its path."


def _span(micros: int) -> str:
    for name, size in (("days", DAY), ("hours", HOUR), ("minutes", MINUTE)):
        if micros % size == 0:
            return f"{micros // size:,} {name}"
    return f"{micros / SECOND:,.10g} seconds"
