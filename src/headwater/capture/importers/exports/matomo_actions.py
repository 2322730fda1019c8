"""The kinds of action that a visit of Matomo holds, as events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from headwater.capture.importers.exports.reading import (
    amount,
    elements,
    known,
    number,
    said,
    structure,
)

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Described:
    """An action: its event's name, its columns, and what has none."""

    name: str
    columns: dict[str, object] = field(default_factory=dict)
    properties: dict[str, object] = field(default_factory=dict)
    amount: str | None = None
    order_id: str | None = None


def _page(action: Row) -> Described:
    properties: dict[str, object | None] = {
        "time_spent_seconds": number(action.get("timeSpent")),
        "page_view_id": said(action.get("idpageview")),
    }
    return Described("page_view", _on_page(action), known(properties))


def _on_page(action: Row) -> dict[str, object]:
    return known({"url": said(action.get("url")), "title": said(action.get("pageTitle"))})


def _event(action: Row) -> Described:
    properties: dict[str, object | None] = {
        "category": said(action.get("eventCategory")),
        "action": said(action.get("eventAction")),
        "label": said(action.get("eventName")),
        "value": number(action.get("eventValue")),
    }
    name = said(action.get("eventAction")) or said(action.get("eventCategory")) or "event"
    return Described(name, _on_page(action), known(properties))


def _link(action: Row) -> Described:
    return Described("outbound_click", {}, known({"link_url": said(action.get("url"))}))


def _download(action: Row) -> Described:
    return Described("file_download", {}, known({"link_url": said(action.get("url"))}))


def _search(action: Row) -> Described:
    properties: dict[str, object | None] = {
        "search_term": said(action.get("siteSearchKeyword")),
        "search_category": said(action.get("siteSearchCategory")),
        "search_results": number(action.get("siteSearchCount")),
    }
    return Described("search", _on_page(action), known(properties))


def _content(action: Row) -> Described:
    interaction = said(action.get("contentInteraction"))
    properties: dict[str, object | None] = {
        "content_name": said(action.get("contentName")),
        "content_piece": said(action.get("contentPiece")),
        "content_target": said(action.get("contentTarget")),
        "interaction": interaction,
    }
    name = "content_impression" if interaction is None else "content_interaction"
    return Described(name, _on_page(action), known(properties))


def _goal(action: Row) -> Described:
    properties: dict[str, object | None] = {
        "goal_id": said(action.get("goalId")),
        "goal_name": said(action.get("goalName")),
    }
    return Described("goal", _on_page(action), known(properties), _revenue(action))


def _order(action: Row) -> Described:
    parts = ("SubTotal", "Tax", "Shipping", "Discount")
    properties: dict[str, object | None] = {
        name.lower(): amount(action.get(f"revenue{name}")) for name in parts
    }
    order_id = said(action.get("orderId"))
    properties |= {"order_id": order_id, "items": _items(action)}
    revenue = amount(action.get("revenue"))
    return Described("purchase", {}, known(properties), revenue, order_id)


def _cart(action: Row) -> Described:
    """The cart as it was left; live, each of its changes is told."""
    return Described(
        "add_to_cart", {}, known({"items": _items(action)}), amount(action.get("revenue"))
    )


def _revenue(action: Row) -> str | None:
    """Return what a goal is worth; most are worth nothing, which is no amount."""
    return amount(action.get("revenue")) if number(action.get("revenue")) else None


def _items(action: Row) -> list[object] | None:
    found: list[object] = []
    for one in map(structure, elements(action.get("itemDetails"))):
        item: dict[str, object | None] = {
            "item_id": said(one.get("itemSKU")),
            "item_name": said(one.get("itemName")),
            "item_category": said(one.get("itemCategory")),
            "price": amount(one.get("price")),
            "quantity": amount(one.get("quantity")),
        }
        found.append(known(item))
    return found or None


def viewed_item(action: Row) -> dict[str, object] | None:
    """Return the product that a page showed."""
    item: dict[str, object | None] = {
        "item_id": said(action.get("productViewSku")),
        "item_name": said(action.get("productViewName")),
        "price": amount(action.get("productViewPrice")),
    }
    return known(item) if item["item_id"] or item["item_name"] else None


ACTIONS: Final[Mapping[str, Callable[[Row], Described]]] = {
    "action": _page,
    "event": _event,
    "outlink": _link,
    "download": _download,
    "search": _search,
    "content": _content,
    "goal": _goal,
    "ecommerceOrder": _order,
    "ecommerceAbandonedCart": _cart,
}
