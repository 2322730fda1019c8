"""DuckDB's bare scan and group by of the touches: nothing is attributed."""

from __future__ import annotations

from pathlib import Path

import duckdb
from measuring import Credit, main


def scan(file: Path) -> Credit:
    query = "select channel, count(*) from read_parquet(?) group by channel"
    duckdb.connect().execute(query, [str(file)]).fetchall()
    return {}


if __name__ == "__main__":
    main(lambda folder: folder / "touches.parquet", {"scan": scan})
