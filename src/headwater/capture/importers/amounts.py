"""Amounts of money as people and spreadsheets write them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from headwater.capture.importers.cells import as_text
from headwater.capture.importers.mapping import MoneyFormat
from headwater.domain.errors import InputError

_SIGNS: Final = re.compile(r"[\s\u00a0\u202f€$£¥₽]+")
_NOT_FINITE: Final = frozenset({"nan", "inf", "infinity"})
_CONVENTIONS: Final = ((",", "."), (".", ","), (",", " "), (",", ""), (".", "'"))


def as_amount(cell: object, form: MoneyFormat) -> Decimal | None:
    """Return the exact amount, None if the cell is empty; InputError with the reason."""
    if isinstance(cell, bool):
        raise InputError("is not an amount of money")
    if isinstance(cell, int | float | Decimal):
        return _finite(Decimal(str(cell)))
    text = as_text(cell)
    return None if text is None else _parse(text, form)


def _finite(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise InputError("is not a number")
    if abs(amount.adjusted()) > 300:
        raise InputError("is too large or too small for an amount of money")
    return amount


def _parse(text: str, form: MoneyFormat) -> Decimal:
    bare = _SIGNS.sub(" " if form.thousands == " " else "", text).strip()
    if bare.lower().lstrip("+-") in _NOT_FINITE:
        raise InputError("is not a number")
    if _pattern(form.decimal, form.thousands).fullmatch(bare) is None:
        raise InputError(_why_not(bare, form))
    plain = bare.replace(form.thousands, "") if form.thousands else bare
    return _finite(Decimal(plain.replace(form.decimal, ".")))


@lru_cache
def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    fraction = rf"(?:{re.escape(decimal)}\d*)?"
    grouped = (
        rf"[+-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+{fraction}|" if thousands else ""
    )
    return re.compile(
        rf"{grouped}[+-]?(?:\d+{fraction}|{re.escape(decimal)}\d+)(?:[eE][+-]?\d{{1,2}})?",
        re.ASCII,
    )


def _why_not(bare: str, form: MoneyFormat) -> str:
    for decimal, thousands in _CONVENTIONS:
        if (decimal, thousands) == (form.decimal, form.thousands):
            continue
        if _pattern(decimal, thousands).fullmatch(bare):
            return (
                f"is not an amount written with '{form.decimal}' before the cents; if it is "
                f'one, set [money] decimal = "{decimal}" and thousands = "{thousands}"'
            )
    return f"is not an amount of money, such as 1234{form.decimal}50"
