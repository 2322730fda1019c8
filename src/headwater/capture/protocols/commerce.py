"""Events of shops in the names and columns that all clients share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.payloads import (
    amount_of,
    currency_of,
    first_text,
    list_of,
    object_of,
)
from headwater.capture.protocols.purchases import Purchase

GA4_NAMES: Final = {
    "products searched": "search",
    "product list viewed": "view_item_list",
    "promotion viewed": "view_promotion",
    "promotion clicked": "select_promotion",
    "product clicked": "select_item",
    "product viewed": "view_item",
    "product added": "add_to_cart",
    "product removed": "remove_from_cart",
    "product added to wishlist": "add_to_wishlist",
    "cart viewed": "view_cart",
    "checkout started": "begin_checkout",
    "payment info entered": "add_payment_info",
    "order completed": "purchase",
    "order refunded": "refund",
}
"""Segment's e-commerce specification, which PostHog's users follow too, to GA4's names."""

_WORTH: Final = ("revenue", "$revenue", "value", "total")
"""Where an event's worth stands; of an order, revenue is what Segment's own reports take."""


def money_in(
    properties: Mapping[str, object],
) -> tuple[dict[str, object], dict[str, object]]:
    """Return an event's amount and currency, as far as told, and the other properties."""
    worths = {name: amount_of(properties.get(name)) for name in _WORTH}
    name = next((name for name, amount in worths.items() if amount is not None), None)
    if name is None:
        return {}, dict(properties)
    currency = currency_of(properties.get("currency"))
    columns: dict[str, object] = {"amount": worths[name]}
    used = {name}
    if currency is not None:
        columns["currency"] = currency
        used.add("currency")
    return columns, {key: value for key, value in properties.items() if key not in used}


def purchase_of(
    name: str, properties: Mapping[str, object], event_id: str | None
) -> Purchase | None:
    """Return the order or refund that the event tells of; None where it names none."""
    order_id = first_text(properties, "order_id", "orderId")
    amount = money_in(properties)[0].get("amount")
    if name not in {"purchase", "refund"} or order_id is None or not isinstance(amount, str):
        return None
    products = [object_of(product) for product in list_of(properties.get("products"))]
    only = products[0] if len(products) == 1 else {}
    return Purchase(
        order_id,
        amount,
        product=first_text(only, "name", "sku", "product_id"),
        quantity=amount_of(only.get("quantity")),
        promo_code=first_text(properties, "coupon"),
        is_refund=name == "refund",
        refund_id=event_id,
    )
