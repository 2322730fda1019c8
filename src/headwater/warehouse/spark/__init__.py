"""The derived tables made on Apache Spark, where one machine is too small for a full rebuild.

Reads the facts' Parquet files, runs the same steps as `warehouse.rebuild` (statements said in
Spark SQL by `translation`, functions on the driver or in parts on the workers) and hands the
tables to the warehouse. Start at `rebuild`. Needs the `spark` extra; nothing else imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from headwater.domain.errors import ConfigError
from headwater.warehouse.engine import Warehouse
from headwater.warehouse.fact_views import Facts
from headwater.warehouse.rebuild import Plan, Rebuilt
from headwater.warehouse.spark.cluster import Cluster

__all__ = ["Cluster", "rebuild_on_spark"]


def rebuild_on_spark(
    warehouse: Warehouse,
    facts: Facts,
    plan: Plan,
    cluster: Cluster,
    tell: Callable[[str, int, int], None] = lambda _table, _done, _of: None,
) -> Rebuilt:
    """Make every derived table on Spark, then store them: see `rebuild.rebuild_on_spark`.

    Raises ConfigError where the `spark` extra is not installed.
    """
    missing = [name for name in ("pyspark", "sqlglot", "pandas") if find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"Spark needs Python packages that are not installed here ({', '.join(missing)}): "
            "run `pip install 'headwater[spark]'`, on the workers too."
        )
    made: Rebuilt = import_module("headwater.warehouse.spark.rebuild").rebuild_on_spark(
        warehouse, facts, plan, cluster, tell
    )
    return made
