"""Time all rule-based models against the engine's bare scan and group by.

    python benchmarks/attribution_rules.py [--touches 5000000] [--converting 1.0] [--credit]

Makes touches of 12 channels clustered by (person, time, id), five a person on average, in
Parquet; then prints CPU seconds of the bare scan + group by channel over that file, of reading
what the models need from it, of `attribute` under every model, and their ratio. `--converting`
is the share of persons with a conversion (1: every touch lies in a path). `--credit` also times
the credit of every single touch.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.attribution import MODELS, attribute, credit_batches
from headwater.domain.times import DAY

CHANNELS = [
    *["Paid Search", "Organic Search", "Direct", "Email", "Paid Social", "Organic Social"],
    *["Referral", "Display", "Affiliates", "Organic Video", "SMS", "Audio"],
]


def make(touches: int, converting: float) -> tuple[pa.Table, pa.Table]:
    """Return touches in order, and one conversion (lead, then opportunity) per converted."""
    draw = np.random.default_rng(7)
    lengths = draw.geometric(0.2, touches // 5)
    person = np.repeat(np.arange(lengths.size), lengths)
    start = np.repeat(draw.integers(0, 300 * DAY, lengths.size), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    age = np.cumsum(draw.exponential(3 * DAY, person.size)).astype(np.int64)
    touched_at = start + age - age[first]
    weights = draw.dirichlet(np.ones(len(CHANNELS)))
    codes = draw.choice(len(CHANNELS), person.size, p=weights).astype(np.int8)
    channel = pa.DictionaryArray.from_arrays(codes, CHANNELS)
    converted = np.flatnonzero(draw.random(lengths.size) < converting)
    last = touched_at[(np.cumsum(lengths) - 1)[converted]]
    lead = touched_at[(np.cumsum(lengths) - lengths)[converted]] + draw.integers(
        0, 10 * DAY, converted.size
    )
    return (
        pa.table(
            {
                "person_id": person,
                "touched_at": touched_at,
                "touch_id": np.arange(person.size),
                "channel": channel,
                "is_direct": codes == CHANNELS.index("Direct"),
            }
        ),
        pa.table(
            {
                "conversion_id": np.arange(converted.size),
                "person_id": converted,
                "anchored_at": last + draw.integers(0, 20 * DAY, converted.size),
                "value_minor": draw.integers(0, 1_000_000, converted.size),
                "lead_at": lead,
                "opportunity_at": lead + 5 * DAY,
            }
        ),
    )


def cpu(label: str, work: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    print(f"{label:54} {best:7.2f} s CPU")
    return best


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--touches", type=int, default=5_000_000)
    parser.add_argument("--converting", type=float, default=1.0)
    parser.add_argument("--credit", action="store_true")
    options = parser.parse_args()
    touches, conversions = make(options.touches, options.converting)
    print(f"{touches.num_rows:,} touches, {conversions.num_rows:,} conversions")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "touches.parquet"
        pq.write_table(touches, file, compression="zstd")
        del touches
        engine = duckdb.connect()
        query = f"select channel, count(*) from read_parquet('{file}') group by channel"  # noqa: S608
        scan = cpu("bare scan + group by channel", lambda: engine.execute(query).fetchall())

        def read() -> pa.Table:
            return pq.read_table(file, read_dictionary=["channel"])

        loaded = read()
        cpu("reading the touches", read)
        rules = cpu(
            f"attribute, {len(MODELS)} models",
            lambda: attribute(loaded, conversions, list(MODELS)),
        )
        whole = cpu("reading + attribute", lambda: attribute(read(), conversions, list(MODELS)))
        print(f"{'ratio to the scan':54} {rules / scan:7.2f} ({whole / scan:.2f} with reading)")
        if options.credit:
            cpu(
                f"credit of every touch, {len(MODELS)} models",
                lambda: [None for _ in credit_batches(loaded, conversions, list(MODELS))],
                1,
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{'peak memory (making the data included)':54} {peak:7.2f} GB")


if __name__ == "__main__":
    main()
