"""The facts of one person, read for them: what the store holds, row by row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.facts.catalogue import conform
from headwater.facts.depot import Depot
from headwater.facts.records import PersonKeys
from headwater.facts.snapshots import open_snapshot
from headwater.facts.traces import NAMING, Traces, rows_of


def find(depot: Depot, person: PersonKeys, kinds: Iterable[FactKind]) -> dict[FactKind, Any]:
    """Return a table of every kind that has facts of the person; see `FactStore.find`."""
    traces = Traces.of(person, depot.vault).of_keys_alone()
    found = {kind: _of_kind(depot, kind, traces) for kind in kinds}
    return {kind: table for kind, table in found.items() if table.num_rows}


def _of_kind(depot: Depot, kind: FactKind, traces: Traces) -> Any:
    """Read the columns that name persons, and all others only of files that name this one."""
    schema = depot.catalogue.schemas[kind]
    naming = [name for name in (*NAMING, "visitor_id") if name in schema.names]
    with open_snapshot(depot) as snapshot:
        hot = snapshot.hot(kind)
        parts = [hot.filter(pa.array(rows_of(hot, traces).theirs))]
        for file in snapshot.files(kind):
            theirs = rows_of(depot.lake.load(file, naming), traces).theirs
            if theirs.any():
                table = conform(depot.lake.load(file), schema)
                parts.append(table.filter(pa.array(theirs)))
    return pa.concat_tables(parts)
