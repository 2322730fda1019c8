"""What this stage asks the warehouse to make: the credit of every touch under every model."""

from __future__ import annotations

from functools import partial
from typing import Final

import pyarrow as pa

from headwater.attribution.catalogue import FAMILIES
from headwater.attribution.credit import CODED_SCHEMA, coded_batches
from headwater.journeys.steps import OF_THEIR_TOUCHES
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
_CHUNK_ROWS: Final = 50_000
"""Touches that are credited at once: their rows under every model are held together."""


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
                reading={"touchpoints": OF_THEIR_TOUCHES},
            ),
            clustered=True,
        ),
    )


def _credits(reader: Reader, lookback: int | None) -> pa.RecordBatchReader:
    touches = reader.query(f"from {TOUCHES.writes} order by person_id, touched_at, touch_id")
    conversions = reader.query(f"from {CONVERSIONS.writes} order by conversion_id")
    batches = coded_batches(
        touches, conversions, list(FAMILIES), lookback, chunk_rows=_CHUNK_ROWS
    )
    return pa.RecordBatchReader.from_batches(CODED_SCHEMA, batches)
