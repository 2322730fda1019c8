"""Amounts as people write them, as whole units that can be shared out exactly, and back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution.arrays import Bools, Ints
from headwater.attribution.checks import Input
from headwater.attribution.clusters import whole
from headwater.domain.money import LARGEST_MINOR

USUAL_DECIMALS: Final = 2
MOST_DECIMALS: Final = 6
_WORDS: Final = 2
"""Words of 64 bits in a decimal of 128."""
_TOO_FINE: Final = f"has more than {MOST_DECIMALS} decimals; round it, to cents for example"
_TOO_LARGE: Final = "is too large to be shared out exactly"


def whole_units(given: Input, name: str) -> tuple[pa.Array, int]:
    """Return a column of amounts as int64 units, and how many decimals these have.

    As many as the amounts are written with, at least 2, at most 6. Decimals, whole numbers and
    floats are taken; a float that is no such decimal (a third, say) is refused by its row, as
    are nulls, NaN and what is too large.
    """
    values = given.column(name)
    given.refuse_nulls(name, values)
    kind = values.type
    if pa.types.is_decimal(kind):
        return _of_decimals(given, name, values)
    if pa.types.is_integer(kind):
        limit = LARGEST_MINOR // 10**USUAL_DECIMALS
        outside = pc.or_(pc.greater(values, limit), pc.less(values, -limit))
        given.refuse(name, values, outside, _TOO_LARGE)
        return whole(pc.multiply(values.cast(pa.int64()), 10**USUAL_DECIMALS)), USUAL_DECIMALS
    if pa.types.is_floating(kind):
        return _of_floats(given, name, values)
    raise given.wrong_type(name, values, "amounts: decimals or other numbers")


def as_decimals(units: Ints, decimals: int) -> pa.Array:
    """Return whole units as amounts, decimal128(38, decimals)."""
    words = np.stack([units, units >> 63], axis=1)
    kind = pa.decimal128(38, decimals)
    return pa.Array.from_buffers(kind, units.size, [None, pa.py_buffer(words.tobytes())])


def to_decimals(units: Sequence[int | None], decimals: int) -> pa.Array:
    """Return whole units of any size as amounts, null where there is none."""
    amounts = [None if one is None else Decimal(one).scaleb(-decimals) for one in units]
    return pa.array(amounts, pa.decimal128(38, decimals))


def _of_decimals(given: Input, name: str, values: pa.ChunkedArray) -> tuple[pa.Array, int]:
    limit = LARGEST_MINOR // 10**MOST_DECIMALS
    outside = pc.greater(pc.abs(values), pa.scalar(Decimal(limit)))
    given.refuse(name, values, outside, _TOO_LARGE)
    for decimals in range(USUAL_DECIMALS, MOST_DECIMALS + 1):
        if values.type.scale <= decimals:
            return _low_words(values, decimals), decimals
        rounded = pc.round(values, decimals)
        if pc.all(pc.equal(rounded, values), min_count=0).as_py():
            return _low_words(rounded, decimals), decimals
    given.refuse(name, values, pc.not_equal(pc.round(values, MOST_DECIMALS), values), _TOO_FINE)
    raise given.wrong_type(name, values, f"amounts of up to {MOST_DECIMALS} decimals")


def _low_words(values: pa.ChunkedArray, decimals: int) -> pa.Array:
    exact = whole(values.cast(pa.decimal128(38, decimals)))
    words = np.frombuffer(exact.buffers()[1], dtype=np.int64)
    start = exact.offset * _WORDS
    return pa.array(words[start : start + len(exact) * _WORDS : _WORDS].copy())


def _of_floats(given: Input, name: str, values: pa.ChunkedArray) -> tuple[pa.Array, int]:
    given.refuse(name, values, pc.is_nan(values), "is not a number")
    numbers = whole(values).to_numpy()
    limit = LARGEST_MINOR / 10**MOST_DECIMALS
    given.refuse(name, values, pa.array(np.abs(numbers) > limit), _TOO_LARGE)
    odd: Bools = np.zeros(numbers.size, dtype=np.bool_)
    for decimals in range(USUAL_DECIMALS, MOST_DECIMALS + 1):
        units = np.rint(numbers.astype(np.float64) * 10**decimals)
        odd = (units / 10**decimals).astype(numbers.dtype) != numbers
        if not odd.any():
            return pa.array(units.astype(np.int64)), decimals
    given.refuse(name, values, pa.array(odd), _TOO_FINE)
    raise given.wrong_type(name, values, "finite amounts")
