"""A process to be killed: seals what the collector takes in, as the app does.

Run: python sealing_child.py DIRECTORY. Prints a line after each sealing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from headwater.facts import FactStore, Limits


def main(directory: Path) -> None:
    store = FactStore.open(directory, limits=Limits(seal_rows=200))
    while True:
        store.seal()
        store.tidy()
        sys.stdout.write("sealed\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
