"""Asks the statements of `web/sql`."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from headwater.reports.source import Question
from headwater.warehouse.sql import load
from headwater.web import house


def ask(name: str, params: Mapping[str, object] | None = None) -> pa.Table:
    """Return the rows of one of this package's .sql files."""
    question = Question(load("web", name).text, params or {})
    return question.ask(house.workspace().warehouse)
