"""The mapping file: which column of a table means what. TOML; see docs/reference/mapping.md."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
)
from pydantic import ValidationError as PydanticError

from headwater.capture.people import is_region
from headwater.domain.errors import InputError
from headwater.domain.money import EXPONENTS

ANYTHING_ELSE: Final = "*"
"""In a value map: what every value not named becomes."""


def zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name such as Europe/Berlin; InputError if none."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"'{name}' is not a time zone; write one such as UTC or Europe/Berlin."
        ) from None


def _check_zone(name: str) -> str:
    try:
        zone(name)
    except InputError as failure:
        raise ValueError(str(failure)) from None
    return name


def _check_currency(code: str) -> str:
    code = code.upper()
    if code not in EXPONENTS:
        raise ValueError(f"'{code}' is not an ISO 4217 currency code, such as EUR, USD or JPY.")
    return code


def _check_region(code: str) -> str:
    code = code.upper()
    if not is_region(code):
        raise ValueError(f"'{code}' is not a country code (ISO 3166), such as DE or BR.")
    return code


def _check_encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(
            f"'{name}' is not an encoding, such as utf-8, cp1252, cp1251 or utf-16."
        ) from None
    return name


def _check_thousands(sign: str, info: ValidationInfo) -> str:
    if sign and sign == info.data.get("decimal"):
        raise ValueError("thousands and cents cannot be divided by the same sign.")
    return sign


def _as_field(value: object) -> object:
    return {"column": value} if isinstance(value, str | list) else value


Zone = Annotated[str, AfterValidator(_check_zone)]
Currency = Annotated[str, AfterValidator(_check_currency)]
Region = Annotated[str, AfterValidator(_check_region)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Section):
    """Where one field comes from. Several columns are joined by a space."""

    column: str | Annotated[tuple[str, ...], Field(min_length=1)]
    date_format: str | None = None
    timezone: Zone | None = None
    optional: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names."""
        return (self.column,) if isinstance(self.column, str) else self.column


class DateFormat(_Section):
    """How times are written where a field says nothing else. No format: ISO 8601."""

    format: str | None = None
    timezone: Zone = "UTC"


class MoneyFormat(_Section):
    """How amounts are written, and in which currency where no column says it."""

    currency: Currency | None = None
    decimal: Literal[".", ","] = "."
    thousands: Annotated[Literal["", ".", ",", " ", "'"], AfterValidator(_check_thousands)] = ""


class FileFormat(_Section):
    """What cannot be told from the file itself."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: Annotated[str, AfterValidator(_check_encoding)] | None = None
    sheet: str | None = None


_Field = Annotated[FieldSpec, BeforeValidator(_as_field)]
_Constant = str | bool | int | float | datetime | date


class ColumnMapping(_Section):
    """A whole mapping file; an empty one takes the columns named as our fields."""

    system: str | None = None
    id: tuple[str, ...] = ()
    default_region: Region | None = None
    properties: tuple[str, ...] = ()
    columns: dict[str, _Field] = {}
    constants: dict[str, _Constant] = {}
    values: dict[str, dict[str, str]] = {}
    dates: DateFormat = DateFormat()
    money: MoneyFormat = MoneyFormat()
    file: FileFormat = FileFormat()

    def fingerprint(self) -> str:
        """Return a digest that changes with any choice made here."""
        return blake2b(self.model_dump_json().encode(), digest_size=16).hexdigest()


def load_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file; InputError naming the key, its value and what is allowed."""
    try:
        with path.open("rb") as stream:
            content = tomllib.load(stream)
    except OSError as failure:
        raise InputError(
            f"{path}: the mapping file cannot be read ({failure.strerror})."
        ) from failure
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise InputError(f"{path}: the mapping file is not TOML: {failure}.") from failure
    try:
        return ColumnMapping.model_validate(content)
    except PydanticError as failure:
        raise InputError(f"{path}: {_sentences(failure)}") from failure


def _sentences(failure: PydanticError) -> str:
    """Say what is wrong with each key; the branches of a union come as one `must be a or b`."""
    found: dict[str, None] = {}
    wanted: dict[str, list[str]] = {}
    for error in failure.errors(include_url=False, include_context=False):
        where = ".".join(str(part) for part in error["loc"] if part not in _BRANCHES)
        if error["type"] == "extra_forbidden":
            found[f"there is no key '{where}' in a mapping file"] = None
        elif error["type"] == "missing":
            found[f"key '{where}' is missing"] = None
        elif error["type"] in _WANTED:
            wanted.setdefault(f"key '{where}', value {error['input']!r}", []).append(
                _WANTED[error["type"]]
            )
        else:
            reason = error["msg"].removeprefix("Value error, ")
            found[f"key '{where}', value {error['input']!r}: {reason}"] = None
    for key, kinds in wanted.items():
        found[f"{key}: must be {' or '.join(dict.fromkeys(kinds))}"] = None
    return "; ".join(found)


_WANTED: Final = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a number",
    "float_type": "a number",
    "datetime_type": "a time",
    "date_type": "a date",
    "dict_type": "a table",
    "tuple_type": "a list of texts",
    "model_type": "a column's name or a table",
    "too_short": "a list of one text or more",
}
_BRANCHES: Final = frozenset(
    {"str", "bool", "int", "float", "datetime", "date", "constrained-str"}
    | {"tuple[str, ...]", "function-before[_as_field(), FieldSpec]"}
)
"""What pydantic calls the branches of a union, which says nothing to a user."""
