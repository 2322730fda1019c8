"""Path counts from a table of paths: one row per path, with what came of it."""

from __future__ import annotations

from typing import TypeAlias

from headwater.attribution.data_driven.counts import Batch, PathCounts
from headwater.attribution.data_driven.path_rows import PathColumns, PathRows
from headwater.attribution.sources import TableInput

PathInput: TypeAlias = TableInput


def count_paths(
    paths: PathInput, columns: PathColumns | None = None, separator: str | None = None
) -> PathCounts:
    """Return the counts of a table of paths; rows of the same path add up.

    `paths`: an Arrow table, anything that speaks Arrow (`__arrow_c_stream__`), or the path of
    a Parquet file. The path of a row is a list of texts, whatever characters they have, or a
    text with the channels parted by exactly `separator`. A null channel, or an empty one
    between two separators, is `(not set)`; an empty or null path goes to `(no touch)`.

    Conversions and null paths are numbers >= 0 and may be fractions; values may be negative.
    Raises InputError, and BadRow where one row is to blame.
    """
    rows = PathRows.of(paths, columns, separator)
    batch = Batch.joined(list(rows.batches()))
    return PathCounts.of(
        batch, list(rows.codes.codes), rows.untouched(), rows.credited(), rows.has_values
    )
