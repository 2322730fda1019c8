"""A process to be killed: erases one person, over and over.

Run: python erasing_child.py DIRECTORY EMAIL
"""

from __future__ import annotations

import sys
from pathlib import Path

from facts.appending_child import LIMITS
from headwater.facts import FactStore, PersonKeys


def main(directory: Path, email: str) -> None:
    store = FactStore.open(directory, limits=LIMITS)
    sys.stdout.write("erasing\n")
    sys.stdout.flush()
    while True:
        store.erase(PersonKeys(emails=(email,)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
