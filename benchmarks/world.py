"""CPU seconds and memory of making a world, without and with the fact store.

python benchmarks/world.py [EVENTS] [--store]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from headwater.facts import FactStore
from headwater.world import World, load


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made(events: int, seed: int) -> int:
    """Make all facts and let them go; returns how many there were."""
    return sum(table.num_rows for _, table in World(events, seed).batches())


def stored(events: int, seed: int) -> int:
    """Make all facts and put them into a new store; returns how many there were."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with FactStore.open(directory) as store:
            counts = load(World(events, seed), store, directory / "truth")
            assert store.counts() == counts
        return sum(counts.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", action="store_true", help="also write the facts")
    options = parser.parse_args()
    began = time.process_time()
    facts = (stored if options.store else made)(options.events, options.seed)
    spent = time.process_time() - began
    print(
        f"{options.events:,} events, {facts:,} facts: {spent:.1f} CPU seconds, "
        f"{spent / options.events * 1e6:.2f} per million events, "
        f"peak {_peak_megabytes():,.0f} MB"
    )


if __name__ == "__main__":
    main()
