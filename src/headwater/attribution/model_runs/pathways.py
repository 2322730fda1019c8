"""The paths of everybody in the derived tables, counted for one kind of conversion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, Protocol

import pyarrow as pa

from headwater.attribution.data_driven import PathCounts, count_journeys
from headwater.domain.words import ConversionKind
from headwater.warehouse.sql import load

_TOUCHES: Final = 1_000_000
"""How many touches are read together."""


class Tables(Protocol):
    """Anything that answers a SELECT over the derived tables."""

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows."""
        ...


def counted_paths(tables: Tables, kind: ConversionKind, lookback: int | None) -> PathCounts:
    """Return the counts of the paths to conversions of a kind, and of all other paths.

    A person with touches but without a conversion of this kind is one null path: the touches
    less than a lookback before their last one. Persons whose only conversions of the kind are
    excluded (for want of an exchange rate, say) are left out.
    """
    statement = load("attribution", "path_conversions")
    conversions = tables.query(statement.text, {"kind": kind.value})
    return count_journeys(_touches(tables, kind), conversions, lookback)


def _touches(tables: Tables, kind: ConversionKind) -> Iterator[pa.RecordBatch]:
    """Yield the touches in the order of person and time, some persons at a time."""
    ranges = tables.query(load("attribution", "person_ranges").text, {"touches": _TOUCHES})
    bounds = [*ranges.column("first_person").to_pylist(), None]
    text = load("attribution", "path_touches").text
    for low, high in pairwise(bounds):
        params = {"kind": kind.value, "from_person": low, "to_person": high}
        yield from tables.query(text, params).to_batches()
