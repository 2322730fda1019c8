"""Products, carts and orders of Matomo's e-commerce parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.matomo.parameters import Hit
from headwater.capture.protocols.payloads import amount_of, list_of, text_of
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.wire import Draft
from headwater.domain.words import FactKind

_PARTS: Final = {
    "subtotal": "ec_st",
    "tax": "ec_tx",
    "shipping": "ec_sh",
    "discount": "ec_dt",
}


def is_commerce(hit: Hit) -> bool:
    """Say whether the hit is an order or a cart: both are of the goal number 0."""
    return hit.text("idgoal") == "0"


def commerce_drafts(hit: Hit, seen: Mapping[str, object]) -> list[Draft]:
    """Return a purchase with its order, or the state of a cart.

    `seen` are the values that every event of this hit has. Matomo sends the whole cart
    whenever it changes, so an empty one was emptied by its owner.
    """
    properties = {**_properties(seen), **_cart(hit)}
    values = {**seen, "properties": properties}
    amount = amount_of(hit.text("revenue"))
    if amount is not None:
        values["amount"] = amount
    order_id = hit.text("ec_id")
    if order_id is None:
        name = "add_to_cart" if properties.get("items") else "remove_from_cart"
        return [Draft(FactKind.EVENT, {**values, "name": name})]
    values["name"] = "purchase"
    properties["order_id"] = order_id
    event = Draft(FactKind.EVENT, values, f"{order_id}/purchase")
    if amount is None:
        return [event]
    return [event, order_draft(Purchase(order_id, amount), values)]


def viewed_item(hit: Hit, seen: Mapping[str, object]) -> Draft | None:
    """Return the view of a product that a page view tells of; None where it tells of none."""
    item = {
        "item_id": hit.text("_pks"),
        "item_name": hit.text("_pkn"),
        "item_category": _category(hit.text("_pkc")),
        "price": amount_of(hit.text("_pkp")),
    }
    if item["item_id"] is None and item["item_name"] is None:
        return None
    known = {name: text for name, text in item.items() if text is not None}
    properties = {**_properties(seen), "items": [known]}
    return Draft(FactKind.EVENT, {**seen, "name": "view_item", "properties": properties})


def viewed_category(hit: Hit) -> dict[str, object]:
    """Return the product category of a page as a property."""
    category = _category(hit.text("_pkc"))
    return {} if category is None else {"item_category": category}


def _properties(seen: Mapping[str, object]) -> dict[str, object]:
    properties = seen.get("properties")
    return dict(properties) if isinstance(properties, Mapping) else {}


def _cart(hit: Hit) -> dict[str, object]:
    found: dict[str, object] = {}
    items = [_item(row) for row in list_of(_json(hit.text("ec_items")))]
    if any(items):
        found["items"] = [item for item in items if item]
    for name, parameter in _PARTS.items():
        amount = amount_of(hit.text(parameter))
        if amount is not None:
            found[name] = amount
    return found


def _item(row: object) -> dict[str, object]:
    """Read `[sku, name, category, price, quantity]`, of which the last four may be absent."""
    cells = [*list_of(row), None, None, None, None, None]
    item: dict[str, object] = {
        "item_id": text_of(cells[0]),
        "item_name": text_of(cells[1]),
        "item_category": _category(cells[2]),
        "price": amount_of(cells[3]),
        "quantity": amount_of(cells[4]),
    }
    return {name: value for name, value in item.items() if value is not None}


def _category(value: object) -> str | None:
    """Return the first of up to five categories, which come as a text or as a JSON list."""
    if isinstance(value, str) and value.startswith("["):
        value = _json(value)
    names = value if isinstance(value, list) else [value]
    return next((text for name in names if (text := text_of(name))), None)


def _json(text: str | None) -> object:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
