"""One call becomes the events it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from headwater.capture.protocols.arrivals import seen_by
from headwater.capture.protocols.payloads import (
    amount_of,
    currency_of,
    first_text,
    object_of,
    text_of,
)
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.protocols.times import unix_micros
from headwater.capture.protocols.traits import identity_link, known_user, person_in, person_of
from headwater.capture.protocols.umami.pages import page_url, title_of
from headwater.capture.wire import Draft, Refusal, WireRequest
from headwater.domain.times import SECOND
from headwater.domain.words import FactKind

_ORDER_IDS: Final = ("order_id", "orderId", "transaction_id", "transactionId")
_PERSONAL: Final = ("external_id", "email", "phone", "person_name")


def drafts_of(call: Mapping[str, object], request: WireRequest) -> list[Draft] | Refusal:
    """Return the facts of one call; a refusal where it cannot be used."""
    kind = text_of(call.get("type"))
    payload = object_of(call.get("payload"))
    if not payload:
        return Refusal("no_event", "payload", "is empty or no object")
    website = first_text(payload, "website", "pixel", "link")
    if website is None:
        return Refusal("no_site", "website", "is empty")
    if kind == "event":
        drafts = _event(payload, request)
    elif kind == "identify":
        drafts = _identify(payload, request)
    elif kind == "performance":
        return Refusal("not_taken", "type", "loading times have no fact here")
    else:
        return Refusal("no_event", "type", "is neither event nor identify")
    for draft in drafts:
        # A visitor of the day's salt; whom neither the call nor a browser tells of is nobody.
        is_seen = draft.values.get("ip") is not None
        draft.write_key = website
        draft.has_gpc = request.headers.get("sec-gpc") == "1"
        draft.is_cookieless = is_seen and "visitor_id" not in draft.values
    return drafts


def _event(payload: Mapping[str, object], request: WireRequest) -> list[Draft]:
    person, properties = person_in(object_of(payload.get("data")))
    values = _seen(payload, request)
    values |= {
        **person,
        "name": text_of(payload.get("name")) or "page_view",
        "properties": {**properties, **_screen(payload)},
        **_revenue(properties),
    }
    drafts = [Draft(FactKind.EVENT, values)]
    order_id = first_text(properties, *_ORDER_IDS)
    amount = text_of(values.get("amount"))
    if order_id is not None and amount is not None:
        drafts.append(order_draft(Purchase(order_id, amount), values))
    return drafts


def _identify(payload: Mapping[str, object], request: WireRequest) -> list[Draft]:
    """Return the link of the visitor to whoever they said they are, else an event."""
    person, properties = person_of(object_of(payload.get("data")))
    values = _seen(payload, request)
    values |= {**person, "name": "identify", "properties": properties}
    drafts = [Draft(FactKind.EVENT, values)]
    if any(name in values for name in _PERSONAL):
        drafts.append(identity_link(values, None, "identify"))
    return drafts


def _seen(payload: Mapping[str, object], request: WireRequest) -> dict[str, object]:
    told = {
        "occurred_at": unix_micros(payload.get("timestamp"), SECOND),
        "visitor_id": _visitor(payload),
        **known_user(text_of(payload.get("id"))),
        "url": page_url(payload.get("url"), payload.get("hostname")),
        "referrer": page_url(payload.get("referrer"), payload.get("hostname")),
        "title": title_of(payload.get("title")),
        "language": text_of(payload.get("language")),
        "user_agent": text_of(payload.get("userAgent")),
        "ip": text_of(payload.get("ip")),
    }
    known = {name: value for name, value in told.items() if value is not None}
    return {**_sender(request), **known}


def _sender(request: WireRequest) -> dict[str, object]:
    """Return agent and address of a browser; of a server, that it has none to tell.

    Umami's clients for servers call themselves browsers, but only a browser names the page
    that a POST comes from.
    """
    if "origin" in request.headers:
        return seen_by(request)
    return {"user_agent": None, "ip": None}


def _visitor(payload: Mapping[str, object]) -> str | None:
    """Return the visitor of a user whom the site knows; None makes one of the day's salt."""
    user = known_user(text_of(payload.get("id"))).get("external_id")
    if user is None:
        return None  # also of an e-mail address, which could be found out from its hash
    website = text_of(payload.get("website")) or ""
    return blake2b(f"umami\n{website}\n{user}".encode(), digest_size=16).hexdigest()


def _screen(payload: Mapping[str, object]) -> dict[str, object]:
    told = {name: text_of(payload.get(name)) for name in ("screen", "tag")}
    return {name: text for name, text in told.items() if text is not None}


def _revenue(properties: Mapping[str, object]) -> dict[str, object]:
    """Return what Umami reports as revenue: a number so called beside its currency."""
    amount = amount_of(properties.get("revenue"))
    if amount is None:
        return {}
    return {"amount": amount, "currency": currency_of(properties.get("currency"))}
