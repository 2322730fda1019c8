"""What a stage asks the warehouse to make: one table, from one statement or one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.warehouse.sql import Statement


class Scope(StrEnum):
    """What is made again of a step when only some facts are new."""

    ONCE = "once"
    """Nothing: it depends on settings alone."""
    NEW_FACTS = "new facts"
    """The table only grows: the statement is run over the new facts, and what it gave stays
    readable as `new_<table>` for the rest of the rebuild."""
    KEYED = "keyed"
    """The rows whose key is in a working set. They stay readable as `new_<table>`."""
    WHOLE = "whole"
    """All rows: small tables."""
    VIEW = "view"
    """Nothing is stored: later steps of the same rebuild read the statement itself."""
    STORED_VIEW = "stored view"
    """Nothing is stored but the statement: everyone reads it like a table."""
    PASSING = "passing"
    """A table for later steps of the same rebuild: of all facts, or of those within working
    sets."""
    TOUCHED = "touched"
    """Not a table: adds to a working set. It sees the new facts alone."""
    SUMMED = "summed"
    """Whole numbers summed over the rows of one KEYED table, by the columns of the grain: what
    is new there is added, what is gone is taken off."""


class Reader(Protocol):
    """What a function may ask of the warehouse while it is being rebuilt."""

    @property
    def params(self) -> Mapping[str, object]:
        """The values that statements bind."""
        ...

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows of a SELECT that sees the tables as the step's scope has them."""
        ...

    def stored(self, table: str, where: str = "true") -> pa.Table | None:
        """Return the rows of a table that earlier rebuilds made, None in a full rebuild."""
        ...

    def unseen(self, view: str, table: str, column: str) -> list[str]:
        """Return the sorted values of a view's column, nulls apart, that the table lacks."""
        ...


@dataclass(frozen=True, slots=True)
class Within:
    """Rows whose `column` is in a working set; without a column, the set has the rows.

    `named` is what the set calls the column, where it is another name.
    """

    column: str
    working: str
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """How a step's table is kept up to date.

    `key` (KEYED): the rows made again; a cluster deals rows out to functions by its column.
    A stored table that the step reads and that has the key's column is read within the same
    set; `reading` says so of tables that have other columns to go by. `marks`: columns of
    person ids; where a row differs from what it was, the persons in them are touched.
    `grows` (KEYED): rows are made whose key is in no set, too; where a set is empty, nothing
    changes of any other step. `needs`: kinds without which nothing changes. SUMMED: `reading`
    names the one table that is summed and the working set with those of its rows that were
    made again, as they were.
    """

    scope: Scope
    key: Within | None = None
    reading: Mapping[str, Within] | None = None
    marks: tuple[str, ...] = ()
    needs: tuple[FactKind, ...] = ()
    grows: bool = False


@dataclass(frozen=True, slots=True)
class SqlStep:
    """Fills a table from one statement."""

    statement: Statement
    renewal: Renewal

    @property
    def table(self) -> str:
        """The table it writes."""
        return self.statement.writes

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables and fact views it reads."""
        return self.statement.reads


@dataclass(frozen=True, slots=True)
class PythonStep:
    """Fills a table from a function, where a library decides what no SQL can say.

    `schema` need only be said of a table that is not stored. `whole`: which of the tables it
    reads a cluster shows to every part as they are, because they have no key: small ones.
    `clustered`: its rows come with equal ids side by side, so that the engine can pack them.
    """

    table: str
    reads: tuple[str, ...]
    make: Callable[[Reader], pa.Table | pa.RecordBatchReader]
    renewal: Renewal
    schema: pa.Schema | None = None
    whole: tuple[str, ...] = ()
    clustered: bool = False


Step = SqlStep | PythonStep
