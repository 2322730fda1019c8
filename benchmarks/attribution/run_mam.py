"""marketing-attribution-models, from grouped journeys; Shapley with its usual sets of four."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from mam.core import MAM
from measuring import Credit, main


def load(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "paths.parquet").select(
        "path", pl.col("conversions") > 0, pl.lit(1).alias("times")
    )


def read(paths: pl.DataFrame) -> MAM:
    return MAM(
        paths,
        format_type="grouped_journey",
        channels_colname="path",
        journey_with_conv_colname="conversions",
        occurrences_colname="times",
    )


def by_channel(table: pl.DataFrame) -> dict[str, float]:
    names, amounts = table.columns[:2]
    return dict(zip(table[names].cast(pl.String), table[amounts], strict=True))


def heuristics(paths: pl.DataFrame) -> Credit:
    journeys = read(paths)
    return {
        "first": by_channel(journeys.run_first_click().to_polars()),
        "last": by_channel(journeys.run_last_click().to_polars()),
        "linear": by_channel(journeys.run_linear().to_polars()),
    }


def markov(paths: pl.DataFrame) -> Credit:
    return {"markov": by_channel(read(paths).run_markov().to_polars())}


def shapley(paths: pl.DataFrame) -> Credit:
    found = read(paths).run_shapley(value_column="conversions")
    return {"shapley": by_channel(found.to_polars())}


if __name__ == "__main__":
    main(load, {"heuristics": heuristics, "markov": markov, "shapley": shapley})
