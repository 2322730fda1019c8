"""The credit of each touch for each conversion, under one or more rule-based models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import spread_ranges
from headwater.attribution.checks import DEFAULT_LOOKBACK
from headwater.attribution.clusters import whole
from headwater.attribution.intake import CHUNK_ROWS, Codebook, Job, Matched, TouchInput, matched
from headwater.attribution.models import Model
from headwater.attribution.shares import allocate

CREDIT_SCHEMA: Final = pa.schema(
    [
        pa.field("model", pa.string()),
        pa.field("conversion_id", pa.string()),
        pa.field("touch_id", pa.string()),
        pa.field("weight", pa.float64()),
        pa.field("value_minor", pa.int64()),
    ]
)
"""What `credit` returns; `conversion_id` and `touch_id` are int64 where the input's are."""


def credit(
    touches: TouchInput,
    conversions: pa.Table,
    models: Sequence[str | Model],
    lookback: int | str | None = DEFAULT_LOOKBACK,
    reset: bool = False,
) -> pa.Table:
    """Return which touch earned what share of each conversion: see `CREDIT_SCHEMA`.

    `touches`: `person_id`, `touched_at`, `touch_id`; `is_direct` for the non-direct models
    (without it, the channel `Direct` is direct); `channel` for custom weights by channel. Any
    order; also a stream of record batches in the order (person, time, id).

    `conversions`: `conversion_id`, `person_id` (null: nobody known), `anchored_at`,
    `value_minor` (whole minor units, |value| <= 2**53); `lead_at` and `opportunity_at` (null:
    not reached) for models that read them; `kind` for `reset`. `counts` plays no part here.

    Times are microseconds UTC as whole numbers, or zoned timestamps; ids are all texts or all
    whole numbers. `lookback`: microseconds, a span such as `"90d"`, None for unlimited.
    `reset`: touches at or before the person's previous conversion of the same kind are out.

    For each model and conversion the weights (> 0) sum to 1 and the values to the
    conversion's, exactly; a touch of weight 0 has no row. A conversion without a touch has
    one row with `touch_id` null and weight 1. Rows are ordered by model as given, then
    person, time and id of the conversion, then the path; rows without a touch come after the
    model's others. Raises InputError (BadRow where one row is to blame).
    """
    job = Job.of(models, lookback, reset=reset, chunk_rows=CHUNK_ROWS)
    schema = CREDIT_SCHEMA
    found: list[list[pa.RecordBatch]] = [[] for _ in range(2 * len(job.models))]
    for part in matched(touches, conversions, job, Codebook()):
        schema = _schema(part)
        for index, one in enumerate(job.models):
            found[2 * index].append(_with_touch(one, part))
            found[2 * index + 1].append(_without_touch(one, part))
    return pa.Table.from_batches([batch for batches in found for batch in batches], schema)


def credit_batches(
    touches: TouchInput,
    conversions: pa.Table,
    models: Sequence[str | Model],
    lookback: int | str | None = DEFAULT_LOOKBACK,
    reset: bool = False,
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of `credit` in batches, holding about `chunk_rows` touches at a time.

    The same rows as `credit`, whatever the chunks; only their order follows the chunks. Give
    the touches as a stream to keep memory flat. Choices and conversions are checked at once,
    the rows of a stream as they come.
    """
    job = Job.of(models, lookback, reset=reset, chunk_rows=chunk_rows)
    parts = matched(touches, conversions, job, Codebook())
    return (batch for part in parts for batch in _batches(part, job) if batch.num_rows)


def _batches(part: Matched, job: Job) -> Iterator[pa.RecordBatch]:
    for one in job.models:
        yield _with_touch(one, part)
        yield _without_touch(one, part)


def _schema(part: Matched) -> pa.Schema:
    schema = CREDIT_SCHEMA.set(
        1, pa.field("conversion_id", part.conversions.column("conversion_id").type)
    )
    return schema.set(2, pa.field("touch_id", part.touch_ids.type))


def _without_touch(one: Model, part: Matched) -> pa.RecordBatch:
    lonely = part.conversions.take(pa.array(part.untouched))
    rows = lonely.num_rows
    return pa.RecordBatch.from_arrays(
        [
            pa.repeat(one.label, rows),
            whole(lonely.column("conversion_id")),
            pa.nulls(rows, part.touch_ids.type),
            pa.repeat(1.0, rows),
            whole(lonely.column("value_minor")),
        ],
        schema=_schema(part),
    )


def _with_touch(one: Model, part: Matched) -> pa.RecordBatch:
    schema = _schema(part)
    if part.paths is None:
        return pa.RecordBatch.from_pylist([], schema)
    paths = part.paths
    weights = one.spread(paths).weights(paths)
    ids = whole(part.conversions.column("conversion_id"))
    values = whole(part.conversions.column("value_minor")).to_numpy()[part.credited]
    shares = allocate(values, weights, paths.lengths)
    touch = spread_ranges(paths.starts, paths.lengths)
    credited = np.flatnonzero(weights)
    return pa.RecordBatch.from_arrays(
        [
            pa.repeat(one.label, credited.size),
            ids.take(pa.array(part.credited[paths.path_of_row[credited]])),
            part.touch_ids.take(pa.array(touch[credited])),
            pa.array(weights[credited]),
            pa.array(shares[credited]),
        ],
        schema=schema,
    )
