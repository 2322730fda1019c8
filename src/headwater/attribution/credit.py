"""The credit of each touch for each conversion, under one or more rule-based models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.checks import DEFAULT_LOOKBACK
from headwater.attribution.clusters import PERSON, whole
from headwater.attribution.intake import CHUNK_ROWS, Codebook, Job, Matched, TouchInput, matched
from headwater.attribution.models import Model
from headwater.attribution.paths import Paths
from headwater.attribution.shares import allocate
from headwater.attribution.spreads import Landmarks

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

_CODED: Final = pa.dictionary(pa.int32(), pa.string())
CODED_SCHEMA: Final = pa.schema(
    [
        pa.field("model", _CODED),
        pa.field(PERSON, _CODED),
        pa.field("conversion_id", _CODED),
        pa.field("touch_id", _CODED),
        pa.field("weight", pa.float64()),
        pa.field("value_minor", pa.int64()),
    ]
)
"""What `coded_batches` yields."""


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
            with_touch, without = _rows_of(one, part)
            found[2 * index].append(_plain(one, part, with_touch))
            found[2 * index + 1].append(_plain(one, part, without))
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
    return batches_of(touches, conversions, job)


def batches_of(
    touches: TouchInput, conversions: pa.Table, job: Job
) -> Iterator[pa.RecordBatch]:
    """Yield what `credit_batches` does, for a job that is checked already."""
    parts = matched(touches, conversions, job, Codebook())
    return (
        _plain(one, part, rows)
        for part in parts
        for one in job.models
        for rows in _rows_of(one, part)
        if rows.weight.size
    )


def coded_batches(
    touches: TouchInput,
    conversions: pa.Table,
    models: Sequence[str | Model],
    lookback: int | str | None = DEFAULT_LOOKBACK,
    reset: bool = False,
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of `credit_batches` with each text once per chunk: see `CODED_SCHEMA`.

    A text that comes in many rows (ten models, each touch, each conversion) is a number into
    the chunk's dictionary. Rows are ordered by conversion, and there by model as given: what a
    person has earned stands together, so that a table of them packs well. Ids must be texts.
    """
    job = Job.of(models, lookback, reset=reset, chunk_rows=chunk_rows)
    labels = pa.array([one.label for one in job.models], pa.string())
    for part in matched(touches, conversions, job, Codebook()):
        found = [
            (number, rows)
            for number, one in enumerate(job.models)
            for rows in _rows_of(one, part)
            if rows.weight.size
        ]
        if found:
            yield _coded(labels, found, part)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of credit as numbers into a chunk's conversions and touches."""

    conversion: Ints
    touch: Ints | None
    """None: conversions without a touch."""
    weight: Floats
    share: Ints


def _rows_of(one: Model, part: Matched) -> tuple[_Rows, _Rows]:
    """Return the rows of conversions with a touch, and of those without one."""
    values: Ints = whole(part.conversions.column("value_minor")).to_numpy()
    lonely = part.untouched
    without = _Rows(lonely, None, np.ones(lonely.size), values[lonely])
    if part.paths is None:
        nothing = np.zeros(0, dtype=np.int64)
        return _Rows(nothing, nothing, np.zeros(0), nothing), without
    return _credited(one, part.paths, part.credited, values[part.credited]), without


def _credited(one: Model, paths: Paths, conversions: Ints, values: Ints) -> _Rows:
    spread = one.spread(paths)
    if isinstance(spread, Landmarks) and spread.is_single:
        # One touch has all there is: no row needs to be weighed, and no cent is left over.
        touch = spread.named[0].place.touch
        return _Rows(conversions, touch, np.ones(values.size), values)
    weights = spread.weights(paths)
    shares = allocate(values, weights, paths.lengths)
    credited = np.flatnonzero(weights)
    if credited.size == weights.size:
        return _Rows(conversions[paths.path_of_row], paths.touch_of_row, weights, shares)
    return _Rows(
        conversions[paths.path_of_row[credited]],
        paths.touch_of_row[credited],
        weights[credited],
        shares[credited],
    )


def _schema(part: Matched) -> pa.Schema:
    schema = CREDIT_SCHEMA.set(
        1, pa.field("conversion_id", part.conversions.column("conversion_id").type)
    )
    return schema.set(2, pa.field("touch_id", part.touch_ids.type))


def _plain(one: Model, part: Matched, rows: _Rows) -> pa.RecordBatch:
    size = rows.weight.size
    ids = whole(part.conversions.column("conversion_id"))
    kind = part.touch_ids.type
    return pa.RecordBatch.from_arrays(
        [
            pa.repeat(one.label, size),
            ids.take(pa.array(rows.conversion)),
            pa.nulls(size, kind) if rows.touch is None else part.touch_ids.take(rows.touch),
            pa.array(rows.weight),
            pa.array(rows.share),
        ],
        schema=_schema(part),
    )


def _coded(
    labels: pa.Array, found: Sequence[tuple[int, _Rows]], part: Matched
) -> pa.RecordBatch:
    conversion = np.concatenate([rows.conversion for _, rows in found])
    order = np.argsort(conversion, kind="stable")
    of = pa.array(conversion[order].astype(np.int32))
    model = np.repeat(
        np.array([number for number, _ in found], np.int32),
        [rows.weight.size for _, rows in found],
    )
    touch = np.concatenate(
        [
            np.full(rows.weight.size, -1) if rows.touch is None else rows.touch
            for _, rows in found
        ]
    )[order].astype(np.int32)
    persons = whole(part.conversions.column(PERSON)).cast(pa.string())
    # Where nobody is known the number is null, not only the text that it would stand for.
    who = pc.if_else(persons.is_valid().take(of), of, None) if persons.null_count else of
    coded = pa.DictionaryArray.from_arrays
    return pa.RecordBatch.from_arrays(
        [
            coded(pa.array(model[order]), labels),
            coded(who, persons),
            coded(of, whole(part.conversions.column("conversion_id")).cast(pa.string())),
            coded(pa.array(touch, mask=touch < 0), part.touch_ids.cast(pa.string())),
            pa.array(np.concatenate([rows.weight for _, rows in found])[order]),
            pa.array(np.concatenate([rows.share for _, rows in found])[order]),
        ],
        schema=CODED_SCHEMA,
    )
