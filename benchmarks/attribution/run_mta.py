"""mta, told to keep repeated channels, to spread by touches, and not to round."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from measuring import Credit, main
from mta import MTA


def load(folder: Path) -> pd.DataFrame:
    paths = pd.read_parquet(folder / "paths.parquet", columns=["path", "conversions", "nulls"])
    return paths.set_axis(["path", "total_conversions", "total_null"], axis=1)


def read(paths: pd.DataFrame) -> MTA:
    return MTA(paths, allow_loops=True, add_timepoints=False, normalize_by_default=False)


def heuristics(paths: pd.DataFrame) -> Credit:
    found = read(paths).first_touch().last_touch().linear(share="proportional").attribution
    return {
        "first": found["first_touch"],
        "last": found["last_touch"],
        "linear": found["linear"],
    }


def markov(paths: pd.DataFrame) -> Credit:
    """Return what its removal effects share out: effects are all it gives."""
    effects = read(paths).markov().attribution["markov"]
    each = paths["total_conversions"].sum() / sum(effects.values())
    return {"markov": {channel: effect * each for channel, effect in effects.items()}}


def shapley(paths: pd.DataFrame) -> Credit:
    return {"shapley": read(paths).shapley().attribution["shapley"]}


if __name__ == "__main__":
    main(load, {"heuristics": heuristics, "markov": markov, "shapley": shapley})
