"""A cell becomes a text, a number or a yes; each raises InputError with the reason alone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from headwater.capture.importers.rows import fault_in_text
from headwater.domain.errors import InputError

_YES: Final = frozenset({"true", "yes", "y", "t", "1"})
_NO: Final = frozenset({"false", "no", "n", "f", "0"})
_LARGEST_INTEGER: Final = 2**63 - 1


def as_text(cell: object) -> str | None:
    """Return the cell as a trimmed text, None if it is empty.

    Whole numbers lose the `.0` that spreadsheets give them, or ids would never match.
    """
    if cell is None:
        return None
    text = cell.strip() if isinstance(cell, str) else _written(cell)
    if not text:
        return None
    reason = fault_in_text(text)
    if reason is not None:
        raise InputError(reason)
    return text


def _written(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | Decimal):
        return _plain_number(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "surrogateescape").strip()
    return str(cell)


def _plain_number(number: float | Decimal) -> str:
    exact = Decimal(str(number))
    if exact.is_finite() and abs(exact) <= _LARGEST_INTEGER and exact == exact.to_integral():
        return str(int(exact))
    return str(number)


def as_integer(cell: object) -> int | None:
    """Return the cell as a whole number, such as impressions."""
    text = as_text(cell)
    if text is None:
        return None
    number = _decimal(text)
    if number != number.to_integral_value() or abs(number) > _LARGEST_INTEGER:
        raise InputError("is not a whole number")
    return int(number)


def as_number(cell: object) -> float | None:
    """Return the cell as a finite number, such as a quantity or a probability."""
    text = as_text(cell)
    return None if text is None else float(_decimal(text))


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InputError("is not a number; write it like 1234.5") from None
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise InputError("is not a finite number")
    return number


def as_flag(cell: object) -> bool | None:
    """Return the cell as yes or no."""
    text = as_text(cell)
    if text is None:
        return None
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise InputError("is neither yes nor no; write true or false, or map its values")
