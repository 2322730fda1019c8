"""DuckDB's scan and group by of the touches: nothing is attributed.

The bare scan reads every column, and makes nothing of it but its maximum, as `rebuild.py` does;
`one column` reads the channel alone, of which no model can be had.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb
from measuring import Credit, main

EVERY = "channel, count(*), max(person_id), max(touched_at), max(touch_id)"
ONE = "channel, count(*)"


def scan(columns: str, file: Path) -> Credit:
    query = f"select {columns} from read_parquet(?) group by channel"
    duckdb.connect().execute(query, [str(file)]).fetchall()
    return {}


if __name__ == "__main__":
    main(
        lambda folder: folder / "touches.parquet",
        {"scan": partial(scan, EVERY), "one column": partial(scan, ONE)},
    )
