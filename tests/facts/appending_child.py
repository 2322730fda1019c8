"""A process to be killed: appends, seals and compacts, and says what was acknowledged.

Run: python appending_child.py DIRECTORY RUN. Prints one line `RUN FIRST COUNT` after each
append that has returned.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from threading import Thread

from facts.rows import event, lead
from headwater.domain.words import FactKind
from headwater.facts import FactStore, ImportMark, Limits, Sealer, fact_id

LIMITS = Limits(bulk_rows=300, slice_rows=400, seal_rows=150, file_rows=2000, patience=20.0)
SIZES = (1, 7, 40, 350, 3, 900, 120)


def appended(run: str, number: int) -> dict[str, object]:
    return event(number) | {"fact_id": fact_id(run, str(number)), "title": f"{run}:{number}"}


def keep_appending(store: FactStore, run: str) -> None:
    first = 0
    for turn in count():
        size = SIZES[turn % len(SIZES)]
        rows = [appended(run, number) for number in range(first, first + size)]
        store.append(FactKind.EVENT, rows, mark=ImportMark(run, first + size))
        sys.stdout.write(f"{run} {first} {size}\n")
        sys.stdout.flush()
        first += size


def keep_capturing(store: FactStore, run: str) -> None:
    for number in count():
        row = lead(number) | {"fact_id": fact_id(run, "lead", str(number))}
        store.append(FactKind.LEAD, [row])
        sys.stdout.write(f"{run} lead {number}\n")
        sys.stdout.flush()


def main(directory: Path, run: str) -> None:
    store = FactStore.open(directory, limits=LIMITS)
    Sealer(store, every=0.05, rows=500, poll=0.01).start()
    Thread(target=keep_capturing, args=(store, run), daemon=True).start()
    Thread(target=keep_compacting, args=(store,), daemon=True).start()
    keep_appending(store, run)


def keep_compacting(store: FactStore) -> None:
    while True:
        store.compact()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
