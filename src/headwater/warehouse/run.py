"""One rebuild's connection: binds what each step sees, runs it, and marks what it touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import duckdb
import pyarrow as pa

from headwater.warehouse.engine import rows
from headwater.warehouse.steps import Scope, SqlStep, Step

_FACTS: Final = "facts_"
_WORKING_TABLES: Final = {
    "touched_visitors": "visitor_id",
    "touched_persons": "person_id",
    "person_visitors": "visitor_id",
}
"""Temporary: visitors with new events, persons to make again, and those persons' visitors."""


class Run:
    """The steps of one rebuild, inside one transaction."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        catalog: str,
        params: Mapping[str, object],
    ) -> None:
        self._cursor = cursor
        self._catalog = catalog
        self._is_full = True
        self._view_reads: dict[str, tuple[str, ...]] = {}
        self.params = params
        for name, column in _WORKING_TABLES.items():
            cursor.execute(f"create or replace temp table {name} ({column} varchar)")

    def begin(self, *, is_full: bool) -> None:
        """Fix how the steps are run, and note the visitors with new events."""
        self._is_full = is_full
        if is_full:
            self._drop_everything()
        else:
            self._cursor.execute(
                "insert into touched_visitors"
                " select distinct visitor_id from new_event where visitor_id is not null"
            )

    def count(self, relation: str) -> int:
        """Return how many rows a relation of this run has."""
        found = self._cursor.execute(f"select count(*) from {relation}").fetchone()
        return int(found[0]) if found else 0

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows of a SELECT that sees the tables as the step's scope has them."""
        return rows(self._cursor, sql, params)

    def unseen(self, view: str, table: str, column: str) -> list[str]:
        """Return the sorted values of a view's column, nulls apart, that the stored table lacks."""
        known = self._stored(table)
        unless = f" where {column} not in (select {column} from {known})" if known else ""
        found = self.query(f"select {column} from {view}{unless}")
        return sorted(value for value in found[column].to_pylist() if value is not None)

    def _stored(self, table: str) -> str:
        """Return the full name of a table that earlier rebuilds made, or an empty text."""
        if self._is_full:
            return ""
        found = self.query(
            "select 1 as found from information_schema.tables where table_name = $table"
            " and table_catalog = $catalog and table_schema = 'main'",
            {"catalog": self._catalog, "table": table},
        )
        return self._name(table) if found.num_rows else ""

    def make(self, step: Step) -> None:
        """Run one step in its scope."""
        if step.scope is Scope.STORED_VIEW:
            source, _params = self._source(step)
            self._cursor.execute(f"create or replace view {self._name(step.table)} as {source}")
            return
        scope = Scope.WHOLE if self._is_full and step.scope in _PARTIAL else step.scope
        bound = self._bind(step, scope)
        source, params = self._source(step)
        if scope is Scope.VIEW:
            self._cursor.execute(f"create or replace temp view {step.table} as {source}")
            self._view_reads[step.table] = step.reads
            return
        if scope is Scope.WHOLE:
            self._replace_whole(step, source, params)
        elif scope is Scope.TOUCHED:
            if not self._is_full:
                self._cursor.execute(f"insert into {step.table} {source}", params)
        else:
            self._replace_rows(step, scope, source, params)
        for name in bound:
            self._cursor.execute(f"drop view if exists temp.{name}")

    def replace_table(self, table: str, content: pa.Table) -> None:
        """Store a small table as it is given."""
        self._cursor.register("made", content)
        self._cursor.execute(f"create or replace table {self._name(table)} as from made")
        self._cursor.unregister("made")

    def _drop_everything(self) -> None:
        """Forget what earlier rebuilds made, and with it what no step makes any more."""
        made = self.query(
            "select table_name, table_type from information_schema.tables"
            " where table_catalog = $catalog and table_schema = 'main'",
            {"catalog": self._catalog},
        )
        for name, kind in zip(*(column.to_pylist() for column in made.columns), strict=True):
            what = "view" if kind == "VIEW" else "table"
            self._cursor.execute(f"drop {what} {self._name(name)}")

    def _name(self, table: str) -> str:
        return f'"{self._catalog}".main.{table}'

    def _source(self, step: Step) -> tuple[str, dict[str, object]]:
        if isinstance(step, SqlStep):
            names = step.statement.params
            return step.statement.text, {name: self.params[name] for name in names}
        self._cursor.register("made", step.make(self))
        return "select * from made", {}

    def _replace_whole(self, step: Step, source: str, params: dict[str, object]) -> None:
        name = self._name(step.table)
        before = bool(step.marks) and bool(self._stored(step.table))
        if before:
            self._cursor.execute(f"create or replace temp table before as from {name}")
        self._cursor.execute(f"create or replace table {name} as {source}", params)
        if before:
            self._mark_differences(name, step.marks)

    def _mark_differences(self, name: str, columns: tuple[str, ...]) -> None:
        self._cursor.execute(
            f"create or replace temp table differences as (from {name} except all from before)"
            f" union all (from before except all from {name})"
        )
        for column in columns:
            self._cursor.execute(
                f"insert into touched_persons select distinct {column} from differences"
                f" where coalesce({column}, '') not in"
                " (select coalesce(person_id, '') from touched_persons)"
            )

    def _replace_rows(
        self, step: Step, scope: Scope, source: str, params: dict[str, object]
    ) -> None:
        name = self._name(step.table)
        if scope is Scope.VISITOR:
            self._cursor.execute(f"delete from {name} where {_among('visitor_id', _VISITORS)}")
        elif scope is Scope.PERSON:
            self._cursor.execute(f"delete from {name} where {_among('person_id', _PERSONS)}")
        self._cursor.execute(f"insert into {name} by name {source}", params)

    # What the names that a step reads mean while it runs

    def _bind(self, step: Step, scope: Scope) -> list[str]:
        bound = []
        for name in self._reads(step.reads):
            source = self._meaning(name, scope)
            if source:
                self._cursor.execute(f"create or replace temp view {name} as {source}")
                if not name.startswith(_FACTS):
                    bound.append(name)
        return bound

    def _reads(self, names: tuple[str, ...]) -> list[str]:
        """Return the names with those that the views among them read."""
        found = list(names)
        for name in found:
            found += [read for read in self._view_reads.get(name, ()) if read not in found]
        return found

    def _meaning(self, name: str, scope: Scope) -> str:
        """Return what a read name stands for, empty where it is the stored table itself."""
        if name.startswith(_FACTS):
            return _facts(name.removeprefix(_FACTS), scope)
        if scope is not Scope.PERSON or name in _WORKING_TABLES or name in self._view_reads:
            return ""
        columns = self._columns(name)
        for key, chosen in (("person_id", _PERSONS), ("visitor_id", _ALL_VISITORS)):
            if key in columns:
                return f"select * from {self._name(name)} where {_among(key, chosen)}"
        return ""

    def _columns(self, table: str) -> set[str]:
        found = self.query(
            "select column_name from information_schema.columns where table_name = $table"
            " and table_catalog = $catalog and table_schema = 'main'",
            {"catalog": self._catalog, "table": table},
        )
        return set(found["column_name"].to_pylist())


_PARTIAL: Final = {Scope.NEW_FACTS, Scope.VISITOR, Scope.PERSON}
_VISITORS: Final = "select visitor_id from touched_visitors"
_ALL_VISITORS: Final = "select visitor_id from person_visitors"
_PERSONS: Final = "select coalesce(person_id, '') from touched_persons"


def _facts(kind: str, scope: Scope) -> str:
    """Return the facts of a kind that a step of this scope sees."""
    if scope is Scope.NEW_FACTS:
        return f"select * from new_{kind}"
    if scope is Scope.VISITOR and kind == "event":
        return f"select * from all_event where {_among('visitor_id', _VISITORS)}"
    return f"select * from all_{kind}"


def _among(column: str, chosen: str) -> str:
    key = "coalesce(person_id, '')" if column == "person_id" else column
    return f"{key} in ({chosen})"
