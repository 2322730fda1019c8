"""CPU seconds and peak memory of attribution over files of growing size.

    python benchmarks/attribution_scale.py [--sizes 1000000 10000000 100000000] [--folder DIR]

Makes touches of 12 channels in Parquet, clustered by (person, time, id), five a person on
average, a tenth of the persons converting; then runs `attribute` on the files, every rule-based
model with `markov` and `shapley` (no intervals), each size in a process of its own, and prints
what that took. Cost grows in step with the touches; memory holds the conversions and a few
chunks.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.attribution import MODELS, attribute
from headwater.domain.times import DAY

SIZES = [1_000_000, 10_000_000, 100_000_000]
LEARNED = ["markov", "shapley"]
AT_ONCE = 200_000
"""Persons made at a time."""
CHANNELS = [f"Channel {number:02}" for number in range(12)]


def make(folder: Path, touches: int) -> None:
    """Write touches.parquet and conversions.parquet, a part of the persons at a time."""
    draw = np.random.default_rng(11)
    persons = touches // 5
    writers: dict[str, pq.ParquetWriter] = {}
    for first in range(0, persons, AT_ONCE):
        parts = part(draw, first, min(AT_ONCE, persons - first))
        for name, table in zip(("touches", "conversions"), parts, strict=True):
            if name not in writers:
                writers[name] = pq.ParquetWriter(
                    folder / f"{name}.parquet", table.schema, compression="zstd"
                )
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()


def part(draw: np.random.Generator, first: int, persons: int) -> tuple[pa.Table, pa.Table]:
    """Return the touches of some persons, and the conversions of a tenth of them."""
    lengths = draw.geometric(0.2, persons)
    heads = np.cumsum(lengths) - lengths
    size = int(lengths.sum())
    age = np.cumsum(draw.exponential(3 * DAY, size)).astype(np.int64)
    start = draw.integers(0, 300 * DAY, persons)
    touched_at = np.repeat(start - age[heads], lengths) + age
    weights = 1.0 / np.arange(1, len(CHANNELS) + 1)
    codes = draw.choice(len(CHANNELS), size, p=weights / weights.sum()).astype(np.int8)
    converting = np.flatnonzero(draw.random(persons) < 0.1)
    came_at, left_at = (
        touched_at[heads[converting]],
        touched_at[(heads + lengths - 1)[converting]],
    )
    touches = {
        "person_id": np.repeat(np.arange(first, first + persons), lengths),
        "touched_at": touched_at,
        # Unique within a person, which is all that ties in time need.
        "touch_id": np.arange(size) - np.repeat(heads, lengths),
        "channel": pa.DictionaryArray.from_arrays(codes, CHANNELS),
        "is_direct": codes == 2,
    }
    lead_at = came_at + draw.integers(0, 10 * DAY, converting.size)
    conversions = {
        "conversion_id": converting + first,
        "person_id": converting + first,
        "converted_at": left_at + draw.integers(0, 20 * DAY, converting.size),
        "value_minor": draw.integers(0, 1_000_000, converting.size),
        "lead_at": lead_at,
        "opportunity_at": lead_at + 5 * DAY,
    }
    return pa.table(touches), pa.table(conversions)


def measure(folder: Path) -> None:
    """Run the library on the files and print what it took, as JSON."""
    began, cpu = time.perf_counter(), time.process_time()
    models = [*MODELS, *LEARNED]
    found = attribute(
        folder / "touches.parquet", folder / "conversions.parquet", models, bootstrap=None
    )
    conversions = pq.ParquetFile(folder / "conversions.parquet").metadata.num_rows
    assert all(abs(one - conversions) < 1e-3 for one in found.totals["conversions"].to_pylist())
    took = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - began,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }
    print(json.dumps(took))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", type=Path, help="where to write the files for the while")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure)
        return
    print(f"{'touches':>12} {'files GB':>9} {'CPU s':>8} {'CPU s per M':>12} {'peak GB':>8}")
    for touches in options.sizes:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            make(Path(name), touches)
            stored = sum(one.stat().st_size for one in Path(name).iterdir()) / 1024**3
            done = subprocess.run(
                [sys.executable, __file__, "--measure", name],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            took = json.loads(done.stdout)
            print(
                f"{touches:>12,} {stored:>9.2f} {took['cpu']:>8.2f} "
                f"{took['cpu'] / touches * 1e6:>12.3f} {took['peak_gb']:>8.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
