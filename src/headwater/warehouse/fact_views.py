"""Shows the facts, sealed and hot, as relations `facts_<kind>` on one connection."""

from __future__ import annotations

from typing import Protocol

import duckdb
import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.facts import LakeFile
from headwater.facts.schemas import SCHEMAS
from headwater.warehouse.engine import lend


class Facts(Protocol):
    """One consistent view of the fact store."""

    @property
    def watermark(self) -> int:
        """The highest seq in the view."""
        ...

    def files(self, kind: FactKind) -> list[LakeFile]:
        """The sealed files of a kind."""
        ...

    def hot(self, kind: FactKind) -> pa.Table:
        """The facts of a kind that are not sealed yet."""
        ...


def define(cursor: duckdb.DuckDBPyConnection, facts: Facts, since: int) -> None:
    """Define `all_<kind>` and `new_<kind>` (committed after `since`) for every kind."""
    for kind in FactKind:
        hot = facts.hot(kind)
        files = facts.files(kind)
        if hot.num_rows or not files:  # of no facts at all, the empty table has the columns
            lend(cursor, f"hot_{kind}", hot)
        everything = [_parquet(kind, files), _hot(kind, hot, since=-1)]
        _view(cursor, f"all_{kind}", everything, f"hot_{kind}")
        whole = [file for file in files if file.min_seq > since]
        partly = [file for file in files if file.min_seq <= since < file.max_seq]
        news = [
            _parquet(kind, whole),
            _parquet(kind, partly, f"where seq > {since:d}"),
            _hot(kind, hot, since),
        ]
        _view(cursor, f"new_{kind}", news, f"all_{kind}")


def _view(
    cursor: duckdb.DuckDBPyConnection, name: str, parts: list[str], otherwise: str
) -> None:
    """Define a view of all parts; without any it is empty, with the columns of another."""
    present = [part for part in parts if part] or [f"select * from {otherwise} limit 0"]
    cursor.execute(f"create or replace temp view {name} as " + " union all ".join(present))


def _columns(kind: FactKind) -> str:
    return ", ".join(f'"{name}"' for name in SCHEMAS[kind].names)


def _parquet(kind: FactKind, files: list[LakeFile], where: str = "") -> str:
    if not files:
        return ""
    quoted = ", ".join("'" + str(file.path).replace("'", "''") + "'" for file in files)
    return f"select {_columns(kind)} from read_parquet([{quoted}]) {where}"


def _hot(kind: FactKind, hot: pa.Table, since: int) -> str:
    if not hot.num_rows:
        return ""
    return f"select {_columns(kind)} from hot_{kind} where seq > {since:d}"
