"""Where Spark runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headwater.domain.errors import ConfigError

_MASTER: Final = re.compile(r"local(\[.+\])?|yarn|(spark|k8s)://.+")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Spark master: `spark://host:7077`, `yarn`, `k8s://...`, or `local[2]` for a try.

    `scratch`: a directory that every worker sees under the same path; tables are made there.
    `partitions`: how many pieces a shuffle makes; None for twice the cores there are.
    Whatever else is wanted of Spark (memory, cores) stands in its own `spark-defaults.conf`.
    Raises ConfigError for what is no master.
    """

    master: str
    scratch: Path
    partitions: int | None = None

    def __post_init__(self) -> None:
        if not _MASTER.fullmatch(self.master):
            raise ConfigError(
                f"'{self.master}' is no Spark master. Write one like spark://host:7077, yarn, "
                "k8s://https://host:443 or, for a try on this machine, local[2]."
            )
