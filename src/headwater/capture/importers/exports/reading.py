"""Cells of exports: texts, numbers and times, whichever way a format wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlsplit

from headwater.capture.importers.cells import as_text
from headwater.capture.protocols.payloads import amount_of

_NOT_SAID: Final = frozenset({"(not set)", "(none)", "(direct)", "(not provided)", "<Other>"})
"""What analytics tools write where they know nothing."""

_PLAIN: Final = 4096


def text(cell: object) -> str | None:
    """Return a plain cell as a text; None if it is empty or not plain.

    Raises InputError with the reason for a text that cannot be kept.
    """
    if type(cell) is str:
        plain = cell.strip()
        if plain.isascii() and len(plain) <= _PLAIN and "\x00" not in plain:
            return plain or None  # most cells are so, and need no closer look
    return None if isinstance(cell, dict | list) else as_text(cell)


def said(cell: object) -> str | None:
    """Return a cell as a text; None where the tool wrote that it does not know."""
    found = text(cell)
    return None if found in _NOT_SAID else found


def amount(cell: object) -> str | None:
    """Return an amount of money in decimal digits; None for what is none."""
    return amount_of(text(cell))


def number(cell: object) -> int | float | None:
    """Return a finite number; None for what is none."""
    found = text(cell)
    try:
        exact = Decimal(found or "")
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact.adjusted()) > 18:
        return None
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def structure(cell: object) -> Mapping[str, object]:
    """Return a cell that holds named fields; an empty one for anything else."""
    return cell if isinstance(cell, dict) else {}


def elements(cell: object) -> list[object]:
    """Return the elements of a repeated field.

    BigQuery writes one to Parquet as a structure `list` of structures `element`, and PHP writes
    a list that has lost an element to JSON as an object of numbers.
    """
    if isinstance(cell, dict) and all(str(name).isdecimal() for name in cell):
        return list(cell.values())
    if isinstance(cell, dict):
        inner = cell.get("list")
        cell = [structure(one).get("element", one) for one in elements(inner)]
    return cell if isinstance(cell, list) else []


def host_of(url: str | None) -> str | None:
    """Return the host of an address."""
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def known(values: Mapping[str, object | None]) -> dict[str, object]:
    """Return the values that are there."""
    return {name: value for name, value in values.items() if value is not None}
