"""What a rebuild costs: of everything, and of a thousand persons; beside a bare scan.

    python benchmarks/rebuild.py [--events 10000000] [--data DIR]

Loads the synthetic company into DIR unless it is there, then prints CPU seconds and peak
memory of a full rebuild, of an incremental one that a thousand persons' new facts ask for, and
of DuckDB's bare scan of the same event files (every column read, nothing made of it). Each
runs in a process of its own. Goals at 10 M events: full <= 60 CPU seconds and <= 3 GB; a
thousand persons <= 1.5 s.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from headwater.domain.times import DAY, SECOND
from headwater.domain.words import FactKind
from headwater.facts import FactStore, fact_id
from headwater.facts.schemas import SCHEMAS
from headwater.warehouse import Warehouse
from headwater.workspace import Workspace
from headwater.world import World, load

ROUNDS = 4
"""The first reads the tables from disk; the app, which keeps them open, has the later ones."""
VISITORS = 910
"""Whose facts touch a thousand persons: some share an account, a key or a browser."""


def make(directory: Path, events: int) -> None:
    with FactStore.open(directory) as store:
        if not store.counts()[FactKind.EVENT]:
            load(World(events=events, seed=1), store, directory / "truth")


def full(directory: Path) -> None:
    with Workspace.open(directory) as workspace:
        workspace.rebuild(full=True)


def incremental(directory: Path) -> None:
    """Rebuild as a process does that has just opened the tables, then as the app does."""
    told = []
    with Workspace.open(directory) as workspace:
        for _ in range(ROUNDS):
            touch(workspace)
            before = time.process_time(), time.perf_counter()
            done = workspace.rebuild()
            cpu, wall = time.process_time() - before[0], time.perf_counter() - before[1]
            assert not done.is_full, done.reason
            told.append({"cpu": cpu, "wall": wall, "persons": done.touched_persons})
    print(json.dumps(told))


def scan(directory: Path) -> None:
    with FactStore.open(directory) as store, store.snapshot() as facts:
        files = [str(file.path) for file in facts.files(FactKind.EVENT)]
    read = ", ".join(f'max("{name}")' for name in SCHEMAS[FactKind.EVENT].names)
    warehouse = Warehouse.open(directory / "scan.duckdb")
    warehouse.query(f"select {read} from read_parquet($files)", {"files": files})
    warehouse.close()
    (directory / "scan.duckdb").unlink()


def touch(workspace: Workspace) -> None:
    """Append two page views for each of some visitors, and a form for one in ten."""
    seen = workspace.warehouse.query(
        "select visitor_id, max(ended_at) as last_at from sessions group by visitor_id"
        " order by md5(visitor_id || $now) limit $visitors",
        {"now": str(time.time_ns()), "visitors": VISITORS},
    ).to_pylist()
    for kind, chosen in ((FactKind.EVENT, seen), (FactKind.LEAD, seen[::10])):
        rows = [
            row for one in chosen for row in _facts(kind, one["visitor_id"], one["last_at"])
        ]
        workspace.facts.append(kind, rows)


def _facts(kind: FactKind, visitor: str, last_at: int) -> list[dict[str, object]]:
    common: dict[str, object] = {"visitor_id": visitor, "site": "kestrelrowe.example"}
    if kind is FactKind.LEAD:
        common |= {"email": f"{visitor}@example.org", "method": "form"}
        places = ["/quote"]
    else:
        common |= {"name": "page_view"}
        places = ["/?utm_source=newsletter&utm_medium=email", "/quote"]
    return [
        {
            **common,
            "fact_id": fact_id("benchmark", kind, visitor, str(last_at), place),
            "occurred_at": last_at + DAY + number * SECOND,
            "received_at": last_at + DAY + number * SECOND,
            "url": f"https://www.kestrelrowe.example{place}",
        }
        for number, place in enumerate(places)
    ]


def measured(what: str, directory: Path) -> tuple[float, float, str]:
    """Run one part in a process of its own: CPU seconds, peak memory in GB, what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, __file__, "--part", what, "--data", str(directory)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, after.ru_maxrss / 1e6, told.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--data", type=Path, default=Path("var/benchmark-rebuild"))
    parser.add_argument("--part", choices=["full", "incremental", "scan"])
    chosen = parser.parse_args()
    if chosen.part:
        globals()[chosen.part](chosen.data)
        return
    make(chosen.data, chosen.events)
    scan_cpu, _peak, _told = measured("scan", chosen.data)
    full_cpu, full_peak, _told = measured("full", chosen.data)
    _cpu, _peak, told = measured("incremental", chosen.data)
    print(f"bare scan of the events   {scan_cpu:7.1f} CPU s")
    print(
        f"full rebuild              {full_cpu:7.1f} CPU s  {full_peak:.2f} GB  "
        f"{full_cpu / scan_cpu:.1f} times the scan"
    )
    for number, part in enumerate(json.loads(told)):
        print(
            f"{part['persons']:5,} persons, {'later' if number else 'first'} round"
            f" {part['cpu']:7.2f} CPU s  {part['wall']:.2f} s by the clock"
        )


if __name__ == "__main__":
    main()
