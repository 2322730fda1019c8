"""CPU seconds of appending facts: through the journal, in bulk, sealing, and with originals.

Run: python benchmarks/append.py [EVENTS]    (default 1,000,000 in bulk)
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from headwater.domain.times import DAY
from headwater.domain.words import FactKind
from headwater.facts import FactStore, fact_id

CHUNK = 1_000_000
START = 1_700_000_000_000_000


@contextmanager
def measured(what: str, facts: int) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{what:<34}{facts:>10,} facts  {cpu:7.2f} s CPU  {wall:7.2f} s  "
        f"{cpu / facts * 1e5:6.2f} s CPU per 100k  peak {peak:,} MB"
    )


def rows(start: int, count: int) -> list[dict[str, object]]:
    return [
        {
            "fact_id": fact_id("append", str(number)),
            "occurred_at": START + number * 1000,
            "received_at": START + number * 1000,
            "visitor_id": f"visitor-{number % 977}",
            "name": "page_view",
            "url": f"https://example.com/products/{number % 50}?utm_source=google",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/130.0",
        }
        for number in range(start, start + count)
    ]


def table(chunk: int, count: int) -> pa.Table:
    rng = np.random.default_rng(chunk)
    digits = rng.bytes(16 * count).hex()
    ids = [digits[start : start + 32] for start in range(0, len(digits), 32)]
    at = START + rng.integers(0, 730 * DAY, count)
    pages = [f"https://example.com/products/{n}?utm_source=google" for n in range(500)]
    agents = [f"Mozilla/5.0 (Windows NT 10.0) Chrome/{n}.0 Safari/537.36" for n in range(100)]
    visitors = rng.integers(0, 2_000_000, count)
    return pa.table(
        {
            "fact_id": ids,
            "occurred_at": at,
            "received_at": at,
            "visitor_id": [f"{number:016x}" for number in visitors],
            "name": pa.array(["page_view"] * count),
            "site": pa.array(["example.com"] * count),
            "url": pa.array(pages).take(pa.array(rng.integers(0, 500, count))),
            "user_agent": pa.array(agents).take(pa.array(rng.integers(0, 100, count))),
        }
    )


def main(events: int) -> None:
    with tempfile.TemporaryDirectory() as folder, FactStore.open(Path(folder)) as store:
        batches = [rows(start, 1000) for start in range(0, 100_000, 1000)]
        with measured("journal, batches of 1,000", 100_000):
            for batch in batches:
                store.append(FactKind.EVENT, batch)
        singles = rows(100_000, 2000)
        with measured("journal, one by one", len(singles)):
            for row in singles:
                store.append(FactKind.EVENT, [row])
        with measured("seal", 102_000):
            store.seal()
        leads = [
            {name: row[name] for name in ("fact_id", "occurred_at", "received_at")}
            | {"email": f"person{number}@example.com", "person_name": "Anna", "message": "Hi"}
            for number, row in enumerate(rows(200_000, 100_000))
        ]
        with measured("leads with originals, in bulk", len(leads)):
            store.append(FactKind.LEAD, leads)
        for chunk in range(-(-events // CHUNK)):
            part = table(chunk, min(CHUNK, events - chunk * CHUNK))
            with measured("bulk", part.num_rows):
                store.append(FactKind.EVENT, part)
        with measured("compact", events):
            store.compact()
        with measured("check, deep", events):
            assert store.check(deep=True) == []


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CHUNK)
