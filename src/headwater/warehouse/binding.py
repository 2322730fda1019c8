"""What the names that a step reads mean while it runs.

A statement says `facts_event` or `session_rows`; here it is decided which rows those are: all
of them, the new facts, or those within a working set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import duckdb

from headwater.domain.words import FactKind
from headwater.warehouse.fact_views import FactViews
from headwater.warehouse.steps import Renewal, Scope, SqlStep, Step, Within
from headwater.warehouse.working import SETS

FACTS: Final = "facts_"
Reading = Mapping[str, Within]
_PARTS: Final = {Scope.KEYED, Scope.PASSING, Scope.TOUCHED, Scope.SUMMED}
"""Scopes in which a step may read a part of a table."""
_COMMENT: Final = re.compile(r"^--.*\n", re.MULTILINE)


@dataclass(slots=True)
class Binding:
    """What names mean to the step that is bound, said before each of its questions.

    As common table expressions: creating and dropping a view of each took longer than the
    questions of a small rebuild.
    """

    cursor: duckdb.DuckDBPyConnection
    catalog: str
    facts: FactViews
    views: dict[str, SqlStep] = field(default_factory=dict)
    """Steps that store nothing but their statement, by the name they go by."""
    _meanings: dict[str, str] = field(default_factory=dict)
    _columns: dict[str, list[str]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    """How many rows each working set was given."""
    _nobody: tuple[int, bool] = (0, False)
    """Of how many touched persons it was asked whether one is nobody, and what was found."""

    def name(self, table: str) -> str:
        """Return a stored table's full name, which no temporary view can shadow."""
        return f'"{self.catalog}".main.{table}'

    def bind(self, step: Step, scope: Scope, reading: Reading | None = None) -> None:
        """Define every name that the step reads, and those that the views among them read.

        `reading` says which part of a table is meant, where the step's own renewal does not.
        """
        self._meanings = {}
        parts = {**(step.renewal.reading or {}), **(reading or {})} if scope in _PARTS else {}
        for read in self.reads_of(step.reads, parts):
            within = parts.get(read) or self._by_key(read, scope, step.renewal)
            if read.startswith(FACTS):
                kind = FactKind(read.removeprefix(FACTS))
                self._meanings[read] = self._facts_of(kind, scope, within)
            elif within is not None:
                self._meanings[read] = self._part(read, within)
            elif read in self.views:
                self._meanings[read] = self.views[read].statement.text

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
        named = f"(select {within.named or column} from {within.working})"
        # Engines look a plain column up faster; only a set with the empty text has nobody.
        if column == "person_id" and self._is_nobody_touched():
            return f"coalesce({column}, '') in {named}"
        return f"{column} in {named}"

    def _is_nobody_touched(self) -> bool:
        touched = self.filled["touched_persons"]
        if self._nobody[0] != touched:
            found = self.cursor.execute(
                "select 1 from touched_persons where person_id = '' limit 1"
            )
            self._nobody = touched, bool(found.fetchall())
        return self._nobody[1]

    def reads_of(
        self, names: Iterable[str], parts: Collection[str] = frozenset()
    ) -> dict[str, None]:
        """Return the names, each after those that it reads itself if it is a view.

        What is read in part is read from a table, whatever the view of its name would read.
        """
        found: dict[str, None] = {}
        for name in names:
            if name in self.views and name not in parts:
                found |= self.reads_of(self.views[name].reads, parts)
            found[name] = None
        return found

    def _by_key(self, table: str, scope: Scope, renewal: Renewal) -> Within | None:
        """Return the part of a stored table that goes by the key of what is made."""
        if scope is not Scope.KEYED or renewal.key is None:
            return None
        if table in SETS or table in self.views or table.startswith(FACTS):
            return None
        return renewal.key if renewal.key.column in self.columns_of(table) else None

    def _part(self, table: str, within: Within) -> str:
        if not within.column:
            return f"select * from {within.working}"
        return f"select * from {self.name(table)} where {self.among(within)}"

    def columns_of(self, table: str) -> list[str]:
        """Return the columns of a table that was stored before, none where there is none."""
        if not self._columns:
            found = self.cursor.execute(
                "select table_name, column_name from duckdb_columns()"
                " where database_name = $catalog and schema_name = 'main'"
                " order by table_name, column_index",
                {"catalog": self.catalog},
            )
            for name, column in found.fetchall():
                self._columns.setdefault(name, []).append(column)
        return self._columns.get(table, [])

    def _facts_of(self, kind: FactKind, scope: Scope, within: Within | None) -> str:
        """Return the facts of a kind that a step of this scope sees."""
        if scope in {Scope.NEW_FACTS, Scope.TOUCHED}:
            return f"select * from {self.facts.news(kind)}"
        if within is None:
            return f"select * from {self.facts.everything(kind)}"
        if within.working != "late_visitors":
            return f"select * from {self.facts.everything(kind)} where {self.among(within)}"
        if not self.filled["late_visitors"]:
            return f"select * from {self.facts.news(kind)}"
        return (
            f"select * from {self.facts.news(kind)}"
            " where visitor_id not in (from late_visitors)"
            f" union all select * from {self.facts.everything(kind)}"
            f" where {self.among(within)}"
        )
