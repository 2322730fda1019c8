"""Orders that clients tell of: the order beside its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from headwater.capture.protocols.traits import SEEN
from headwater.capture.wire import Draft
from headwater.domain.words import FactKind

WHOLE_ORDER: Final = "order"
"""The line that an order of a client is: its total, for its products' prices leave out tax,
shipping and discounts that belong to no product."""

_CARRIED: Final = (
    *("occurred_at", "site", "visitor_id", "external_id", "account_id"),
    *("email", "phone", "person_name", "currency"),
)


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order as a client tells it: `amount` is its total, in decimal digits.

    An order that a browser and a server both tell of is one, but every refund of it counts:
    `refund_id` is what the client calls this one, if anything.
    """

    order_id: str
    amount: str
    product: str | None = None
    quantity: str | None = None
    promo_code: str | None = None
    is_refund: bool = False
    refund_id: str | None = None


def order_draft(purchase: Purchase, event: Mapping[str, object]) -> Draft:
    """Return the order that `event` (the values of its event) tells of."""
    values = {name: event[name] for name in _CARRIED if event.get(name) is not None}
    values |= {name: event[name] for name in SEEN if name in event}
    values |= {
        "order_id": purchase.order_id,
        "line_id": WHOLE_ORDER,
        "amount": purchase.amount,
        "is_refund": purchase.is_refund,
    }
    optional = {"product": purchase.product, "promo_code": purchase.promo_code}
    values |= {name: value for name, value in optional.items() if value is not None}
    if purchase.quantity is not None:
        values["quantity"] = float(purchase.quantity)
    if not purchase.is_refund:
        return Draft(FactKind.ORDER, values, f"{purchase.order_id}/order")
    values["amount"] = _negative(purchase.amount)
    own_id = None if purchase.refund_id is None else f"{purchase.refund_id}/refund"
    return Draft(FactKind.ORDER, values, own_id)


def _negative(amount: str) -> str:
    return f"{-abs(Decimal(amount)):f}"
