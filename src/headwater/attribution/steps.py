"""What this stage asks the warehouse to make: the credit of every touch under every model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.catalogue import FAMILIES
from headwater.attribution.credit import CREDIT_SCHEMA, credit_batches
from headwater.warehouse.sql import load
from headwater.warehouse.steps import (
    PythonStep,
    Reader,
    Renewal,
    Scope,
    SqlStep,
    Step,
    Within,
)

TOUCHES: Final = load("attribution", "credited_touches")
CONVERSIONS: Final = load("attribution", "credited_conversions")
_SCHEMA: Final = CREDIT_SCHEMA.insert(1, pa.field("person_id", pa.string()))


def steps(lookback: int | None) -> tuple[Step, ...]:
    """Return this stage's steps; `lookback` in microseconds, None for unlimited."""
    view = Renewal(scope=Scope.VIEW)
    return (
        SqlStep(TOUCHES, view),
        SqlStep(CONVERSIONS, view),
        PythonStep(
            "credits",
            (TOUCHES.writes, CONVERSIONS.writes),
            partial(_credits, lookback=lookback),
            Renewal(
                scope=Scope.KEYED,
                key=Within("person_id", "touched_persons"),
                reading={"session_rows": Within("", "their_sessions")},
            ),
        ),
    )


def _credits(reader: Reader, lookback: int | None) -> pa.RecordBatchReader:
    touches = reader.query(f"from {TOUCHES.writes} order by person_id, touched_at, touch_id")
    conversions = reader.query(f"from {CONVERSIONS.writes} order by conversion_id")
    batches = credit_batches(touches, conversions, list(FAMILIES), lookback)
    return pa.RecordBatchReader.from_batches(_SCHEMA, _with_person(batches, conversions))


def _with_person(
    batches: Iterator[pa.RecordBatch], conversions: pa.Table
) -> Iterator[pa.RecordBatch]:
    known = conversions["conversion_id"].combine_chunks()
    persons = conversions["person_id"].combine_chunks()
    for batch in batches:
        places = pc.index_in(batch["conversion_id"], value_set=known)
        columns = {name: batch[name] for name in CREDIT_SCHEMA.names}
        columns["person_id"] = persons.take(places)
        yield pa.record_batch([columns[name] for name in _SCHEMA.names], _SCHEMA)
