"""A Spark standalone cluster on loopback: a master, and workers that can be killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
LIGHT = "-XX:TieredStopAtLevel=1"
"""For Java that runs for a minute or two: compiling well takes longer than it saves."""
_PATIENCE = 120


@dataclass
class Standalone:
    """The processes, each with its log and in a group of its own."""

    directory: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    url: str = ""

    def start(self, name: str, *arguments: str) -> None:
        environment = {
            **os.environ,
            "SPARK_HOME": str(HOME),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_NO_DAEMONIZE": "1",
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_WORKER_DIR": str(self.directory / name),
            "PYSPARK_PYTHON": sys.executable,
            "JAVA_TOOL_OPTIONS": LIGHT,
        }
        with self._log(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [str(HOME / "bin" / "spark-class"), *arguments],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for(self, name: str, pattern: str) -> str:
        """Return what the first group of the pattern finds in a process's log."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self.processes[name].poll() is None:
            found = re.search(pattern, self._log(name).read_text("utf-8", "replace"))
            if found:
                return found.group(1)
            time.sleep(0.2)
        raise TimeoutError(self._log(name).read_text("utf-8", "replace")[-2000:])

    def has_work(self, name: str) -> bool:
        """Say whether a worker runs an executor."""
        return any((self.directory / name).glob("app-*/*/stderr"))

    def kill(self, name: str) -> None:
        """Kill a process, and its executors with it, as a machine that loses its power."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _log(self, name: str) -> Path:
        return self.directory / f"{name}.log"


@contextmanager
def standalone(directory: Path, workers: int) -> Iterator[Standalone]:
    """Start a master and workers of one core each; everything is killed at the end."""
    cluster = Standalone(directory)
    try:
        cluster.start(
            "master",
            "org.apache.spark.deploy.master.Master",
            "--host", "127.0.0.1", "--port", "0", "--webui-port", "0",
        )  # fmt: skip
        port = cluster.wait_for("master", r"service 'sparkMaster' on port (\d+)")
        cluster.url = f"spark://127.0.0.1:{port}"
        for number in range(workers):
            cluster.start(
                f"worker-{number}",
                "org.apache.spark.deploy.worker.Worker",
                "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g",
                cluster.url,
            )  # fmt: skip
        for number in range(workers):
            cluster.wait_for(f"worker-{number}", r"(Successfully registered) with master")
        yield cluster
    finally:
        for name in list(cluster.processes):
            cluster.kill(name)
