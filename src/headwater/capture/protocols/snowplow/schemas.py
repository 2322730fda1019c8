"""Self-describing events that Snowplow's trackers know; any other keeps its schema's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from headwater.capture.protocols.payloads import amount_of, currency_of, first_text, text_of
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.protocols.snowplow.entities import Entity
from headwater.capture.protocols.snowplow.parameters import Parameters
from headwater.capture.protocols.traits import person_in
from headwater.capture.wire import Draft

_COMMERCE: Final = {
    "product_view": "view_item",
    "list_view": "view_item_list",
    "list_click": "select_item",
    "promo_view": "view_promotion",
    "promo_click": "select_promotion",
    "checkout_step": "begin_checkout",
    "transaction": "purchase",
}
"""Actions of Snowplow's e-commerce schema to GA4's names; the others are the same word."""

_MONEY: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "purchase": ("transaction", ("revenue", "total_value")),
    "refund": ("refund", ("refund_amount", "revenue")),
    "add_to_cart": ("cart", ("total_value",)),
    "remove_from_cart": ("cart", ("total_value",)),
}
"""The entity that tells an event's money, and in which of its fields."""

_CONTACTS: Final = {"tel": "phone_click", "mailto": "email_click"}


def described_drafts(event: Parameters, inner: Entity) -> Sequence[Draft]:
    """Return the drafts of a self-describing event; nothing of keystrokes in forms."""
    read = _READERS.get(inner.name, _plain)
    return read(event, inner)


def _plain(event: Parameters, inner: Entity) -> Sequence[Draft]:
    personal, properties = person_in(inner.data)
    draft = event.draft(inner.name, properties)
    draft.values |= personal
    return [draft]


def _link_click(event: Parameters, inner: Entity) -> Sequence[Draft]:
    target = text_of(inner.data.get("targetUrl")) or ""
    scheme = target.partition(":")[0].lower()
    name = _CONTACTS.get(scheme) or _click_name(target, event.text("url") or "")
    return [event.draft(name, {**inner.data, "targetUrl": target or None})]


def _click_name(target: str, page: str) -> str:
    return "outbound_click" if _host(target) not in {"", _host(page)} else "link_click"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _form(event: Parameters, inner: Entity) -> Sequence[Draft]:
    """That a form was sent, not what was written in it: no one listed its fields as allowed."""
    return [event.draft("form_submit", {"form": first_text(inner.data, "formId", "id")})]


def _screen_view(event: Parameters, inner: Entity) -> Sequence[Draft]:
    draft = event.draft("screen_view", inner.data)
    title = text_of(inner.data.get("name"))
    return [draft] if title is None else [_with(draft, {"title": title})]


def _search(event: Parameters, inner: Entity) -> Sequence[Draft]:
    return [event.draft("search", inner.data)]


def _nothing(event: Parameters, inner: Entity) -> Sequence[Draft]:
    return []


def _commerce(event: Parameters, inner: Entity) -> Sequence[Draft]:
    action = text_of(inner.data.get("type")) or inner.name
    name = _COMMERCE.get(action, action)
    draft = event.draft(name, {key: text for key, text in inner.data.items() if key != "type"})
    entity, fields = _MONEY.get(name, ("", ()))
    told = next((found.data for found in event.entities() if found.name == entity), {})
    amount = next(filter(None, (amount_of(told.get(field)) for field in fields)), None)
    if amount is None:
        return [draft]
    currency = currency_of(told.get("currency"))
    _with(draft, {"amount": amount} | ({"currency": currency} if currency else {}))
    order_id = first_text(told, "transaction_id")
    if order_id is None:
        return [draft]
    purchase = Purchase(
        order_id,
        amount,
        promo_code=text_of(told.get("coupon_code")),
        is_refund=name == "refund",
        refund_id=draft.event_id,
    )
    return [draft, event.stamped(order_draft(purchase, draft.values))]


def _with(draft: Draft, values: Mapping[str, object]) -> Draft:
    draft.values |= values
    return draft


_READERS: Final[Mapping[str, Callable[[Parameters, Entity], Sequence[Draft]]]] = {
    "link_click": _link_click,
    "submit_form": _form,
    "change_form": _nothing,
    "focus_form": _nothing,
    "screen_view": _screen_view,
    "site_search": _search,
    "snowplow_ecommerce_action": _commerce,
}
