"""The step for money: whole minor units beside their currency."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from headwater.capture.collector.passage import Passage
from headwater.domain.errors import InputError
from headwater.domain.money import Money

_MOST_DIGITS: Final = 16
_LONGEST: Final = 64


def put_money(passage: Passage) -> None:
    """Turn `amount` into `amount_minor`, in the site's currency where none is named."""
    values = passage.values
    if "amount" not in values:
        if "amount_minor" not in values:
            values.pop("currency", None)
        return
    amount = values.pop("amount")
    named = values.get("currency")
    currency = named.upper() if isinstance(named, str) else passage.site.currency
    minor = _minor(amount, currency)
    if minor is None:
        values.pop("currency", None)
        passage.visit.left_out("amount")
    else:
        values["amount_minor"], values["currency"] = minor, currency


def _minor(amount: object, currency: str) -> int | None:
    if not isinstance(amount, str) or len(amount) > _LONGEST:
        return None
    try:
        decimal = Decimal(amount)
        if not decimal.is_finite() or decimal.adjusted() > _MOST_DIGITS:
            return None  # 1E+999999 would be written out
        return Money(decimal, currency).to_minor()
    except (InvalidOperation, InputError):
        return None
