"""What clients of the collector notice while a large backlog is sealed.

Puts events into the journal without sealing them, starts a collector on it, sends single events
over some connections without pause, and has another process seal everything, as the app does.
Prints how long answers took before and meanwhile, what was not answered 204, and how long the
sealing process held the write lock at most.

Run: python benchmarks/collector/backlog.py [--events 1000000] [--connections 8]
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from run import SITE, wait_until_healthy

from headwater.capture import snapshot
from headwater.capture.collector.supervising import Supervisor
from headwater.capture.snapshot import CaptureSnapshot
from headwater.domain.times import now_micros
from headwater.domain.words import FactKind
from headwater.facts import FactStore, fact_id

APPENDED = 10_000  # fewer than what goes to Parquet at once
BEFORE_SECONDS = 5
HEADERS = {"content-type": "text/plain", "origin": "https://example.com"}
SEALING = """
import sys, time
from pathlib import Path
from headwater.facts import FactStore
from headwater.facts.database import Database

longest = 0.0
plain = Database._transact

def timed(self, jobs):
    global longest
    began = time.monotonic()
    plain(self, jobs)
    longest = max(longest, time.monotonic() - began)

Database._transact = timed
with FactStore.open(Path(sys.argv[1])) as store:
    began = time.monotonic()
    rows = store.seal()
    print(rows, time.monotonic() - began, longest)
"""


@dataclass
class Load:
    """Connections that each send one event after the other."""

    url: str
    connections: int
    seen: list[tuple[float, float]] = field(default_factory=list)
    """When each answer came, and how long it took."""
    statuses: Counter[int] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Load:
        self.threads = [
            threading.Thread(target=self._send, args=(number,))
            for number in range(self.connections)
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _send(self, number: int) -> None:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        count = 0
        while not self.stopping.is_set():
            count += 1
            event = {
                "id": f"{number:04x}{count:028x}",
                "name": "page_view",
                "url": "https://example.com/",
            }
            told = json.dumps({"key": "hw_bench", "events": [event]})
            began = time.monotonic()
            connection.request("POST", "/e", told, HEADERS)
            answer = connection.getresponse()
            answer.read()
            ended = time.monotonic()
            self.seen.append((ended, ended - began))
            self.statuses[answer.status] += 1
            time.sleep(0.02)  # visitors, not a siege

    def told(self, name: str, since: float, until: float) -> None:
        took = sorted(length for ended, length in self.seen if since <= ended <= until)
        p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
        print(
            f"{name:<10}{len(took):>8,} answers   p50 {p50 * 1000:7.1f} ms   "
            f"p99 {p99 * 1000:7.1f} ms   longest {took[-1] * 1000:7.1f} ms"
        )


def pile_up(directory: Path, events: int) -> None:
    """Put events into the journal and leave them there."""
    now = now_micros()
    with FactStore.open(directory) as store:
        for start in range(0, events, APPENDED):
            rows = [
                {
                    "fact_id": fact_id("event", "example.com", f"piled-{number}"),
                    "occurred_at": now - number * 1000,
                    "received_at": now,
                    "origin": "collector",
                    "site": "example.com",
                    "visitor_id": f"{number % 50_000:032x}",
                    "name": "page_view",
                    "url": f"https://example.com/page-{number % 900}?utm_source=radio",
                    "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0 Safari",
                    "language": "en-GB",
                }
                for number in range(start, min(start + APPENDED, events))
            ]
            store.append(FactKind.EVENT, rows)


def main(given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(dir=given.directory) as folder:
        directory = Path(folder)
        pile_up(directory, given.events)
        snapshot.write(directory, CaptureSnapshot(sites=(SITE,)))
        with Supervisor(directory, port=0) as supervisor:
            wait_until_healthy(supervisor.url)
            with Load(supervisor.url, given.connections) as load:
                time.sleep(1)
                began = time.monotonic()
                time.sleep(BEFORE_SECONDS)
                sealing = time.monotonic()
                child = subprocess.run(
                    [sys.executable, "-c", SEALING, str(directory)],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                ended = time.monotonic()
        rows, seconds, longest = child.stdout.split()
        load.told("before", began, sealing)
        load.told("meanwhile", sealing, ended)
        print(f"answers by status: {dict(sorted(load.statuses.items()))}")
        print(
            f"{int(rows):,} rows sealed in {float(seconds):.1f} s; "
            f"the write lock was held for {float(longest):.2f} s at most"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--directory", type=Path, help="where the data directory is made")
    main(parser.parse_args())
