"""What facts must look like to be taken: whole Arrow tables, checked column by column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import FactKind
from headwater.facts.ids import packed
from headwater.facts.validation import (
    EARLIEST,
    LATEST,
    REQUIRED,
    RIVALS,
    plain_columns,
    rivalry,
    unknown_column,
)

_LARGEST: Final = pa.scalar(2**63 - 1, pa.uint64())
_MOMENTS: Final = ("occurred_at", "received_at")


def checked_table(kind: FactKind, schema: Any, table: Any) -> Any:
    """Return the table with the schema's columns and the personal originals it came with.

    Empty texts become null, ids lower case. The same rules as for single rows: BadRow names
    the first wrong row of a wrong column.
    """
    plain = [pa.field(name, pa.string()) for name in plain_columns(schema)]
    fields = {field.name: field for field in [*schema, *plain]}
    _check_names(kind, table, set(fields))
    columns = {
        name: _checked_column(fields[name], table.column(name)) for name in table.column_names
    }
    if "seq" in columns:
        _refuse(pc.is_valid(columns["seq"]), columns["seq"], "seq", "assigned by the store")
    _check_required(columns, table.num_rows)
    _check_rivals(columns)
    for field in schema:
        if field.name not in columns:
            columns[field.name] = pa.nulls(table.num_rows, field.type)
    names = [*schema.names, *(field.name for field in plain if field.name in columns)]
    return pa.table({name: columns[name] for name in names})


def _check_names(kind: FactKind, table: Any, allowed: set[str]) -> None:
    for name in table.column_names:
        if name not in allowed:
            value = table.column(name)[0].as_py() if table.num_rows else None
            raise BadRow(1, name, value, unknown_column(kind, allowed))
    if len(set(table.column_names)) < len(table.column_names):
        raise InputError(f"A column is there twice among: {', '.join(table.column_names)}.")


def _checked_column(field: Any, column: Any) -> Any:
    if pa.types.is_null(column.type):
        return pa.chunked_array([pa.nulls(len(column), field.type)])
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    expected, is_fit = _FITS[str(field.type)]
    if not is_fit(column.type):
        row = _first(pc.is_valid(column))
        if row is not None or field.name in REQUIRED:
            value = None if row is None else column[row].as_py()
            reason = f"{expected} expected, not {column.type}"
            raise BadRow((row or 0) + 1, field.name, value, reason)
        return pa.chunked_array([pa.nulls(len(column), field.type)])
    return _checked_values(field, column)


def _checked_values(field: Any, column: Any) -> Any:
    if pa.types.is_uint64(column.type):
        _refuse(pc.greater(column, _LARGEST), column, field.name, "larger than 64 bits hold")
    if column.type != field.type:
        column = column.cast(field.type)
    if pa.types.is_string(field.type) and column.null_count < len(column):
        empty = pc.equal(pc.binary_length(column), 0)
        if pc.any(empty).as_py():
            column = pc.if_else(empty, pa.scalar(None, field.type), column)
    if pa.types.is_float64(field.type):
        _refuse(pc.invert(pc.is_finite(column)), column, field.name, "not a finite number")
    return column


def _check_required(columns: dict[str, Any], rows: int) -> None:
    for name in REQUIRED:
        column = columns.get(name)
        if column is None and rows:
            raise BadRow(1, name, None, "every fact must have it")
        if column is not None:
            _refuse(pc.is_null(column), column, name, "every fact must have it")
    for name in _MOMENTS:
        column = columns.get(name)
        if column is not None:
            strange = pc.or_(pc.less(column, EARLIEST), pc.greater_equal(column, LATEST))
            reason = "not microseconds since 1970 in the years 1 to 9999"
            _refuse(strange, column, name, reason)
    if rows:
        packed(columns["fact_id"])
        columns["fact_id"] = pc.ascii_lower(columns["fact_id"])


def _check_rivals(columns: dict[str, Any]) -> None:
    for plain, sealed in RIVALS:
        if plain in columns and sealed in columns:
            both = pc.and_(pc.is_valid(columns[plain]), pc.is_valid(columns[sealed]))
            _refuse(both, columns[sealed], sealed, rivalry(plain))


def _refuse(wrong: Any, column: Any, name: str, reason: str) -> None:
    row = _first(wrong)
    if row is not None:
        raise BadRow(row + 1, name, column[row].as_py(), reason)


def _first(flags: Any) -> int | None:
    """Return the place of the first true; nulls are not."""
    rows = np.flatnonzero(pc.fill_null(flags, fill_value=False).to_numpy())
    return int(rows[0]) if len(rows) else None


def _is_text(type_: Any) -> bool:
    return bool(
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )


def _is_number(type_: Any) -> bool:
    return bool(pa.types.is_floating(type_) or pa.types.is_integer(type_))


def _is_blob(type_: Any) -> bool:
    return bool(
        pa.types.is_binary(type_)
        or pa.types.is_large_binary(type_)
        or pa.types.is_binary_view(type_)
    )


_FITS: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    str(pa.string()): ("a text is", _is_text),
    str(pa.int64()): ("a whole number is", pa.types.is_integer),
    str(pa.float64()): ("a number is", _is_number),
    str(pa.bool_()): ("true or false is", pa.types.is_boolean),
    str(pa.binary()): ("bytes are", _is_blob),
}
