"""One rebuild's connection: runs each step in its scope, and notes what it touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import duckdb
import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.warehouse.binding import FACTS, Binding
from headwater.warehouse.differences import differences
from headwater.warehouse.engine import rows
from headwater.warehouse.fact_views import FactViews
from headwater.warehouse.steps import PythonStep, Scope, SqlStep, Step, Within
from headwater.warehouse.working import SETS

_BARE: Final = ("_id", "_key", "_number")
_NONE: Final[Mapping[str, object]] = {}
_PARTIAL: Final = {Scope.ONCE, Scope.NEW_FACTS, Scope.KEYED, Scope.SUMMED}


class Run:
    """The steps of one rebuild, inside one transaction."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        catalog: str,
        facts: FactViews,
        params: Mapping[str, object],
    ) -> None:
        self._cursor = cursor
        self._catalog = catalog
        self._facts = facts
        self._binding = Binding(cursor, catalog, facts)
        self._is_full = True
        self._new: Mapping[FactKind, int] = {}
        self._passing: set[str] = set()
        self._grows_by: dict[str, set[FactKind]] = {}
        """The kinds of facts by which tables grow, and by nothing else."""
        self.params = params
        for name, columns in SETS.items():
            cursor.execute(f"create or replace temp table {name} ({columns})")

    def begin(self, new: Mapping[FactKind, int], *, is_full: bool) -> None:
        """Fix how the steps are run; `new` counts the new facts of each kind."""
        self._is_full = is_full
        self._new = new
        if is_full:
            self._drop_everything()
        else:
            self._add(
                "touched_visitors",
                "select distinct visitor_id"
                f" from {self._facts.news(FactKind.EVENT)} where visitor_id is not null",
            )

    def count(self, relation: str) -> int:
        """Return how many rows a relation of this run has."""
        [(found,)] = self._cursor.execute(f"select count(*) from {relation}").fetchall()
        return int(found)

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows of a SELECT that sees the tables as the step's scope has them."""
        return rows(self._cursor, self._binding.said(sql), params)

    def unseen(self, view: str, table: str, column: str) -> list[str]:
        """Return the sorted values of a view's column, nulls apart, that the table lacks."""
        known = f"select {column} from {self._binding.name(table)}"
        unless = "" if self._is_full else f" where {column} not in ({known})"
        found = self.query(f"select {column} from {view}{unless}")
        return sorted(value for value in found[column].to_pylist() if value is not None)

    def stored(self, table: str, where: str = "true") -> pa.Table | None:
        """Return the rows of a table that earlier rebuilds made, None in a full rebuild."""
        if self._is_full:
            return None
        return self.query(f"from {self._binding.name(table)} where {where}")

    def make(self, step: Step) -> None:
        """Run one step in its scope."""
        scope = step.renewal.scope
        if scope in {Scope.VIEW, Scope.STORED_VIEW}:
            self._keep_statement(step)
        elif self._is_idle(step):
            self._show_nothing_new(step)
        elif scope is Scope.SUMMED and not self._is_full:
            self._add_up(step)
        else:
            scope = Scope.WHOLE if self._is_full and scope in _PARTIAL else scope
            self._binding.bind(step, Scope.WHOLE if self._is_full else scope)
            self._fill(step, scope)
            self._binding.release()

    def let_go(self, coming: Sequence[Step]) -> None:
        """Drop the passing tables that no coming step reads: they are large."""
        if self._passing:
            read = self._binding.reads_of(name for step in coming for name in step.reads)
            for table in self._passing - read.keys():
                self._cursor.execute(f"drop table temp.{table}")
            self._passing &= read.keys()

    def replace_table(self, table: str, content: pa.Table) -> None:
        """Store a small table as it is given."""
        self._cursor.register("made", content)
        self._cursor.execute(
            f"create or replace table {self._binding.name(table)} as from made"
        )
        self._cursor.unregister("made")

    def _is_idle(self, step: Step) -> bool:
        """Say whether nothing can have changed of what a step makes."""
        renewal = step.renewal
        if self._is_full:
            return renewal.scope is Scope.TOUCHED
        if renewal.scope is Scope.KEYED and renewal.key is not None and not renewal.grows:
            return not self._binding.filled[renewal.key.working]
        needs = renewal.needs or self._facts_behind(step)
        return renewal.scope is Scope.ONCE or (
            bool(needs) and not any(map(self._new.get, needs))
        )

    def _show_nothing_new(self, step: Step) -> None:
        """Let later steps read the news of a table that did not grow."""
        if step.renewal.scope is Scope.NEW_FACTS and not self._is_full:
            self._cursor.execute(
                f"create or replace temp view new_{step.table} as"
                f" from {self._binding.name(step.table)} where false"
            )

    def _facts_behind(self, step: Step) -> set[FactKind]:
        """Return the kinds without which a table that only grows does not, where that is sure.

        It is where the step reads facts, and tables that grow by such kinds alone.
        """
        if step.renewal.scope is not Scope.NEW_FACTS:
            return set()
        kinds: set[FactKind] = set()
        for name in self._binding.reads_of(step.reads):
            if name.startswith(FACTS):
                kinds.add(FactKind(name.removeprefix(FACTS)))
            elif self._grows_by.get(name):
                kinds |= self._grows_by[name]
            elif name not in self._binding.views:
                return set()
        self._grows_by[step.table] = kinds
        return kinds

    def _keep_statement(self, step: Step) -> None:
        if not isinstance(step, SqlStep):
            raise TypeError(f"{step.table} is a view and must be a statement")
        self._binding.views[step.table] = step
        if step.renewal.scope is Scope.STORED_VIEW and self._is_full:
            name = self._binding.name(step.table)
            self._cursor.execute(f"create or replace view {name} as {step.statement.text}")

    def _fill(self, step: Step, scope: Scope) -> None:
        source, params = self._source(step)
        name = self._binding.name(step.table)
        if scope is Scope.WHOLE:
            self._create(step, source, params)
        elif scope is Scope.PASSING:
            self._cursor.execute(
                f"create or replace temp table {step.table} as {source}", params
            )
            self._passing.add(step.table)
        elif scope is Scope.TOUCHED:
            self._add(step.table, f"by name {source}", params)
        elif scope is Scope.NEW_FACTS:
            self._cursor.execute(
                f"create or replace temp table new_{step.table} as {source}", params
            )
            self._cursor.execute(f"insert into {name} by name from new_{step.table}")
        elif step.renewal.key is not None:
            self._replace_rows(step, step.renewal.key, source, params)

    def _add(self, working: str, source: str, params: Mapping[str, object] = _NONE) -> None:
        """Add rows to a working set."""
        told = self._cursor.execute(f"insert into {working} {source}", params)
        self._binding.filled[working] += told.fetchall()[0][0]

    def _create(self, step: Step, source: str, params: dict[str, object]) -> None:
        """Store a statement's rows as a table.

        Ids and numbers that stand for texts are stored as they are: the engine finds hardly
        anything to compress in them, and looking for it, or for a few of them later, takes
        longer than all else about writing and reading. Only where equal ids stand together
        there is much.
        """
        name = self._binding.name(step.table)
        bare = () if isinstance(step, PythonStep) and step.clustered else _BARE
        described = self._cursor.execute(f"describe {source}", params).fetchall()
        columns = ", ".join(
            f'"{column}" {kind}'
            + (" using compression uncompressed" if column.endswith(bare) else "")
            for column, kind, *_rest in described
        )
        self._cursor.execute(f"create or replace table {name} ({columns})")
        self._cursor.execute(f"insert into {name} {source}", params)

    def _source(self, step: Step) -> tuple[str, dict[str, object]]:
        if isinstance(step, SqlStep):
            names = step.statement.params
            return self._binding.said(step.statement.text), {
                name: self.params[name] for name in names
            }
        self._cursor.register("made", step.make(self))
        return "select * from made", {}

    def _replace_rows(
        self, step: Step, key: Within, source: str, params: dict[str, object]
    ) -> None:
        name, made = self._binding.name(step.table), f"new_{step.table}"
        self._cursor.execute(f"create or replace temp table {made} as {source}", params)
        gone = f"delete from {name} where {self._binding.among(key)}"
        if step.renewal.marks:
            before = rows(self._cursor, f"{gone} returning *")
            self._mark_differences(before, made, step.renewal.marks)
        else:
            self._cursor.execute(gone)
        self._cursor.execute(f"insert into {name} by name from {made}")

    def _mark_differences(self, before: pa.Table, made: str, columns: tuple[str, ...]) -> None:
        """Touch the persons of rows that were not, or are no longer."""
        after = rows(self._cursor, f"select {', '.join(before.column_names)} from {made}")
        changed = differences(before, after.cast(before.schema))
        for column in columns if changed.num_rows else ():
            persons = pa.table({"person_id": changed[column].unique().fill_null("")})
            self._cursor.register("made", persons)
            self._add("touched_persons", "from made")
            self._cursor.unregister("made")

    def _add_up(self, step: Step) -> None:
        """Add to a table of sums what is new in another, and take off what is gone."""
        if not isinstance(step, SqlStep) or not step.renewal.reading:
            raise TypeError(f"{step.table} is summed: it must be a statement over one table")
        ((summed, gone),) = step.renewal.reading.items()
        name, grain = self._binding.name(step.table), step.statement.grain
        stored = self._binding.columns_of(step.table)
        numbers = [column for column in stored if column not in grain]
        parts = [f"select {', '.join(stored)} from {name}"]
        for within, sign in ((Within("", f"new_{summed}"), ""), (gone, "-")):
            self._binding.bind(step, Scope.SUMMED, {summed: within})
            told = [*grain, *(f"{sign}{number} as {number}" for number in numbers)]
            source, params = self._source(step)
            parts.append(f"select {', '.join(told)} from ({source}\n)")
        sums = [f"cast(sum({number}) as bigint) as {number}" for number in numbers]
        self._cursor.execute(
            f"create or replace table {name} as select {', '.join([*grain, *sums])}"
            f" from ({' union all by name '.join(parts)}) group by {', '.join(grain)}"
            f" having {' or '.join(f'sum({number}) <> 0' for number in numbers)}",
            params,
        )

    def _drop_everything(self) -> None:
        """Forget what earlier rebuilds made, and with it what no step makes any more."""
        made = self.query(
            "select table_name, table_type from information_schema.tables"
            " where table_catalog = $catalog and table_schema = 'main'",
            {"catalog": self._catalog},
        )
        for name, kind in zip(*(column.to_pylist() for column in made.columns), strict=True):
            what = "view" if kind == "VIEW" else "table"
            self._cursor.execute(f"drop {what} {self._binding.name(name)}")
