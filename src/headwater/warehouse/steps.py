"""What a stage asks the warehouse to make: one table, from one statement or one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import pyarrow as pa

from headwater.warehouse.sql import Statement


class Scope(StrEnum):
    """Which rows of a step's table are made again when only some facts are new."""

    NEW_FACTS = "new facts"
    """The table only grows: the statement is run over the new facts alone."""
    VISITOR = "visitor"
    """The rows of visitors with new events; the table has a `visitor_id`."""
    PERSON = "person"
    """The rows of touched persons; the table has a `person_id`."""
    WHOLE = "whole"
    """All rows: small tables, and those whose every row may change."""
    VIEW = "view"
    """Nothing is stored: later steps of the same rebuild read the statement itself."""
    STORED_VIEW = "stored view"
    """Nothing is stored but the statement: everyone reads it like a table."""
    TOUCHED = "touched"
    """Not a table: adds to `touched_persons` or `person_visitors` before later steps."""


class Reader(Protocol):
    """What a function may ask of the warehouse while it is being rebuilt."""

    @property
    def params(self) -> Mapping[str, object]:
        """The values that statements bind."""
        ...

    def query(self, sql: str, params: Mapping[str, object] | None = None) -> pa.Table:
        """Return the rows of a SELECT that sees the tables as the step's scope has them."""
        ...

    def unseen(self, view: str, table: str, column: str) -> list[str]:
        """Return the sorted values of a view's column that the stored table has not."""
        ...


@dataclass(frozen=True, slots=True)
class SqlStep:
    """Fills a table from one statement.

    `marks` names columns that hold person ids: where a row of a WHOLE table differs from
    what it was, the persons in them are touched.
    """

    statement: Statement
    scope: Scope
    marks: tuple[str, ...] = ()

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
    """Fills a table from a function, where a library decides what no SQL can say."""

    table: str
    reads: tuple[str, ...]
    scope: Scope
    make: Callable[[Reader], pa.Table | pa.RecordBatchReader]
    marks: tuple[str, ...] = ()


Step = SqlStep | PythonStep
