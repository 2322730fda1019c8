"""What a report asks of the store, and how its statements are put together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from headwater.warehouse.sql import load

_NAME = re.compile(r"\$([a-z_][a-z0-9_]*)")


class Source(Protocol):
    """Anything that answers a SELECT over the derived tables, such as the warehouse."""

    def query(
        self,
        sql: str,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """Return the rows; `tables` hide stored tables of the same name in this query alone."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """A composed SELECT with the values it binds and the Arrow tables it reads."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)

    def ask(self, source: Source) -> pa.Table:
        """Return the rows, binding only the values that the text names."""
        named = set(_NAME.findall(self.text))
        params = {name: value for name, value in self.params.items() if name in named}
        return source.query(self.text, params, self.tables)


def statement(name: str) -> str:
    """Return the text of one of this package's .sql files."""
    return load("reports", name).text


def ask(
    source: Source,
    name: str,
    params: Mapping[str, object] | None = None,
    tables: Mapping[str, pa.Table] | None = None,
) -> pa.Table:
    """Return the rows of one of this package's .sql files."""
    return Question(statement(name), params or {}, tables or {}).ask(source)
