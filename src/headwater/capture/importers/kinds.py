"""What can be imported from tables: the fields of each kind and what makes a row usable."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa

from headwater.domain.errors import UnknownName
from headwater.domain.words import FactKind
from headwater.facts.schemas import SCHEMAS

ACCESS_LOG: Final = "access-log"
"""A web server's log: no table, and takes no mapping."""


class Shape(StrEnum):
    """How the cell of a field is read."""

    TEXT = "text"
    TIME = "time"
    DAY = "day"
    INTEGER = "whole number"
    NUMBER = "number"
    FLAG = "yes or no"
    AMOUNT = "amount"
    CURRENCY = "currency"
    EMAIL = "e-mail"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class TableKind:
    """One kind of table.

    `fields` are those a mapping may name. `required` must have a column (or constant) and a
    value in each row. `key` is the natural key: it names the row if all its fields are mapped.
    With `needs_someone` a row must name a person or a visitor.
    """

    name: str
    fact: FactKind
    fields: Mapping[str, Shape]
    required: tuple[str, ...]
    key: tuple[str, ...] = ()
    needs_someone: bool = False


SOMEONE: Final = ("visitor_id", "external_id", "email", "phone")
"""Fields that name who it was; an account alone is a company, not a person."""

_SET_BY_US: Final = frozenset(
    {"fact_id", "seq", "received_at", "origin"}
    | {"email_key", "phone_key", "name_key", "subject", "personal"}
)
_PLAIN: Final = {
    "email": Shape.EMAIL,
    "phone": Shape.PHONE,
    "person_name": Shape.TEXT,
    "message": Shape.TEXT,
}
_SHAPES: Final[dict[pa.DataType, Shape]] = {
    pa.string(): Shape.TEXT,
    pa.int64(): Shape.INTEGER,
    pa.float64(): Shape.NUMBER,
    pa.bool_(): Shape.FLAG,
}


def _shape(field: pa.Field) -> Shape:
    if field.name.endswith("_at"):
        return Shape.TIME
    return Shape.CURRENCY if field.name == "currency" else _SHAPES[field.type]


def _fields(
    fact: FactKind, without: Set[str] = frozenset(), **others: Shape
) -> dict[str, Shape]:
    schema = SCHEMAS[fact]
    found = {f.name: _shape(f) for f in schema if f.name not in _SET_BY_US | without}
    amounts = {
        name.removesuffix("_minor"): Shape.AMOUNT for name in found if name.endswith("_minor")
    }
    return found | amounts | (_PLAIN if "subject" in schema.names else {}) | others


KINDS: Final[dict[str, TableKind]] = {
    kind.name: kind
    for kind in (
        TableKind(
            "leads",
            FactKind.LEAD,
            _fields(FactKind.LEAD),
            required=("occurred_at",),
            key=("external_id",),
            needs_someone=True,
        ),
        TableKind(
            "deals",
            FactKind.DEAL,
            _fields(FactKind.DEAL, updated_at=Shape.TIME),
            required=(),
            key=("deal_id",),
        ),
        TableKind(
            "stages",
            FactKind.STAGE_CHANGE,
            _fields(FactKind.STAGE_CHANGE),
            required=("deal_id", "stage", "occurred_at"),
            key=("deal_id", "stage", "occurred_at"),
        ),
        TableKind(
            "orders",
            FactKind.ORDER,
            _fields(FactKind.ORDER),
            required=("order_id", "occurred_at", "amount"),
            key=("order_id", "line_id"),
        ),
        TableKind(
            "spend",
            FactKind.SPEND,
            _fields(FactKind.SPEND, occurred_at=Shape.DAY),
            required=("occurred_at", "cost"),
            key=("occurred_at",),
        ),
        TableKind(
            "touchpoints",
            FactKind.EVENT,
            _fields(FactKind.EVENT, without={"name"}),
            required=("occurred_at",),
            needs_someone=True,
        ),
        TableKind(
            "events",
            FactKind.EVENT,
            _fields(FactKind.EVENT),
            required=("occurred_at",),
            needs_someone=True,
        ),
    )
}
"""The table kinds by the name a user gives."""


def table_kind(name: str) -> TableKind:
    """Return the kind of table of this name; UnknownName with the names there are."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownName("kind of table", name, KINDS) from None
