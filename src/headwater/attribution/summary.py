"""Credit summed by channel, without a row per touch: what a comparison of models needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from headwater.attribution.checks import DEFAULT_LOOKBACK
from headwater.attribution.intake import CHUNK_ROWS, Codebook, Job, TouchInput, matched
from headwater.attribution.models import Model
from headwater.attribution.tallies import Tally
from headwater.domain.errors import InputError
from headwater.domain.words import NO_TOUCH

_RESULTS: Final = ("model", "conversions", "value_minor")


def attribute(
    touches: TouchInput,
    conversions: pa.Table,
    models: Sequence[str | Model],
    lookback: int | str | None = DEFAULT_LOOKBACK,
    by: str = "channel",
    reset: bool = False,
) -> pa.Table:
    """Return conversions and value per model and channel.

    Input as for `credit`, and the touches have the text column `by` (an empty one is
    `(not set)`). `conversions.counts` (optional, >= 0, may be a fraction) says how many
    conversions a row stands for, 1 if the column is absent, 0 for a refund.

    Columns: `model`; `by` under its own name; `conversions` (double); `value_minor` (int64).
    Each model has every channel that any touch has, by name, then `(no touch)`; its rows sum
    to all conversions and, to the minor unit, to their value. Money is rounded once, here, at
    the channel: the sum of `credit`, which rounds at each touch, may be off by some cents.
    """
    if by in _RESULTS:
        raise InputError(f"The column to sum by cannot be called '{by}'; rename it.")
    job = Job.of(models, lookback, reset=reset, chunk_rows=CHUNK_ROWS, by=by)
    groups = Codebook()
    tally = Tally.empty(len(job.models))
    for part in matched(touches, conversions, job, groups):
        tally = tally.plus(Tally.of(part, job, len(groups.codes)))
    names = [*groups.codes, NO_TOUCH]
    shown = [*sorted(range(len(groups.codes)), key=names.__getitem__), len(groups.codes)]
    rows = [
        (
            one.label,
            names[place],
            [*counts, tally.lonely_count][place],
            [*minor, tally.lonely_value][place],
        )
        for one, counts, minor in zip(
            job.models, *tally.settled(len(groups.codes)), strict=True
        )
        for place in shown
    ]
    columns = list(zip(*rows, strict=True))
    kinds = [pa.string(), pa.string(), pa.float64(), pa.int64()]
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)],
        names=["model", by, "conversions", "value_minor"],
    )
