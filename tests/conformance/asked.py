"""What every engine is asked: each .sql of the product, over tables of a real rebuild.

Two rebuilds of the same facts give the tables: one of them all, for what a full rebuild reads
and reports ask; and one before the later facts came, for the statements that say what new
facts touch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import told

from headwater import identity
from headwater.attribution.steps import steps as attribution_steps
from headwater.capture.bots import Limits
from headwater.domain.times import DAY, parse_span
from headwater.domain.words import ConversionKind, DateBasis, FactKind
from headwater.facts.schemas import SCHEMAS
from headwater.journeys.cutting import cut
from headwater.journeys.steps import steps as journey_steps
from headwater.warehouse import Scope, SqlStep, Statement, Step, Warehouse
from headwater.warehouse.sql import parse
from headwater.warehouse.working import SETS
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted

SOURCE = Path(__file__).parent.parent.parent / "src" / "headwater"
Tables = dict[str, pa.Table]

STATEMENTS = [
    parse(path.parent.parent.name, path.stem, path.read_text("utf-8"))
    for path in sorted(SOURCE.glob("*/sql/*.sql"))
]


@dataclass(frozen=True)
class Question:
    """A statement with the values it binds and the tables it reads."""

    id: str
    statement: Statement
    params: Mapping[str, Any]
    tables: Mapping[str, pa.Table]


def questions(directory: Path) -> list[Question]:
    """Return every question, in an order in which tables are made before they are read."""
    with Workspace.open(directory) as workspace:
        later = _tell_the_earlier(workspace)
        workspace.rebuild(full=True)
        before = _stored(workspace.warehouse)
        for kind, table in later:
            workspace.facts.append(kind, table)
        workspace.rebuild(full=True)
        incremental = wanted(["incremental"], [ConversionKind.WON])
        workspace.run_models([*workspace.models_due()[:1], *incremental])
        return list(_Asking(workspace, before, later).everything())


def write(asked: list[Question], directory: Path) -> list[dict[str, Any]]:
    """Write the tables as Parquet and return the tasks that name them."""
    directory.mkdir(parents=True)
    written: dict[int, str] = {}
    for question in asked:
        for name, table in question.tables.items():
            if id(table) not in written:
                path = directory / f"{len(written)}-{name}.parquet"
                pq.write_table(table, path)
                written[id(table)] = str(path)
    return [
        {
            "id": question.id,
            "sql": question.statement.text,
            "params": dict(question.params),
            "tables": {name: written[id(table)] for name, table in question.tables.items()},
        }
        for question in asked
    ]


def _tell_the_earlier(workspace: Workspace) -> list[told.Batch]:
    batches = list(told.world())
    cutoff = max(table["occurred_at"].to_numpy().max() for _, table in batches) - 120 * DAY
    later = []
    for kind, table in batches:
        first, second = told.earlier_and_later(table, cutoff)
        workspace.facts.append(kind, first)
        later.append((kind, second))
    later.append(told.odd_later())
    for kind, rows in (*told.odd(), told.ruled()):
        workspace.facts.append(kind, rows)
    return later


def _stored(warehouse: Warehouse) -> Tables:
    named = warehouse.query(
        "select table_name from information_schema.tables"
        " where table_schema = 'main' and table_catalog = 'warehouse'"
    )
    return {name: warehouse.query(f"from {name}") for name in named["table_name"].to_pylist()}


class _Asking:
    """Knows the tables as each statement finds them."""

    def __init__(self, workspace: Workspace, before: Tables, later: list[told.Batch]) -> None:
        self._warehouse = workspace.warehouse
        self._steps: list[Step] = [
            *identity.STEPS,
            *journey_steps(workspace.rules, Limits.read()),
            *attribution_steps(parse_span(workspace.settings.lookback)),
        ]
        facts = {
            f"facts_{kind}": workspace.facts.read(kind).select(SCHEMAS[kind].names)
            for kind in FactKind
        }
        sets = {name: _no_rows(workspace.warehouse, sql) for name, sql in SETS.items()}
        after = _stored(workspace.warehouse)
        self._full: Tables = {**sets, **facts, **after}
        ids = {fact_id for _, table in later for fact_id in table["fact_id"].to_pylist()}
        self._new: Tables = {
            **self._full,
            **before,
            **{name: _among(table, ids) for name, table in facts.items()},
        }
        self._params = _values(self._full)

    def everything(self) -> Iterator[Question]:
        self._make_views(self._full)
        yield from self._touching()
        yield from self._continuing()
        touching = {
            step.statement for step in self._sql_steps() if step.renewal.scope is Scope.TOUCHED
        }
        waiting = [statement for statement in STATEMENTS if statement not in touching]
        self._browse(self._full)
        for statement in waiting:
            if statement.writes and statement.writes not in self._full:
                self._full[statement.writes] = self._ask(statement, self._full)
        for statement in waiting:
            yield from self._question(statement, self._full)

    def _sql_steps(self) -> list[SqlStep]:
        return [step for step in self._steps if isinstance(step, SqlStep)]

    def _make_views(self, tables: Tables) -> None:
        for step in self._sql_steps():
            if step.renewal.scope in {Scope.VIEW, Scope.PASSING}:
                tables[step.table] = self._ask(step.statement, tables)

    def _browse(self, tables: Tables) -> None:
        """Make the tables that pass from step to step of one rebuild, and are not stored."""
        for name in ("page_events", "browsed_events", "arrivals", "session_events"):
            tables[name] = self._ask(self._named(name), tables)
        tables["session_bounds"] = cut(
            tables["session_events"], tables["arrivals"], parse_span("30m")
        )

    def _touching(self) -> Iterator[Question]:
        """Ask what later facts touch, step by step as an incremental rebuild would."""
        self._new["touched_visitors"] = self._warehouse.query(
            "select distinct visitor_id from facts_event where visitor_id is not null",
            tables={"facts_event": self._new["facts_event"]},
        )
        self._new["new_key_sightings"] = self._full["new_key_sightings"] = self._ask(
            self._named("key_sightings"), self._new
        )
        self._make_views(self._new)
        for step in self._sql_steps():
            if step.renewal.scope is Scope.TOUCHED:
                if "new_session_rows" in step.reads:
                    rows = self._ask(self._named("session_rows"), self._continued())
                    self._new["new_session_rows"] = rows
                yield from self._question(step.statement, self._new)
                found = self._ask(step.statement, self._new)
                self._touch(step.table, found)
                if step.table == "touched_facts":
                    self._touch("touched_persons", self._told_of())

    def _touch(self, working: str, found: pa.Table) -> None:
        held = self._new[working]
        self._new[working] = pa.concat_tables(
            [held, found.select(held.column_names).cast(held.schema)]
        )

    def _told_of(self) -> pa.Table:
        """Return the persons whom a rebuild would find to be others than before."""
        return self._warehouse.query(
            "select person_id from fact_persons where fact_id in (from touched_facts)",
            tables={
                "fact_persons": self._full["fact_persons"],
                "touched_facts": self._new["touched_facts"],
            },
        )

    def _continuing(self) -> Iterator[Question]:
        """Ask for the sessions that later events continue."""
        tables = self._continued()
        for name in ("browsed_events", "session_events", "session_rows"):
            yield from self._question(self._named(name), tables, "continued")

    def _continued(self) -> Tables:
        """Return the tables from which those sessions are made."""
        tables = dict(self._new)
        tables["facts_event"] = self._warehouse.query(
            "select * from later where visitor_id not in (from late_visitors)"
            " union all select * from every where visitor_id in (from late_visitors)",
            tables={
                "later": self._new["facts_event"],
                "every": self._full["facts_event"],
                "late_visitors": self._new["late_visitors"],
            },
        )
        tables |= {name: self._full[name] for name in ("origins", "agents")}
        self._browse(tables)
        return tables

    def _named(self, table: str) -> Statement:
        return next(step.statement for step in self._sql_steps() if step.table == table)

    def _ask(self, statement: Statement, tables: Tables) -> pa.Table:
        read = {name: tables[name] for name in statement.reads}
        return self._warehouse.query(statement.text, self._bound(statement), read)

    def _bound(self, statement: Statement) -> dict[str, Any]:
        return {name: self._params[name][0] for name in statement.params}

    def _question(
        self, statement: Statement, tables: Tables, label: str = "full"
    ) -> Iterator[Question]:
        """Ask with the first value of each parameter, then with each of its others."""
        read = {name: tables[name] for name in statement.reads}
        usual = self._bound(statement)
        asked = [usual] + [
            {**usual, name: value}
            for name in statement.params
            for value in self._params[name][1:]
        ]
        for number, params in enumerate(asked):
            name = f"{statement.package}.{statement.name}.{label}.{number}"
            yield Question(name, statement, params, read)


def _no_rows(warehouse: Warehouse, columns: str) -> pa.Table:
    with warehouse.cursor() as cursor:
        cursor.execute(f"create or replace temp table no_rows ({columns})")
        return cursor.sql("from no_rows").to_arrow_table()


def _among(facts: pa.Table, ids: set[str]) -> pa.Table:
    is_among = [fact in ids for fact in facts["fact_id"].to_pylist()]
    return facts.filter(pa.array(is_among, pa.bool_()))


def _values(tables: Tables) -> dict[str, list[Any]]:
    """Return what each parameter is bound to; the first value is bound beside the others'."""
    converted = tables["conversions"].to_pylist()
    person = max(row["person_id"] or "" for row in converted if row["kind"] == "won")
    key = tables["person_keys"]["person_key"].to_pylist()[0]
    moments = sorted(row["converted_at"] for row in converted)
    middle = len(moments) // 2
    known = tables["origins"].to_pylist()
    persons = sorted(set(tables["touchpoints"]["person_id"].drop_null().to_pylist()))
    return {
        "asked": [person, key, converted[0]["deal_id"] or "odd-1"],
        "channel": ["", "Paid Search"],
        "currency": ["EUR"],
        "date_basis": [str(basis) for basis in DateBasis],
        "fewest": [1],
        "from_at": [moments[middle // 4]],
        "from_person": [persons[len(persons) // 4]],
        "has_search": [False, True],
        "kind": ["won", "lead"],
        "model": ["position", "first"],
        "most": [20],
        "person_id": [person],
        "person_key": [key],
        "origins": [[f"{row['source']}\x1f{row['medium']}\x1f" for row in known]],
        "persons": [[person, "nobody"]],
        "run_id": [tables["model_effects"]["run_id"].to_pylist()[0]],
        "search_id": ["crm:'quoted'"],
        "session_midnight": [True, False],
        "session_timeout": [parse_span("30m"), parse_span("7d")],
        "site": [next(site for site in tables["session_rows"]["site"].to_pylist() if site)],
        "skip": [0, 5],
        "stage": [""],
        "to_at": [moments[-middle // 4]],
        "to_person": [persons[len(persons) // 2], None],
        "touch_id": [tables["touchpoints"]["touch_id"].to_pylist()[0]],
        "touches": [50],
    }
