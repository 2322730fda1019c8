"""Import leads in small chunks, in a process that someone is going to kill.

Writes one dot when it is ready and one for each chunk that is done.
"""

from __future__ import annotations

import sys
from pathlib import Path

from headwater.capture.importers import ImportOptions, run_import
from headwater.facts import FactStore


class Dots:
    def start(self, total: int, unit: str) -> None:
        del total, unit
        self.advance(0)

    def advance(self, amount: int) -> None:
        del amount
        sys.stdout.write(".")
        sys.stdout.flush()

    def finish(self) -> None:
        return


def main(directory: str, path: str, chunk_rows: str) -> None:
    with FactStore.open(Path(directory)) as store:
        options = ImportOptions(chunk_rows=int(chunk_rows))
        run_import(store, "leads", Path(path), options=options, progress=Dots())


main(*sys.argv[1:])
