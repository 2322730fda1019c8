"""Input tables made fit for the kernels: every fault names its table, row and field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.errors import BadRow, InputError
from headwater.domain.money import LARGEST_MINOR
from headwater.domain.times import DAY, parse_span
from headwater.domain.words import NO_TOUCH, NOT_SET

DEFAULT_LOOKBACK: Final = 90 * DAY
_LONGEST: Final = 2**62
"""Times and lookbacks up to here can be added without leaving 64 bits."""

_TEXTS: Final = (pa.string(), pa.large_string(), pa.string_view())


@dataclass(frozen=True, slots=True)
class Input:
    """One table handed in; `first_row` is the number of its first row, counted from 1."""

    noun: str
    table: pa.Table
    first_row: int = 1
    called: Mapping[str, str] = field(default_factory=dict)
    """What columns that were renamed are called by those who handed them in."""

    def name_of(self, name: str) -> str:
        """Return a column's name as the user knows it."""
        return self.called.get(name, name)

    def has(self, name: str) -> bool:
        return name in self.table.column_names

    def column(self, name: str, why: str = "") -> pa.ChunkedArray:
        if self.has(name):
            return self.table.column(name)
        present = ", ".join(map(self.name_of, self.table.column_names)) or "none"
        raise InputError(
            f"The {self.noun} lack the column '{self.name_of(name)}'{why}. "
            f"The columns present: {present}."
        )

    def refuse(self, name: str, values: pa.ChunkedArray, bad: object, reason: str) -> None:
        """Raise BadRow for the first row where `bad` (a mask) is true, if there is one."""
        index = pc.index(bad, True).as_py()
        if index >= 0:
            value = values[index].as_py()
            place = f"{self.noun}.{self.name_of(name)}"
            raise BadRow(self.first_row + index, place, value, reason)

    def refuse_nulls(self, name: str, values: pa.ChunkedArray) -> None:
        if values.null_count:
            self.refuse(name, values, pc.is_null(values), "must not be empty")

    def wrong_type(self, name: str, values: pa.ChunkedArray, wanted: str) -> InputError:
        place = f"{self.noun}.{self.name_of(name)}"
        return InputError(f"{place} must be {wanted}; it is {values.type}.")

    def ids(self, name: str, *, nullable: bool = False) -> pa.ChunkedArray:
        """Return ids as strings or int64. Nulls are refused unless `nullable`."""
        values = _plain(self.column(name))
        if not nullable:
            self.refuse_nulls(name, values)
        if pa.types.is_null(values.type) or is_text(values.type):
            return values.cast(pa.string())
        if pa.types.is_integer(values.type):
            return self._cast(name, values, pa.int64())
        wanted = "texts or whole numbers"
        if pa.types.is_floating(values.type):
            wanted += " (in pandas, whole numbers with gaps take astype('Int64'))"
        raise self.wrong_type(name, values, wanted)

    def times(self, name: str, *, nullable: bool = False, why: str = "") -> pa.ChunkedArray:
        """Return microseconds UTC as int64, from whole numbers or zoned timestamps."""
        values = self.column(name, why)
        if not nullable:
            self.refuse_nulls(name, values)
        if pa.types.is_timestamp(values.type):
            if values.type.tz is None:
                raise self.wrong_type(
                    name, values, "in a time zone, such as timestamp[us, UTC]"
                )
            values = values.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.int64())
        elif not (pa.types.is_integer(values.type) or pa.types.is_null(values.type)):
            raise self.wrong_type(name, values, "whole microseconds or a zoned timestamp")
        values = self._cast(name, values, pa.int64())
        self._refuse_beyond(name, values, _LONGEST, "is not a time in microseconds since 1970")
        return values

    def minor(self, name: str) -> pa.ChunkedArray:
        """Return whole minor units as int64; fractions, NaN and nulls are refused."""
        values = self.column(name)
        self.refuse_nulls(name, values)
        if pa.types.is_floating(values.type):
            self.refuse(name, values, pc.is_nan(values), "is not a number")
            fraction = pc.not_equal(pc.floor(values), values)
            self.refuse(name, values, fraction, "must be whole minor units, such as cents")
        elif not is_number(values.type):
            raise self.wrong_type(name, values, "whole minor units")
        self._refuse_beyond(
            name, values, LARGEST_MINOR, "is too large to be shared out exactly"
        )
        return self._cast(name, values, pa.int64())

    def counts(self, name: str) -> pa.ChunkedArray:
        """Return how many conversions each row stands for, as float64 >= 0; 1 if absent."""
        if not self.has(name):
            return pa.chunked_array([pa.repeat(1.0, self.table.num_rows)])
        values = self.column(name)
        self.refuse_nulls(name, values)
        if not is_number(values.type):
            raise self.wrong_type(name, values, "numbers")
        values = values.cast(pa.float64())
        usable = pc.and_(pc.is_finite(values), pc.greater_equal(values, 0.0))
        self.refuse(name, values, pc.invert(usable), "must be a number of 0 or more")
        return values

    def flags(self, name: str) -> pa.ChunkedArray:
        values = self.column(name)
        self.refuse_nulls(name, values)
        if not pa.types.is_boolean(values.type):
            raise self.wrong_type(name, values, "true or false")
        return values

    def labels(self, name: str) -> pa.ChunkedArray:
        """Return texts to group by; an empty one becomes `(not set)`."""
        values = self.column(name)
        kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
        if not (is_text(kind) or pa.types.is_null(kind)):
            raise self.wrong_type(name, values, "texts")
        if not pa.types.is_dictionary(values.type):
            values = values.cast(pa.string()).dictionary_encode()
        for chunk in values.chunks:
            if NO_TOUCH in chunk.dictionary.to_pylist():
                found = pc.equal(values.cast(pa.string()), NO_TOUCH)
                self.refuse(name, values, found, "is the name of the row without a touch")
        return values

    def _cast(self, name: str, values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
        try:
            return values.cast(kind)
        except pa.ArrowInvalid as error:
            place = f"{self.noun}.{self.name_of(name)}"
            raise InputError(f"{place} does not fit {kind}: {error}") from None

    def _refuse_beyond(
        self, name: str, values: pa.ChunkedArray, limit: int, reason: str
    ) -> None:
        span = pc.min_max(values)
        least, most = span["min"].as_py(), span["max"].as_py()
        if least is not None and not -limit <= least <= most <= limit:
            outside = pc.or_(pc.greater(values, limit), pc.less(values, -limit))
            self.refuse(name, values, outside, reason)


def check_lookback(lookback: int | str | None) -> int | None:
    """Return the lookback in microseconds, None for unlimited; InputError if it is neither."""
    if lookback is None:
        return None
    if isinstance(lookback, str):
        return parse_span(lookback)
    if isinstance(lookback, bool) or not isinstance(lookback, int) or lookback <= 0:
        raise InputError(
            f"The lookback {lookback!r} is not a positive whole number of microseconds, a span "
            "such as '90d', or None for unlimited."
        )
    return lookback if lookback < _LONGEST else None


def check_distinct(noun: str, names: Iterable[str]) -> None:
    """Raise InputError where a name is given twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(f"The {noun} '{name}' is named twice; name it once.")
        seen.add(name)


def label_texts(dictionary: pa.Array) -> list[str]:
    """Return a dictionary's texts, `(not set)` for an empty one."""
    return [NOT_SET if text is None else text for text in dictionary.to_pylist()]


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return (
        values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values
    )


def is_text(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds texts, as such or by a dictionary."""
    return (kind.value_type if pa.types.is_dictionary(kind) else kind) in _TEXTS


def is_id(kind: pa.DataType) -> bool:
    """Return whether a column of this type can hold ids: texts or whole numbers."""
    return is_text(kind) or pa.types.is_integer(kind)


def is_number(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds numbers."""
    types = pa.types
    return any(check(kind) for check in (types.is_integer, types.is_floating, types.is_decimal))
