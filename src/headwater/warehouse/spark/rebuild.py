"""A full rebuild on a Spark cluster, and its tables taken into the warehouse."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from headwater.domain.errors import StoreError
from headwater.warehouse.engine import Warehouse
from headwater.warehouse.fact_views import Facts
from headwater.warehouse.rebuild import Plan, Rebuilt, rebuild
from headwater.warehouse.spark.cluster import Cluster
from headwater.warehouse.spark.facts import show
from headwater.warehouse.spark.run import SparkRun
from headwater.warehouse.spark.session import open_session, said
from headwater.warehouse.spark.shapes import shapes
from headwater.warehouse.steps import PythonStep, Reader, Renewal, Scope, Step

Tell = Callable[[str, int, int], None]


def rebuild_on_spark(
    warehouse: Warehouse,
    facts: Facts,
    plan: Plan,
    cluster: Cluster,
    tell: Tell = lambda _table, _done, _of: None,
) -> Rebuilt:
    """Make every derived table on Spark from the facts' files, then store them at once.

    Until all of them are made, readers see the tables as they were; a rebuild that fails
    leaves them so. `cluster.scratch` and the facts' files must be seen by every worker under
    the same paths. Raises StoreError, and ConfigError where Spark will not start.
    """
    made = shapes(plan)
    with _scratch(cluster.scratch) as directory:
        try:
            with open_session(cluster) as session:
                show(session, facts, directory)
                run = SparkRun(session, directory, plan.params, made)
                for number, step in enumerate(plan.steps):
                    tell(step.table, number, len(plan.steps))
                    run.make(step)
        except (PySparkException, Py4JError) as error:
            raise StoreError(
                f"The derived tables could not be made on Spark: {said(error)}. They are as "
                "they were."
            ) from error
        tell("storing", len(plan.steps), len(plan.steps))
        steps = _taken(plan, directory, made)
        return rebuild(warehouse, facts, replace(plan, steps=steps), full=True)


@contextmanager
def _scratch(directory: Path) -> Iterator[Path]:
    """Lend a directory of our own, without what a killed rebuild left in it."""
    own = directory.absolute() / "headwater-spark"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _taken(plan: Plan, directory: Path, made: Mapping[str, pa.Schema]) -> list[Step]:
    """Return the plan's steps as those that take their tables from files."""
    steps: list[Step] = []
    for step in plan.steps:
        path = directory / step.table
        if step.renewal.scope is Scope.PASSING:
            continue
        if path.exists():
            read = partial(_read, path, made[step.table])
            steps.append(PythonStep(step.table, (), read, Renewal(scope=Scope.WHOLE)))
        elif step.renewal.scope is Scope.STORED_VIEW:
            steps.append(step)
    return steps


def _read(path: Path, schema: pa.Schema, _reader: Reader) -> pa.RecordBatchReader:
    return ds.dataset(path, schema=schema, format="parquet").scanner().to_reader()
