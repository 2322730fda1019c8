"""Time all models against what the engine takes for parts of the work on the same file.

    python benchmarks/attribution_rules.py [--touches 5000000] [--converting 0.1 1] [--texts]
                                           [--credit] [--engines FOLDER ...]

Makes touches of 12 channels clustered by (person, time, id), five a person on average, in
Parquet; then prints CPU seconds of all threads, each the least of `--repeats` rounds and each
from the file. The yardsticks:

    bare scan + group by channel       reads every column and makes nothing of it but its
                                       maximum, as the bare scan of `rebuild.py` does: the aims
                                       (2 for rules, 4 with models that learn) are against it
    one column + group by channel      reads one column of a byte a touch
    scan + group by person             what finding the paths needs at least
    scan + group by person, channel    what a rule that looks at each touch needs at least
    first touch of each person         one rule, in SQL, without conversions or a lookback
    reading                            the columns that models read, into Arrow

then `attribute` under every rule-based model, and these with `markov` and `shapley`, with their
ratios to the yardsticks. `--converting` is the share of persons with a conversion (1: every
touch lies in a path). `--engines` names folders with another release of DuckDB (`make
var/duckdb-1.5` makes one), which take the same yardsticks. `--texts`: ids are texts of 16
letters. `--credit` also times the credit of every single touch.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
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


NEEDED = ["person_id", "touched_at", "channel", "is_direct"]
"""The columns that rules read; `touch_id` only where times are the same, which none are."""
YARDSTICKS = {
    "bare scan + group by channel": (
        "select channel, count(*), max(person_id), max(touched_at), max(touch_id),"
        " max(is_direct) from {touches} group by channel"
    ),
    "one column + group by channel": "select channel, count(*) from {touches} group by channel",
    "scan + group by person": (
        "select count(*), max(touches) from"
        " (select person_id, count(*) as touches from {touches} group by person_id)"
    ),
    "scan + group by person, channel": (
        "select count(*), max(touches) from (select person_id, channel, count(*) as touches"
        " from {touches} group by person_id, channel)"
    ),
    "first touch of each person, by channel": (
        "select channel, count(*) from (select arg_min(channel, touched_at) as channel"
        " from {touches} group by person_id) group by channel"
    ),
}


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


def in_turns(works: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Return the least CPU seconds of each, run in turns: a machine is not always as quick."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(repeats):
        for name, work in works.items():
            began = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - began)
    return best


def yardsticks(file: str) -> dict[str, Callable[[], object]]:
    """Return each yardstick that is a statement, by its name."""
    engine = duckdb.connect()
    touches = f"read_parquet('{file}')"
    return {
        name: partial(_ask, engine, statement.format(touches=touches))
        for name, statement in YARDSTICKS.items()
    }


def _ask(engine: duckdb.DuckDBPyConnection, statement: str) -> object:
    return engine.execute(statement).fetchall()


def in_other_engine(folder: Path, file: Path, repeats: int) -> str:
    """Return the lines that a run with the engine in that folder prints."""
    done = subprocess.run(
        [sys.executable, __file__, "--yardsticks", str(file), "--repeats", str(repeats)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def show_engine(found: dict[str, float]) -> None:
    for name, seconds in found.items():
        print(f"DuckDB {duckdb.__version__}: {name:42} {seconds:7.3f} s CPU", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--touches", type=int, default=5_000_000)
    parser.add_argument("--converting", type=float, nargs="+", default=[0.1, 1.0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--credit", action="store_true")
    parser.add_argument(
        "--engines", type=Path, nargs="*", default=[Path("var/duckdb-1.5")], metavar="FOLDER"
    )
    parser.add_argument("--yardsticks", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.yardsticks:
        show_engine(in_turns(yardsticks(options.yardsticks), options.repeats))
        return
    for share in options.converting:
        touches, conversions = make(options.touches, share)
        if options.texts:
            touches = as_texts(touches, "person_id", "touch_id")
            conversions = as_texts(conversions, "person_id", "conversion_id")
        print(f"\n{touches.num_rows:,} touches, {conversions.num_rows:,} conversions")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "touches.parquet"
            pq.write_table(touches, file, compression="zstd")
            del touches
            time_all(file, conversions, options)


def works_on(
    file: Path, conversions: pa.Table, *, with_credit: bool
) -> dict[str, Callable[[], object]]:
    """Return what is set against the yardsticks, by name."""

    def run(*learned: str) -> object:
        return attribute(file, conversions, [*MODELS, *learned], bootstrap=None)

    def credit_all() -> int:
        batches = pq.ParquetFile(file, read_dictionary=["channel"]).iter_batches()
        return sum(one.num_rows for one in credit_batches(batches, conversions, list(MODELS)))

    found: dict[str, Callable[[], object]] = {
        f"attribute, {len(MODELS)} rule-based models": run,
        "the same with markov and shapley": lambda: run("markov", "shapley"),
    }
    return {**found, "credit of every touch": credit_all} if with_credit else found


def time_all(file: Path, conversions: pa.Table, options: argparse.Namespace) -> None:
    def read() -> None:
        stored = pq.ParquetFile(file, read_dictionary=["channel"])
        for _ in stored.iter_batches(131_072, columns=NEEDED):
            pass

    for folder in filter(Path.is_dir, options.engines):
        print(in_other_engine(folder, file, options.repeats), end="", flush=True)
    asked = yardsticks(str(file))
    works = works_on(file, conversions, with_credit=options.credit)
    took = in_turns({**asked, "reading": read, **works}, options.repeats)
    show_engine({name: took[name] for name in asked})
    print(f"{'reading ' + ', '.join(NEEDED):57} {took['reading']:7.3f} s CPU")
    beside = {
        "bare scan": took["bare scan + group by channel"],
        "one column": took["one column + group by channel"],
        "reading": took["reading"],
        "reading + group by person": took["reading"] + took["scan + group by person"],
    }
    for name in works:
        ratios = [f"{took[name] / one:.1f} x {what}" for what, one in beside.items()]
        print(f"{name:57} {took[name]:7.3f} s CPU: {', '.join(ratios)}", flush=True)


if __name__ == "__main__":
    main()
