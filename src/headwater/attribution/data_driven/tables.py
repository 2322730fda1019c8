"""Path counts from a table of paths: one row per path, with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.checks import Input, is_number, is_text
from headwater.attribution.clusters import whole
from headwater.attribution.data_driven.counts import Batch, PathCounts, Untouched
from headwater.attribution.sources import TableInput, table
from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import NO_TOUCH, NOT_SET

VALUE: Final = "value"
VALUE_MINOR: Final = "value_minor"


PathInput: TypeAlias = TableInput


@dataclass(frozen=True, slots=True)
class PathColumns:
    """How the columns are called. Value and null paths may be absent unless named here."""

    path: str = "path"
    conversions: str = "conversions"
    value: str | None = None
    """None: `value` or `value_minor` (whole minor units, credited exactly), if present."""
    nulls: str | None = None
    """None: `nulls`, if present."""


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
    names = columns or PathColumns()
    given = Input("paths", table("paths", paths))
    value, nulls = _optional(given, names)
    minor = value == VALUE_MINOR
    given.column(names.conversions)
    conversions = _floats(given.counts(names.conversions))
    values = _values(given, value, minor=minor)
    not_converted = _floats(given.counts(nulls)) if nulls else np.zeros(values.size)
    items, lengths, channels = _paths(given, names.path, separator)
    squares = values**2 / np.where(conversions > 0, conversions, 1.0)
    amounts = np.stack([conversions, values, not_converted, squares])
    some = lengths > 0
    empty = [float(np.sort(one[~some]).sum()) for one in amounts]
    worth = _units(values[~some]) if minor else empty[1]
    return PathCounts.of(
        Batch(items, lengths[some], amounts[:, some]),
        channels,
        Untouched(empty[0], worth, empty[2]),
        _units(values[some]) if minor else None,
        value is not None,
    )


def _units(values: Floats) -> int:
    """Return the exact sum, which may be too large for a binary fraction."""
    return sum(map(int, values.tolist()))


def _optional(given: Input, names: PathColumns) -> tuple[str | None, str | None]:
    """Return the columns of value and null paths; one that was named must be there."""
    for name in (names.value, names.nulls):
        if name is not None:
            given.column(name)
    usual = [name for name in (VALUE, VALUE_MINOR) if given.has(name)]
    if names.value is None and len(usual) == 2:
        raise InputError("The paths have both 'value' and 'value_minor'; name the one to use.")
    value = names.value or (usual[0] if usual else None)
    return value, names.nulls or ("nulls" if given.has("nulls") else None)


def _values(given: Input, name: str | None, *, minor: bool) -> Floats:
    if name is None:
        return np.zeros(given.table.num_rows)
    if minor:
        return _floats(given.minor(name).cast(pa.float64()))
    values = given.column(name)
    given.refuse_nulls(name, values)
    if not is_number(values.type):
        raise given.wrong_type(name, values, "numbers")
    values = values.cast(pa.float64())
    given.refuse(name, values, pc.invert(pc.is_finite(values)), "must be a finite number")
    return _floats(values)


def _floats(values: pa.ChunkedArray) -> Floats:
    floats: Floats = whole(values).to_numpy(zero_copy_only=False)
    return floats


def _paths(given: Input, name: str, separator: str | None) -> tuple[Ints, Ints, list[str]]:
    """Return all channels end to end as codes, the length of each path, and the names."""
    column = given.column(name)
    lists = _lists(given, name, column, separator)
    lengths = whole(pc.fill_null(pc.list_value_length(lists), 0)).to_numpy().astype(np.int64)
    labels = whole(pc.list_flatten(lists))
    if not (pa.types.is_null(labels.type) or is_text(labels.type)):
        raise given.wrong_type(name, column, "lists of texts")
    labels = pc.fill_null(labels.cast(pa.string()), NOT_SET)
    if separator is not None:
        labels = pc.if_else(pc.equal(labels, ""), NOT_SET, labels)
    reserved = pc.index(labels, NO_TOUCH).as_py()
    if reserved >= 0:
        row = int(np.searchsorted(np.cumsum(lengths), reserved, side="right"))
        reason = "is the name of the row without a touch"
        raise BadRow(row + 1, f"paths.{name}", NO_TOUCH, reason)
    coded = labels.dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), lengths, coded.dictionary.to_pylist()


def _lists(
    given: Input, name: str, column: pa.ChunkedArray, separator: str | None
) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if separator is not None:
            raise InputError(f"paths.{name} holds lists already; leave out the separator.")
        return column
    if not is_text(kind):
        raise given.wrong_type(name, column, "lists of texts, or texts with a separator")
    if not separator:
        raise InputError(f"paths.{name} holds texts; say what separates the channels.")
    # Split, an empty text would be a path of one channel without a name.
    texts = column.cast(pa.string())
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    return pc.split_pattern(texts, separator)
