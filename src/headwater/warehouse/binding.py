"""What the names that a step reads mean while it runs.

A statement says `facts_event` or `session_rows`; here it is decided which rows those are: all
of them, the new facts, or those within a working set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import duckdb

from headwater.warehouse.steps import Renewal, Scope, SqlStep, Step, Within
from headwater.warehouse.working import SETS

FACTS: Final = "facts_"


@dataclass(slots=True)
class Binding:
    """The temporary views of one rebuild's connection."""

    cursor: duckdb.DuckDBPyConnection
    catalog: str
    views: dict[str, SqlStep] = field(default_factory=dict)
    """Steps that store nothing but their statement, by the name they go by."""
    _bound: list[str] = field(default_factory=list)

    def name(self, table: str) -> str:
        """Return a stored table's full name, which no temporary view can shadow."""
        return f'"{self.catalog}".main.{table}'

    def bind(self, step: Step, scope: Scope) -> None:
        """Define every name that the step reads, and those that the views among them read."""
        renewal = step.renewal
        for read in reversed(self._reads(step.reads)):
            if read.startswith(FACTS):
                self._define(read, _facts(read.removeprefix(FACTS), scope, renewal))
            elif read in self.views:
                self._define(read, self.views[read].statement.text)
                self._bound.append(read)
            elif scope is Scope.KEYED and read not in SETS:
                within = self._within(read, renewal)
                if within:
                    self._define(read, self._part(read, within))
                    self._bound.append(read)

    def release(self) -> None:
        """Forget what the last step read; facts are bound anew by whoever reads them."""
        for name in dict.fromkeys(self._bound):
            self.cursor.execute(f"drop view if exists temp.{name}")
        self._bound.clear()

    def _reads(self, names: tuple[str, ...]) -> list[str]:
        found = list(dict.fromkeys(names))
        for name in found:
            if name in self.views:
                found += [read for read in self.views[name].reads if read not in found]
        return found

    def _define(self, name: str, meaning: str) -> None:
        self.cursor.execute(f"create or replace temp view {name} as {meaning}")

    def _within(self, table: str, renewal: Renewal) -> Within | None:
        explicit = (renewal.reading or {}).get(table)
        if explicit or renewal.key is None:
            return explicit
        return renewal.key if renewal.key.column in self._columns(table) else None

    def _part(self, table: str, within: Within) -> str:
        if not within.column:
            return f"select * from {within.working}"
        return f"select * from {self.name(table)} where {among(within)}"

    def _columns(self, table: str) -> set[str]:
        found = self.cursor.execute(
            "select column_name from duckdb_columns() where table_name = $table"
            " and database_name = $catalog and schema_name = 'main'",
            {"catalog": self.catalog, "table": table},
        )
        return {row[0] for row in found.fetchall()}


def _facts(kind: str, scope: Scope, renewal: Renewal) -> str:
    """Return the facts of a kind that a step of this scope sees."""
    if scope in {Scope.NEW_FACTS, Scope.TOUCHED}:
        return f"select * from new_{kind}"
    within = (renewal.reading or {}).get(FACTS + kind) if scope is Scope.KEYED else None
    if within is None:
        return f"select * from all_{kind}"
    if within.working == "late_visitors":
        return (
            f"select * from new_{kind} where visitor_id not in (from late_visitors)"
            f" union all select * from all_{kind} where {among(within)}"
        )
    return f"select * from all_{kind} where {among(within)}"


def among(within: Within) -> str:
    """Return the condition that a row is within a working set."""
    column = within.column
    key = f"coalesce({column}, '')" if column == "person_id" else column
    return f"{key} in (from {within.working})"
