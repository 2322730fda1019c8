"""ChannelAttribution (GPL-3): three heuristics in one call; Markov by simulation."""

from __future__ import annotations

import pandas as pd
from ChannelAttribution import heuristic_models, markov_model
from measuring import Credit, main

NAMES = ("path", "conversions", "value")


def heuristics(paths: pd.DataFrame) -> Credit:
    found = heuristic_models(paths, *NAMES, sep=">", flg_pro=False).set_index("channel_name")
    return {
        model: found[f"{model}_touch_conversions"].to_dict()
        for model in ("first", "last", "linear")
    }


def markov(paths: pd.DataFrame) -> Credit:
    found = markov_model(
        paths, *NAMES, var_null="nulls", sep=">", verbose=False, flg_pro=False
    ).set_index("channel_name")
    return {"markov": found["total_conversions"].to_dict()}


if __name__ == "__main__":
    main(
        lambda folder: pd.read_parquet(folder / "paths.parquet"),
        {"heuristics": heuristics, "markov": markov},
    )
