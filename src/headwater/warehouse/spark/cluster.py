"""Where Spark runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Spark master: `spark://host:7077`, `yarn`, `k8s://...`, or `local[2]` for a try.

    `scratch`: a directory that every worker sees under the same path; tables are made there.
    `partitions`: how many pieces a shuffle makes; None for twice the cores there are.
    Whatever else is wanted of Spark (memory, cores) stands in its own `spark-defaults.conf`.
    """

    master: str
    scratch: Path
    partitions: int | None = None
