"""Headwater over the touches themselves, read from Parquet within the time measured."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from measuring import Credit, main
from run_headwater import PARTS, by_channel

from headwater.attribution import attribute


def run(models: list[str], folder: Path) -> Credit:
    found = attribute(
        folder / "touches.parquet",
        folder / "conversions.parquet",
        models,
        lookback="unlimited",
        bootstrap=None,
    )
    return by_channel(found)


if __name__ == "__main__":
    main(Path, {part: partial(run, models) for part, models in PARTS.items()})
