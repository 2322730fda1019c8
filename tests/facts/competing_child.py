"""A process that appends numbered facts, some of which its rivals append too.

Run: python competing_child.py DIRECTORY NAME SIZE. Waits for a line on standard input, then
appends its own facts and the shared ones in batches of SIZE; prints how many were new.
"""

from __future__ import annotations

import sys
from pathlib import Path

from facts.appending_child import LIMITS, appended
from headwater.domain.words import FactKind
from headwater.facts import FactStore

ROWS = 1500


def main(directory: Path, name: str, size: int) -> None:
    rows = [
        row
        for number in range(ROWS)
        for row in (appended("shared", number), appended(name, number))
    ]
    with FactStore.open(directory, limits=LIMITS) as store:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        new = 0
        for start in range(0, len(rows), size):
            new += store.append(FactKind.EVENT, rows[start : start + size]).new
            if start // size % 5 == 0:
                store.seal()
    sys.stdout.write(f"{new}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
