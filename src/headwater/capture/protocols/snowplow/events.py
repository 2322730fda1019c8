"""The types of Snowplow's events: page view, ping, structured, self-describing, transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from headwater.capture.protocols.payloads import amount_of, currency_of
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.protocols.snowplow.entities import described, entity_of
from headwater.capture.protocols.snowplow.parameters import Parameters
from headwater.capture.protocols.snowplow.schemas import described_drafts
from headwater.capture.wire import Draft, Refusal

Drafts = Sequence[Draft] | Refusal

_STRUCTURED: Final = {
    "se_ca": "category",
    "se_ac": "action",
    "se_la": "label",
    "se_pr": "property",
    "se_va": "value",
}
_PING: Final = {
    "pp_mix": "scroll_x_least",
    "pp_max": "scroll_x_most",
    "pp_miy": "scroll_y_least",
    "pp_may": "scroll_y_most",
}
_ITEM: Final = {
    "ti_id": "order_id",
    "ti_sk": "item_id",
    "ti_nm": "item_name",
    "ti_ca": "item_category",
    "ti_pr": "price",
    "ti_qu": "quantity",
    "ti_cu": "currency",
}
_TRANSACTION: Final = {
    "tr_id": "order_id",
    "tr_af": "affiliation",
    "tr_tx": "tax",
    "tr_sh": "shipping",
}


def event_drafts(event: Parameters) -> Drafts:
    """Return what an event comes to, or why it is none."""
    kind = event.text("e") or ""
    read = _READERS.get(kind)
    if read is None:
        return Refusal("unknown_type", "e", kind[:40])
    return read(event)


def _page_view(event: Parameters) -> Drafts:
    return [event.draft("page_view", {})]


def _page_ping(event: Parameters) -> Drafts:
    properties = {**_told(event, _PING), "percent_scrolled": _percent_scrolled(event)}
    return [event.draft("engagement", properties)]


def _percent_scrolled(event: Parameters) -> int | None:
    """How far the page was seen, as the tracker counts it; None where its size is not told."""
    window, page = (_height(event.text(name)) for name in ("vp", "ds"))
    scrolled = _whole(event.text("pp_may"))
    if window is None or not page or scrolled is None:
        return None
    return min(100, 100 * (scrolled + window) // page)


def _height(size: str | None) -> int | None:
    return _whole((size or "").partition("x")[2])


def _whole(digits: str | None) -> int | None:
    is_whole = digits is not None and digits.isascii() and digits.isdigit() and len(digits) < 9
    return int(digits) if digits is not None and is_whole else None


def _structured(event: Parameters) -> Drafts:
    """A structured event is called by its action; its value has no currency, so is no money."""
    action = event.text("se_ac")
    if action is None:
        return Refusal("no_name", "se_ac", "a structured event names its action")
    return [event.draft(action, _told(event, _STRUCTURED))]


def _self_describing(event: Parameters) -> Drafts:
    wrapper = described(event.fields.get("ue_pr"), event.fields.get("ue_px"))
    outer = entity_of(wrapper)
    inner = None if outer is None else entity_of(outer.data)
    if inner is None:
        return Refusal("no_name", "ue_pr", "a self-describing event names its schema")
    return described_drafts(event, inner)


def _transaction(event: Parameters) -> Drafts:
    draft = event.draft("purchase", _told(event, _TRANSACTION))
    amount, currency = amount_of(event.text("tr_tt")), currency_of(event.text("tr_cu"))
    if amount is not None:
        draft.values |= {"amount": amount} | ({"currency": currency} if currency else {})
    order_id = event.text("tr_id")
    if amount is None or order_id is None:
        return [draft]
    return [draft, event.stamped(order_draft(Purchase(order_id, amount), draft.values))]


def _item(event: Parameters) -> Drafts:
    """A line of a transaction: its money is in the transaction's total."""
    return [event.draft("purchase_item", _told(event, _ITEM))]


def _told(event: Parameters, names: Mapping[str, str]) -> dict[str, object]:
    return {plain: event.text(field) for field, plain in names.items()}


_READERS: Final[Mapping[str, Callable[[Parameters], Drafts]]] = {
    "pv": _page_view,
    "pp": _page_ping,
    "se": _structured,
    "ue": _self_describing,
    "tr": _transaction,
    "ti": _item,
}
