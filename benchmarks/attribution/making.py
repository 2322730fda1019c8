"""Make paths of 12 channels, five touches long on average; a tenth or so convert.

    python benchmarks/attribution/making.py FOLDER PATHS

Writes `paths.parquet` (`path`, channels parted by ' > '; `conversions`, 0 or 1; `value`;
`nulls`, 1 where it did not convert), the same as `touches.parquet` and `conversions.parquet`,
and `exact.json`, what each model must say. The next channel depends on the one before, and the
chance to convert on the channels met. The same size always gives the same paths.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from exact import Floats, Ints, exact

SEED = 7
SEPARATOR = " > "
CHANNELS = [
    *["paid_search", "organic_search", "direct", "email", "paid_social", "organic_social"],
    *["referral", "display", "affiliates", "video", "sms", "audio"],
]
HOUR = 3_600_000_000


def drawn(draw: np.random.Generator, lengths: Ints) -> Ints:
    """Return the channels of all paths, drawn one place after the other."""
    heads = np.cumsum(lengths) - lengths
    codes = np.empty(int(lengths.sum()), dtype=np.int64)
    begin = np.cumsum(draw.dirichlet(np.ones(len(CHANNELS))))
    after = np.cumsum(draw.dirichlet(np.ones(len(CHANNELS)), len(CHANNELS)), axis=1)
    codes[heads] = np.minimum(
        np.searchsorted(begin, draw.random(lengths.size)), len(CHANNELS) - 1
    )
    for place in range(1, int(lengths.max())):
        here = heads[lengths > place] + place
        bounds = after[codes[here - 1]][:, :-1]
        codes[here] = (draw.random(here.size)[:, None] > bounds).sum(axis=1)
    return codes


def chances(draw: np.random.Generator, codes: Ints, lengths: Ints) -> Floats:
    """Return each path's chance to convert: every touch adds its channel's pull."""
    pulls = draw.uniform(0.002, 0.04, len(CHANNELS))
    heads = np.cumsum(lengths) - lengths
    return 1 - np.exp(-np.add.reduceat(pulls[codes], heads))


def texts(codes: Ints, lengths: Ints) -> list[str]:
    names = np.array(CHANNELS, dtype=object)[codes].tolist()
    ends = np.concatenate([[0], np.cumsum(lengths)]).tolist()
    return [SEPARATOR.join(names[one:next_one]) for one, next_one in pairwise(ends)]


def make(folder: Path, paths: int) -> None:
    draw = np.random.default_rng(SEED)
    lengths = draw.geometric(0.2, paths)
    codes = drawn(draw, lengths)
    converted = (draw.random(paths) < chances(draw, codes, lengths)).astype(np.int64)
    cents = np.where(converted, draw.integers(100, 1_000_000, paths), 0)
    truth = exact(codes, lengths, converted, len(CHANNELS))
    named = {
        model: dict(zip(CHANNELS, found.tolist(), strict=True))
        for model, found in truth.items()
    }
    (folder / "exact.json").write_text(json.dumps(named))
    write(
        folder / "paths",
        {
            "path": texts(codes, lengths),
            "conversions": converted,
            "value": cents / 100,
            "nulls": 1 - converted,
        },
    )
    heads = np.cumsum(lengths) - lengths
    order = np.arange(codes.size) - np.repeat(heads, lengths)
    write(
        folder / "touches",
        {
            "person_id": np.repeat(np.arange(paths), lengths),
            "touched_at": order * HOUR,
            "touch_id": order,
            "channel": pa.DictionaryArray.from_arrays(codes.astype(np.int8), CHANNELS),
        },
    )
    won = np.flatnonzero(converted)
    write(
        folder / "conversions",
        {
            "conversion_id": won,
            "person_id": won,
            "converted_at": lengths[won] * HOUR,
            "value_minor": cents[won],
        },
    )


def write(file: Path, columns: dict[str, object]) -> None:
    pq.write_table(pa.table(columns), file.with_suffix(".parquet"), compression="zstd")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", type=int)
    options = parser.parse_args()
    make(options.folder, options.paths)
