"""What a fact must look like to be taken: rows given one by one, as mappings."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from headwater.domain.errors import BadRow
from headwater.domain.times import DAY
from headwater.domain.words import FactKind
from headwater.facts.hot import Row

REQUIRED: Final = ("fact_id", "occurred_at", "received_at")
PLAIN: Final = ("email", "phone", "person_name", "message")
"""Personal originals, taken by every kind that names persons and never stored as they are."""
RIVALS: Final = (
    ("email", "email_key"),
    ("phone", "phone_key"),
    ("person_name", "name_key"),
    *((plain, sealed) for plain in PLAIN for sealed in ("subject", "personal")),
)
"""A plain column and one that is computed from it: a row may have either."""
EARLIEST: Final = -719_162 * DAY
LATEST: Final = 2_932_897 * DAY
"""Times lie in the years 1 to 9999: what does not is in other units than microseconds."""

_ORIGINALS: Final = frozenset(PLAIN)
_HEX: Final = re.compile(r"[0-9a-fA-F]{32}")
_WIDTH: Final = 2**63

Checks = Mapping[str, Callable[[Any], Any]]
_KEPT: Final[dict[int, tuple[Any, Checks]]] = {}
"""Checks by the id of their schema, which is kept beside them so that no other takes its id."""


def plain_columns(schema: Any) -> tuple[str, ...]:
    """Return the personal originals that facts of this schema may carry."""
    return PLAIN if "personal" in schema.names else ()


def checked_rows(
    kind: FactKind, schema: Any, rows: Iterable[Mapping[str, object]]
) -> list[Row]:
    """Return the rows without nulls and empty texts; BadRow names the first wrong field."""
    checks = _checks(schema)
    return [_checked(kind, checks, number, row) for number, row in enumerate(rows, 1)]


def _checks(schema: Any) -> Checks:
    """Return the check of each column, kept by the schema's identity: hashing one is slow."""
    kept = _KEPT.get(id(schema))
    if kept is None:
        kept = _KEPT[id(schema)] = (schema, _checks_of(schema))
    return kept[1]


def _checks_of(schema: Any) -> Checks:
    checks = {field.name: _BY_TYPE[str(field.type)] for field in schema}
    checks |= dict.fromkeys(plain_columns(schema), _text)
    return checks | {
        "fact_id": _fact_id,
        "occurred_at": _moment,
        "received_at": _moment,
        "seq": _assigned,
    }


def _checked(
    kind: FactKind,
    checks: Checks,
    number: int,
    row: Mapping[str, object],
) -> Row:
    clean: Row = dict(row)
    for name, value in row.items():
        check = checks.get(name)
        if value.__class__ is str:
            if check is _text and value and value.isascii():
                continue
        elif check is _moment and value.__class__ is int and EARLIEST <= value < LATEST:
            continue
        if check is None:
            raise BadRow(number, name, value, unknown_column(kind, checks))
        if value is None or value == "":
            del clean[name]
            continue
        try:
            clean[name] = check(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise BadRow(number, name, value, str(error)) from None
    _check_whole(number, row, clean)
    return clean


def _check_whole(number: int, row: Mapping[str, object], clean: Row) -> None:
    for name in REQUIRED:
        if name not in clean:
            raise BadRow(number, name, row.get(name), "every fact must have it")
    if _ORIGINALS.isdisjoint(clean):
        return
    for plain, sealed in RIVALS:
        if plain in clean and sealed in clean:
            raise BadRow(number, sealed, clean[sealed], rivalry(plain))


def unknown_column(kind: FactKind, names: Iterable[str]) -> str:
    """Return the reason for refusing a column."""
    return f"facts of kind '{kind}' have no such field; they have {', '.join(sorted(names))}"


def rivalry(plain: str) -> str:
    """Return the reason for refusing a column beside the original it is made from."""
    return f"computed from '{plain}', which this row has too; give one of them"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text is expected, not {type(value).__name__}")
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"not valid Unicode at character {error.start + 1}") from None
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"a whole number is expected, not {type(value).__name__}")
    number = operator.index(value)
    if not -_WIDTH <= number < _WIDTH:
        raise ValueError("larger than 64 bits hold")
    return number


def _moment(value: Any) -> int:
    micros = _whole(value)
    if not EARLIEST <= micros < LATEST:
        raise ValueError("not microseconds since 1970 in the years 1 to 9999")
    return micros


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a number is expected, not {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return float(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false is expected, not {type(value).__name__}")
    return value


def _blob(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"bytes are expected, not {type(value).__name__}")
    return value


def _fact_id(value: Any) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError("not 32 hexadecimal digits")
    return value.lower()


def _assigned(_: Any) -> int:
    raise ValueError("assigned by the store; leave it out")


_BY_TYPE: Final[dict[str, Callable[[Any], Any]]] = {
    str(pa.string()): _text,
    str(pa.int64()): _whole,
    str(pa.float64()): _number,
    str(pa.bool_()): _truth,
    str(pa.binary()): _blob,
}


def as_rows(table: Any) -> list[Row]:
    """Return a checked table's rows without their nulls."""
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]


def as_table(schema: Any, rows: Sequence[Row]) -> Any:
    """Return checked rows as a table of the schema's columns and the personal originals."""
    plain = [pa.field(name, pa.string()) for name in plain_columns(schema)]
    return pa.Table.from_pylist(rows, schema=pa.schema([*schema, *plain]))
