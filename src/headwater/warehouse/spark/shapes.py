"""The columns of every derived table, as DuckDB makes them.

Engines disagree on the type of a sum or of a literal. Whatever Spark makes is cast to the type
that DuckDB gives the column, so that incremental rebuilds can go on from its tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.facts import LakeFile
from headwater.facts.schemas import SCHEMAS
from headwater.warehouse.engine import Warehouse
from headwater.warehouse.rebuild import Plan, rebuild
from headwater.warehouse.steps import PythonStep


class _NoFacts:
    """The view of a fact store that has nothing yet."""

    watermark = -1

    def files(self, _kind: FactKind) -> list[LakeFile]:
        return []

    def hot(self, kind: FactKind, _since: int = -1) -> pa.Table:
        return SCHEMAS[kind].empty_table()


def shapes(plan: Plan) -> Mapping[str, pa.Schema]:
    """Return the schema of each table that a rebuild makes, by making them of no facts."""
    with TemporaryDirectory() as directory:
        warehouse = Warehouse.open(Path(directory) / "shapes.duckdb")
        try:
            rebuild(warehouse, _NoFacts(), plan, full=True)
            told = {
                step.table: step.schema
                for step in plan.steps
                if isinstance(step, PythonStep) and step.schema is not None
            }
            return told | {
                step.table: warehouse.query(f"from {step.table} limit 0").schema
                for step in plan.steps
                if warehouse.has_table(step.table)
            }
        finally:
            warehouse.close()
