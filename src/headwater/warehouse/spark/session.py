"""Opens a session on a Spark cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from headwater.domain.errors import ConfigError
from headwater.warehouse.spark.cluster import Cluster


@contextmanager
def open_session(cluster: Cluster) -> Iterator[SparkSession]:
    """Start an application on the cluster and end it again; ConfigError where it will not."""
    builder = (
        SparkSession.builder.appName("headwater")
        .master(cluster.master)
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.maxResultSize", "0")
    )
    if cluster.master.startswith("local"):
        builder = builder.config("spark.ui.enabled", "false")
    # Spark reads this from the environment alone, and would else take any `python3`.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        raise ConfigError(
            f"Spark cannot be started on '{cluster.master}': {said(error)}. It needs Java 17 "
            "or newer here, and a master that answers."
        ) from error
    partitions = cluster.partitions or 2 * session.sparkContext.defaultParallelism
    session.conf.set("spark.sql.shuffle.partitions", str(partitions))
    try:
        yield session
    finally:
        session.stop()


def said(error: Exception) -> str:
    """Return what an error of Spark says, without the trace of its Java side."""
    lines = str(error).strip().splitlines()
    own = takewhile(lambda line: line.strip() and not line.startswith("\tat "), lines)
    return " ".join(own).rstrip(".")
