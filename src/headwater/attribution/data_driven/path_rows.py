"""A table of paths as people have it, checked, and read as codes some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.arrays import Bools, Floats, Ints, exact_sum
from headwater.attribution.checks import Input, is_number, is_text
from headwater.attribution.clusters import whole
from headwater.attribution.data_driven.counts import Batch, Untouched
from headwater.attribution.intake import Codebook
from headwater.attribution.sources import TableInput, table
from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import NO_TOUCH

VALUE: Final = "value"
VALUE_MINOR: Final = "value_minor"
_AT_ONCE: Final = 65_536
"""Rows read at a time: few enough for their arrays to stay in the cache."""


@dataclass(frozen=True, slots=True)
class PathColumns:
    """How the columns are called. Value and null paths may be absent unless named here."""

    path: str = "path"
    conversions: str = "conversions"
    value: str | None = None
    """None: `value` or `value_minor` (whole minor units, credited exactly), if present."""
    nulls: str | None = None
    """None: `nulls`, if present."""


@dataclass(slots=True)
class PathRows:
    """A table of paths whose amounts are sound; its paths are looked at as they are read."""

    given: Input
    path: str
    separator: str | None
    amounts: Floats
    """Conversions, value and null paths by row: 3 x rows."""
    minor: bool
    """Whether values are whole minor units."""
    has_values: bool
    codes: Codebook = field(default_factory=Codebook)
    """The channels' numbers, as far as paths were read."""
    empty: list[Ints] = field(default_factory=list)
    """The rows without a channel, as far as they were read."""

    @classmethod
    def of(
        cls, paths: TableInput, columns: PathColumns | None, separator: str | None
    ) -> PathRows:
        """Check columns and amounts; InputError, BadRow where one row is to blame."""
        names = columns or PathColumns()
        given = Input("paths", table("paths", paths))
        value, nulls = _optional(given, names)
        given.column(names.conversions)
        conversions = _floats(given.counts(names.conversions))
        minor = value == VALUE_MINOR
        values = _values(given, value, minor=minor)
        not_converted = _floats(given.counts(nulls)) if nulls else np.zeros(values.size)
        _check_path(given, names.path, separator)
        amounts = np.stack([conversions, values, not_converted])
        return cls(given, names.path, separator, amounts, minor, value is not None)

    def batches(self) -> Iterator[Batch]:
        """Yield the paths of a channel or more, with their amounts; items are `codes`."""
        column = self.given.column(self.path)
        for first in range(0, len(column), _AT_ONCE):
            items, lengths = self._coded(whole(column.slice(first, _AT_ONCE)), first)
            amounts = self.amounts[:, first : first + _AT_ONCE]
            some = lengths > 0
            if not some.all():
                self.empty.append(np.flatnonzero(~some) + first)
                lengths, amounts = lengths[some], amounts[:, some]
            if lengths.size:
                yield Batch(items, lengths, np.concatenate([amounts, [_squares(amounts)]]))

    def untouched(self) -> Untouched:
        """Return the sums of the rows without a channel, after all rows were read."""
        alone = self.amounts[:, self._empty]
        # Sums of binary fractions depend on their order: take them in one order always.
        conversions, value, nulls = (float(np.sort(one).sum()) for one in alone)
        return Untouched(
            conversions, exact_sum(alone[1].astype(np.int64)) if self.minor else value, nulls
        )

    def credited(self) -> int | None:
        """Return the whole minor units of all rows with a channel, after all were read."""
        if not self.minor:
            return None
        units = self.amounts[1].astype(np.int64)
        return exact_sum(units) - exact_sum(units[self._empty])

    @property
    def _empty(self) -> Ints:
        return np.concatenate([np.zeros(0, dtype=np.int64), *self.empty])

    def _coded(self, column: pa.Array, first: int) -> tuple[Ints, Ints]:
        """Return the channels of all paths end to end as codes, and each path's length."""
        lists = column
        if self.separator is not None:
            column = column.cast(pa.string())
            lists = pc.split_pattern(column, self.separator)
        lengths = pc.list_value_length(lists).fill_null(0).to_numpy().astype(np.int64)
        labels = pc.list_flatten(lists)
        if self.separator is not None:
            # Split, an empty text is a path of one channel without a name.
            nothing = _where(pc.equal(pc.binary_length(column), 0))
            if nothing.any():
                labels = labels.filter(pa.array(np.repeat(~nothing, lengths)))
                lengths[nothing] = 0
        coded = labels.cast(pa.string()).dictionary_encode()
        names = coded.dictionary
        reserved = pc.index(names, NO_TOUCH).as_py()
        if reserved >= 0:
            place = pc.index(coded.indices, reserved).as_py()
            row = int(np.searchsorted(np.cumsum(lengths), place, side="right"))
            reason = "is the name of the row without a touch"
            raise BadRow(first + row + 1, f"paths.{self.path}", NO_TOUCH, reason)
        if self.separator is not None:
            names = pc.if_else(pc.equal(names, ""), pa.scalar(None, pa.string()), names)
        coded = pa.DictionaryArray.from_arrays(coded.indices, names)
        return self.codes.encode(coded), lengths


def _where(mask: pa.Array) -> Bools:
    found: Bools = mask.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _squares(amounts: Floats) -> Floats:
    conversions, values = amounts[0], amounts[1]
    squares: Floats = values**2 / np.where(conversions > 0, conversions, 1.0)
    return squares


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


def _check_path(given: Input, name: str, separator: str | None) -> None:
    """Raise InputError unless the column holds lists of texts, or texts to be split."""
    column = given.column(name)
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if separator is not None:
            raise InputError(f"paths.{name} holds lists already; leave out the separator.")
        if not (pa.types.is_null(kind.value_type) or is_text(kind.value_type)):
            raise given.wrong_type(name, column, "lists of texts")
        return
    if not is_text(kind):
        raise given.wrong_type(name, column, "lists of texts, or texts with a separator")
    if not separator:
        raise InputError(f"paths.{name} holds texts; say what separates the channels.")
