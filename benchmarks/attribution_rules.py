"""Time all models against the engine's bare scan and group by of the same file.

    python benchmarks/attribution_rules.py [--touches 5000000] [--converting 0.1] [--texts]
                                           [--credit]

Makes touches of 12 channels clustered by (person, time, id), five a person on average, in
Parquet; then prints CPU seconds, each the least of three runs and each from the file, of the
bare scan + group by channel, of reading the columns that models need, of `attribute` under
every rule-based model, and of these with `markov` and `shapley`; and their ratios to the scan.
`--converting` is the share of persons with a conversion (1: every touch lies in a path).
`--texts`: ids are texts of 16 letters. `--credit` also times the credit of every single touch.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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


def as_texts(table: pa.Table, *names: str) -> pa.Table:
    for name in names:
        place = table.schema.get_field_index(name)
        texts = pc.utf8_lpad(table.column(name).cast(pa.string()), 16, "0")
        table = table.set_column(place, name, texts)
    return table


def cpu(label: str, work: Callable[[], object], scan: float | None = None) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    ratio = "" if scan is None else f"{best / scan:8.1f} x the scan"
    print(f"{label:48} {best:7.2f} s CPU{ratio}")
    return best


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--touches", type=int, default=5_000_000)
    parser.add_argument("--converting", type=float, default=0.1)
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--credit", action="store_true")
    options = parser.parse_args()
    touches, conversions = make(options.touches, options.converting)
    if options.texts:
        touches = as_texts(touches, "person_id", "touch_id")
        conversions = as_texts(conversions, "person_id", "conversion_id")
    print(f"{touches.num_rows:,} touches, {conversions.num_rows:,} conversions")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "touches.parquet"
        pq.write_table(touches, file, compression="zstd")
        del touches
        time_all(file, conversions, with_credit=options.credit)


def time_all(file: Path, conversions: pa.Table, *, with_credit: bool) -> None:
    def run(*learned: str) -> object:
        return attribute(file, conversions, [*MODELS, *learned], bootstrap=None)

    def credit_all() -> int:
        batches = pq.ParquetFile(file, read_dictionary=["channel"]).iter_batches()
        return sum(one.num_rows for one in credit_batches(batches, conversions, list(MODELS)))

    engine = duckdb.connect()
    query = f"select channel, count(*) from read_parquet('{file}') group by channel"
    scan = cpu("bare scan + group by channel", lambda: engine.execute(query).fetchall())
    cpu("reading the touches", lambda: pq.read_table(file, read_dictionary=["channel"]), scan)
    cpu(f"attribute, {len(MODELS)} rule-based models", run, scan)
    cpu("the same with markov and shapley", lambda: run("markov", "shapley"), scan)
    if with_credit:
        cpu("credit of every touch", credit_all, scan)


if __name__ == "__main__":
    main()
