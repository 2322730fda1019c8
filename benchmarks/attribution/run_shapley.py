"""shapley-attribution: set-based Shapley and its baselines; it has no Markov."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from measuring import Credit, main
from shapley_attribution import (
    FirstTouchAttribution,
    LastTouchAttribution,
    LinearAttribution,
    SimplifiedShapleyAttribution,
)

Journeys = tuple[list[list[str]], list[int]]


def load(folder: Path) -> Journeys:
    table = pq.read_table(folder / "paths.parquet", columns=["path", "conversions"])
    paths = [text.split(" > ") for text in table["path"].to_pylist()]
    return paths, table["conversions"].to_pylist()


def heuristics(journeys: Journeys) -> Credit:
    kinds = {
        "first": FirstTouchAttribution,
        "last": LastTouchAttribution,
        "linear": LinearAttribution,
    }
    return {
        model: kind(normalize=False).fit(*journeys).get_attribution()
        for model, kind in kinds.items()
    }


def shapley(journeys: Journeys) -> Credit:
    fitted = SimplifiedShapleyAttribution(normalize=False).fit(*journeys)
    return {"shapley": fitted.get_attribution()}


if __name__ == "__main__":
    main(load, {"heuristics": heuristics, "shapley": shapley})
