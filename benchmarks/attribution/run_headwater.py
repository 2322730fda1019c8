"""Headwater over a table of paths in memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from measuring import Credit, main

from headwater.attribution import Attribution, attribute_paths

PARTS = {
    "heuristics": ["first", "last", "linear"],
    "markov": ["markov"],
    "shapley": ["shapley"],
    "together": ["first", "last", "linear", "markov", "shapley"],
}


def by_channel(found: Attribution) -> Credit:
    credit: dict[str, dict[str, float]] = {}
    for row in found.credit.select(["model", "channel", "conversions"]).to_pylist():
        if row["channel"] != "(no touch)":
            credit.setdefault(row["model"], {})[row["channel"]] = row["conversions"]
    return credit


def load(folder: Path) -> pa.Table:
    return pq.read_table(folder / "paths.parquet")


def run(models: list[str], paths: pa.Table) -> Credit:
    return by_channel(attribute_paths(paths, models, separator=" > ", bootstrap=None))


if __name__ == "__main__":
    main(load, {part: partial(run, models) for part, models in PARTS.items()})
