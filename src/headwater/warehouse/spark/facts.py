"""Shows the facts, sealed and hot, as views `facts_<kind>` of a Spark session."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from headwater.domain.words import FactKind
from headwater.facts.schemas import SCHEMAS
from headwater.warehouse.fact_views import Facts
from headwater.warehouse.spark.types import spark_schema


def show(session: SparkSession, facts: Facts, directory: Path) -> None:
    """Define the views. Facts that no file holds yet are written to the directory first."""
    for kind in FactKind:
        schema = spark_schema(SCHEMAS[kind])
        paths = [local(file.path) for file in facts.files(kind)]
        hot = facts.hot(kind)
        if hot.num_rows:
            path = directory / f"hot_{kind}.parquet"
            pq.write_table(hot.select(SCHEMAS[kind].names), path)
            paths.append(local(path))
        if paths:
            found = session.read.schema(schema).parquet(*paths)
        else:
            found = session.createDataFrame([], schema)
        found.createOrReplaceTempView(f"facts_{kind}")


def local(path: Path) -> str:
    """Name a path of the mounted file systems, whatever Spark's own default one is."""
    return f"file://{path.absolute()}"
