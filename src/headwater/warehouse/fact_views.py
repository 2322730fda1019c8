"""Shows the facts, sealed and hot, as relations on one connection."""

from __future__ import annotations

from typing import Final, Protocol

import duckdb
import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.facts import LakeFile
from headwater.facts.schemas import SCHEMAS
from headwater.warehouse.engine import lend

_SQL_TYPES: Final = {
    pa.string(): "varchar",
    pa.binary(): "blob",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
}


class Facts(Protocol):
    """One consistent view of the fact store."""

    @property
    def watermark(self) -> int:
        """The highest seq in the view."""
        ...

    def files(self, kind: FactKind) -> list[LakeFile]:
        """The sealed files of a kind."""
        ...

    def hot(self, kind: FactKind, since: int = -1) -> pa.Table:
        """The facts of a kind that are not sealed yet, with a larger seq than `since`."""
        ...


class FactViews:
    """Names all facts of a kind, and the new ones, when they are first asked for.

    Few steps of a small rebuild ask for all facts, and reading those that are not sealed yet
    takes longer than such a step.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, facts: Facts, since: int) -> None:
        self._cursor = cursor
        self._facts = facts
        self._since = since
        """What was committed after this sequence number is new."""
        self._made: set[str] = set()
        self._listed: dict[FactKind, list[LakeFile]] = {}
        self._unlent: dict[FactKind, pa.Table] = {}
        """New facts that are not sealed yet, read but not shown."""

    def count_news(self, kind: FactKind) -> int:
        """Return how many new facts of a kind there are."""
        whole, partly = self._files(kind, self._since)
        self._unlent[kind] = self._facts.hot(kind, self._since).select(SCHEMAS[kind].names)
        certain: int = sum(file.rows for file in whole) + self._unlent[kind].num_rows
        if not partly:
            return certain
        told = self._cursor.execute(
            f"select count(*) from {_parquet(partly)} where seq > {self._since:d}"
        )
        return certain + int(told.fetchall()[0][0])

    def everything(self, kind: FactKind) -> str:
        """Return the name of the view of all facts of a kind."""
        return self._view(f"all_{kind}", kind, since=-1)

    def news(self, kind: FactKind) -> str:
        """Return the name of the view of the new facts of a kind."""
        if self._since < 0:
            return self.everything(kind)
        return self._view(f"new_{kind}", kind, self._since)

    def _view(self, name: str, kind: FactKind, since: int) -> str:
        if name not in self._made:
            self._made.add(name)
            self._define(name, kind, since)
        return name

    def _files(self, kind: FactKind, since: int) -> tuple[list[LakeFile], list[LakeFile]]:
        """Return the files that hold later facts alone, and those that hold some."""
        if kind not in self._listed:
            self._listed[kind] = self._facts.files(kind)
        files = self._listed[kind]
        whole = [file for file in files if file.min_seq > since]
        return whole, [file for file in files if file.min_seq <= since < file.max_seq]

    def _hot(self, kind: FactKind, since: int) -> pa.Table:
        if since == self._since and kind in self._unlent:
            return self._unlent.pop(kind)
        return self._facts.hot(kind, since).select(SCHEMAS[kind].names)

    def _define(self, name: str, kind: FactKind, since: int) -> None:
        """Name the facts after a sequence number."""
        schema = SCHEMAS[kind]
        whole, partly = self._files(kind, since)
        hot = self._hot(kind, since)
        listed = ", ".join(f'"{column}"' for column in schema.names)
        parts = []
        if whole:
            parts.append(f"select {listed} from {_parquet(whole)}")
        if partly:
            parts.append(f"select {listed} from {_parquet(partly)} where seq > {since:d}")
        if hot.num_rows and not parts:
            lend(self._cursor, name, hot)
            return
        if hot.num_rows:
            lend(self._cursor, f"hot_{name}", hot)
            parts.append(f"select {listed} from hot_{name}")
        told = " union all ".join(parts) or _nothing(schema)
        self._cursor.execute(f"create or replace temp view {name} as {told}")


def _nothing(schema: pa.Schema) -> str:
    """Return a SELECT of no rows, which the engine plans away wherever it is read."""
    columns = (f'cast(null as {_SQL_TYPES[field.type]}) as "{field.name}"' for field in schema)
    return f"select {', '.join(columns)} where false"


def _parquet(files: list[LakeFile]) -> str:
    quoted = ", ".join("'" + str(file.path).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{quoted}])"
