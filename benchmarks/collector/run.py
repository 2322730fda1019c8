"""Requests per CPU-second of the collector, with every answer after the disk has the events.

Three servers of one process each are asked in turns, over loopback, by wrk (apt install wrk):
the bare server that answers 204 and nothing else; the collector with one event of about 270
bytes a request; the collector with batches of 100. CPU is that of the server process alone, the
thread that commits included. The bare server is the collector's (uvicorn with httptools, uvloop
and the same limits) with the least ASGI application; the collector takes plain events without
ASGI, which is part of what makes it cheap (docs/explanation/capture.md, "The short way"). Each
is asked for a few seconds and then the next, several times over: a machine whose speed changes
is as slow for one as for another. Times of answers are the median of the rounds, the longest is
that of all.

Run: python benchmarks/collector/run.py [--seconds 2] [--rounds 7] [--connections 64]
                                        [--json FILE]
     python benchmarks/collector/run.py --workers [--seconds 2]

Batches come over an eighth of the connections: they keep a server as busy. With `--workers` one
worker process is held against two instead: requests per second by the clock, and whose CPU the
machine's seconds went to, for the load comes from the same cores.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from headwater.capture import snapshot
from headwater.capture.collector.supervising import Supervisor
from headwater.capture.snapshot import CaptureSnapshot, Site
from headwater.domain.words import FactKind
from headwater.facts import FactStore

HERE = Path(__file__).parent
SITE = Site(domain="example.com", write_keys=("hw_bench",))
TICKS = os.sysconf("SC_CLK_TCK")
WARM_UP = 1


@dataclass(frozen=True)
class Measured:
    """What one load came to; `cpu` is the server's seconds, `load_cpu` those of who asks."""

    name: str
    requests: int
    events: int
    seconds: float
    cpu: float
    p50_ms: float
    p99_ms: float
    longest_ms: float
    load_cpu: float = 0.0

    @property
    def per_cpu_second(self) -> float:
        return self.requests / self.cpu


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_of_children() -> float:
    """Return the seconds of the processes that were run to their end: of wrk, while it runs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def load(url: str, seconds: float, connections: int, size: int) -> dict[str, Any]:
    told = subprocess.run(
        [
            *(
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{seconds:g}s",
                "-s",
                str(HERE / "load.lua"),
            ),
            *(url, "--", str(size)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    assert not found["wrong"], f"{found['wrong']} answers were no success"
    assert not found["failed"], f"{found['failed']} requests failed"
    return found


def measure(
    name: str, url: str, pids: list[int], size: int, given: argparse.Namespace
) -> Measured:
    connections = connections_of(size, given)
    before, asking = sum(map(cpu_seconds, pids)), cpu_of_children()
    found = load(url, given.seconds, connections, size)
    cpu = sum(map(cpu_seconds, pids)) - before
    return Measured(
        name,
        found["requests"],
        found["requests"] * size,
        found["seconds"],
        cpu,
        found["p50_ms"],
        found["p99_ms"],
        found["longest_ms"],
        cpu_of_children() - asking,
    )


def connections_of(size: int, given: argparse.Namespace) -> int:
    return int(max(1, given.connections // (8 if size > 1 else 1)))


def together(rounds: list[Measured]) -> Measured:
    """Return what the rounds of one load came to."""
    return Measured(
        rounds[0].name,
        sum(one.requests for one in rounds),
        sum(one.events for one in rounds),
        sum(one.seconds for one in rounds),
        sum(one.cpu for one in rounds),
        median(one.p50_ms for one in rounds),
        median(one.p99_ms for one in rounds),
        max(one.longest_ms for one in rounds),
        sum(one.load_cpu for one in rounds),
    )


@contextmanager
def bare() -> Iterator[tuple[str, list[int]]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        port, fd = listener.getsockname()[1], listener.fileno()
        script = [sys.executable, str(HERE / "bare.py"), str(fd)]
        with subprocess.Popen(script, pass_fds=[fd]) as process:
            time.sleep(1.5)
            try:
                yield f"http://127.0.0.1:{port}/e", [process.pid]
            finally:
                process.terminate()


@contextmanager
def collecting(directory: Path, workers: int = 1) -> Iterator[tuple[str, list[int]]]:
    snapshot.write(directory, CaptureSnapshot(sites=(SITE,)))
    with Supervisor(directory, port=0, workers=workers) as supervisor:
        wait_until_healthy(supervisor.url)
        yield f"{supervisor.url}/e", supervisor.pids()


def wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("The collector does not answer.")


def stored(directory: Path) -> int:
    with FactStore.open(directory) as store:
        return store.counts()[FactKind.EVENT]


def main(given: argparse.Namespace) -> None:
    with ExitStack() as stack:
        loads = [("bare 204", 1, *stack.enter_context(bare()))]
        kept: dict[str, Path] = {}
        for name, size in (("one event, durable", 1), ("batch of 100, durable", 100)):
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=given.directory))
            kept[name] = Path(folder)
            loads.append((name, size, *stack.enter_context(collecting(kept[name]))))
        for _name, size, url, _pids in loads:
            load(url, WARM_UP, connections_of(size, given), size)
        rounds = [
            [measure(name, url, pids, size, given) for name, size, url, pids in loads]
            for _ in range(given.rounds)
        ]
        results = [together(list(those)) for those in zip(*rounds, strict=True)]
        for one in results[1:]:
            there = stored(kept[one.name])
            assert there >= one.events, f"{there} stored of {one.events} answered"
    report(results, given)


def compare_workers(given: argparse.Namespace) -> None:
    """Print what one and two workers do with single events, and where the CPU went."""
    cores = os.cpu_count() or 1
    print(f"{'':<12}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}   CPU of {cores} cores")
    for workers in (1, 2):
        with tempfile.TemporaryDirectory(dir=given.directory) as folder:
            directory = Path(folder)
            with collecting(directory, workers) as (url, pids):
                load(url, WARM_UP, given.connections, 1)
                found = measure(f"{workers} worker(s)", url, pids, 1, given)
        whole = found.seconds * cores
        print(
            f"{found.name:<12}{found.requests / found.seconds:>9,.0f}{found.p50_ms:>9.1f}"
            f"{found.p99_ms:>9.1f}   collector {found.cpu / whole:.0%}, "
            f"load {found.load_cpu / whole:.0%}, "
            f"else or idle {1 - (found.cpu + found.load_cpu) / whole:.0%}"
        )


def report(results: list[Measured], given: argparse.Namespace) -> None:
    print(
        f"{'':<24}{'req/s':>9}{'req/CPU-s':>11}{'events/CPU-s':>14}"
        f"{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}"
    )
    for one in results:
        print(
            f"{one.name:<24}{one.requests / one.seconds:>9,.0f}{one.per_cpu_second:>11,.0f}"
            f"{one.events / one.cpu:>14,.0f}{one.p50_ms:>9.1f}{one.p99_ms:>9.1f}"
            f"{one.longest_ms:>9.1f}"
        )
    share = results[1].per_cpu_second / results[0].per_cpu_second
    print(f"\nOne durable event costs what {1 / share:.2f} bare answers cost: {share:.0%}.")
    if given.json:
        told = [asdict(one) | {"per_cpu_second": one.per_cpu_second} for one in results]
        text = json.dumps({"results": told, "share_of_bare": share}, indent=1)
        given.json.write_text(text + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=2, help="of each round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--directory", type=Path, help="where the data directory is made")
    parser.add_argument("--workers", action="store_true", help="hold one against two")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    if shutil.which("wrk") is None:
        sys.exit("This measures with wrk: apt-get install wrk.")
    asked = parser.parse_args()
    compare_workers(asked) if asked.workers else main(asked)
