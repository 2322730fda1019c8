"""What the names that a step reads mean while it runs.

A statement says `facts_event` or `session_rows`; here it is decided which rows those are: all
of them, the new facts, or those within a working set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import duckdb

from headwater.warehouse.steps import Renewal, Scope, SqlStep, Step, Within
from headwater.warehouse.working import SETS

FACTS: Final = "facts_"
_COMMENT: Final = re.compile(r"^--.*\n", re.MULTILINE)


@dataclass(slots=True)
class Binding:
    """What names mean to the step that is bound, said before each of its questions.

    As common table expressions: creating and dropping a view of each took longer than the
    questions of a small rebuild.
    """

    cursor: duckdb.DuckDBPyConnection
    catalog: str
    views: dict[str, SqlStep] = field(default_factory=dict)
    """Steps that store nothing but their statement, by the name they go by."""
    _meanings: dict[str, str] = field(default_factory=dict)
    _columns: dict[str, set[str]] = field(default_factory=dict)
    _has_nobody: bool | None = None

    def name(self, table: str) -> str:
        """Return a stored table's full name, which no temporary view can shadow."""
        return f'"{self.catalog}".main.{table}'

    def bind(self, step: Step, scope: Scope) -> None:
        """Define every name that the step reads, and those that the views among them read."""
        renewal = step.renewal
        self._has_nobody = None
        self._meanings = {}
        for read in reversed(self.reads_of(step.reads)):
            if read.startswith(FACTS):
                meaning = self._facts(read.removeprefix(FACTS), scope, renewal)
                self._meanings[read] = meaning
            elif read in self.views:
                self._meanings[read] = self.views[read].statement.text
            elif scope is Scope.KEYED and read not in SETS:
                within = self._within(read, renewal)
                if within:
                    self._meanings[read] = self._part(read, within)

    def release(self) -> None:
        """Forget what the last step read."""
        self._meanings = {}

    def said(self, sql: str) -> str:
        """Return a SELECT with what its names mean."""
        if not self._meanings:
            return sql
        meanings = ", ".join(
            f"{name} as not materialized ({meaning}\n)"
            for name, meaning in self._meanings.items()
        )
        code = _COMMENT.sub("", sql).lstrip()
        own = code.removeprefix("with ")
        return f"with {meanings}{' ' if own == code else ', '}{own}"

    def among(self, within: Within) -> str:
        """Return the condition that a row of the bound step's tables is within a set."""
        column = within.column
        is_within = f"{column} in (from {within.working})"
        # Engines look a plain column up faster; only a set with the empty text has nobody.
        if column == "person_id" and self._is_nobody_touched():
            return f"coalesce({column}, '') in (from {within.working})"
        return is_within

    def _is_nobody_touched(self) -> bool:
        if self._has_nobody is None:
            self._has_nobody = self._is_any("touched_persons where person_id = ''")
        return self._has_nobody

    def reads_of(self, names: tuple[str, ...]) -> list[str]:
        """Return the names, and those that the views among them read."""
        found = list(dict.fromkeys(names))
        for name in found:
            if name in self.views:
                found += [read for read in self.views[name].reads if read not in found]
        return found

    def _within(self, table: str, renewal: Renewal) -> Within | None:
        explicit = (renewal.reading or {}).get(table)
        if explicit or renewal.key is None:
            return explicit
        return renewal.key if renewal.key.column in self._columns_of(table) else None

    def _part(self, table: str, within: Within) -> str:
        if not within.column:
            return f"select * from {within.working}"
        return f"select * from {self.name(table)} where {self.among(within)}"

    def _columns_of(self, table: str) -> set[str]:
        if table not in self._columns:
            found = self.cursor.execute(
                "select table_name, column_name from duckdb_columns()"
                " where database_name = $catalog and schema_name = 'main'",
                {"catalog": self.catalog},
            )
            self._columns = {table: set()}
            for name, column in found.fetchall():
                self._columns.setdefault(name, set()).add(column)
        return self._columns[table]

    def _is_any(self, relation: str) -> bool:
        return bool(self.cursor.execute(f"select 1 from {relation} limit 1").fetchall())

    def _facts(self, kind: str, scope: Scope, renewal: Renewal) -> str:
        """Return the facts of a kind that a step of this scope sees."""
        if scope in {Scope.NEW_FACTS, Scope.TOUCHED}:
            return f"select * from new_{kind}"
        is_part = scope in {Scope.KEYED, Scope.PASSING}
        within = (renewal.reading or {}).get(FACTS + kind) if is_part else None
        if within is None:
            return f"select * from all_{kind}"
        if within.working != "late_visitors":
            return f"select * from all_{kind} where {self.among(within)}"
        if not self._is_any("late_visitors"):
            return f"select * from new_{kind}"
        return (
            f"select * from new_{kind} where visitor_id not in (from late_visitors)"
            f" union all select * from all_{kind} where {self.among(within)}"
        )
