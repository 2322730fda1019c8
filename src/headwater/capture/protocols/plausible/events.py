"""One body becomes the events it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.arrivals import seen_by
from headwater.capture.protocols.payloads import (
    amount_of,
    currency_of,
    first_text,
    json_object,
    object_of,
    text_of,
)
from headwater.capture.protocols.plausible.names import NAMES, named_properties
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.protocols.traits import person_in
from headwater.capture.wire import Draft, Refusal, WireRequest
from headwater.domain.words import FactKind

_MOST_DOMAINS: Final = 10
_ORDER_IDS: Final = ("order_id", "orderId", "transaction_id", "transactionId")


def drafts_of(content: Mapping[str, object], request: WireRequest) -> list[Draft] | Refusal:
    """Return the event for each of its domains, and the order it may be of."""
    name = first_text(content, "n", "name")
    if name is None:
        return Refusal("no_event", "name", "is empty")
    url = first_text(content, "u", "url")
    if url is None:
        return Refusal("no_event", "url", "is empty")
    domains = _domains(content)
    if len(domains) > _MOST_DOMAINS:
        return Refusal("too_many", "domain", f"names more than {_MOST_DOMAINS} domains")
    values = _values(NAMES.get(name, name), url, content, request)
    sites: list[dict[str, object]] = [{"site": domain} for domain in domains] or [{}]
    return [draft for site in sites for draft in _drafts({**values, **site})]


def _domains(content: Mapping[str, object]) -> list[str]:
    """Return the sites of an event; none where its address has to tell."""
    told = first_text(content, "d", "domain") or ""
    names = (name.strip().lower().removeprefix("www.") for name in told.split(","))
    return list(dict.fromkeys(name for name in names if name))


def _values(
    name: str, url: str, content: Mapping[str, object], request: WireRequest
) -> dict[str, object]:
    person, properties = person_in(_properties(content))
    properties = named_properties(name, properties) | _measured(content)
    values: dict[str, object] = {
        **person,
        "name": name,
        "url": url,
        "referrer": first_text(content, "r", "referrer"),
        **_revenue(content),
        "properties": properties,
    }
    told = {column: value for column, value in values.items() if value is not None}
    return {**seen_by(request), **told}


def _properties(content: Mapping[str, object]) -> dict[str, object]:
    """Return the plain values among the properties, which older scripts send as JSON text."""
    for field in ("m", "meta", "p", "props"):
        told = content.get(field)
        if isinstance(told, str):
            told = json_object(told.encode("utf-8", "replace"))
        if isinstance(told, dict):
            plain = {key: value for key, value in told.items() if _is_plain(value)}
            return {key: value for key, value in plain.items() if value not in ("", None)}
    return {}


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _measured(content: Mapping[str, object]) -> dict[str, object]:
    """Return what the script measured: of the engagement, of the page, of the event."""
    found = {
        name: value
        for field, name in (("e", "engagement_time_msec"), ("sd", "percent_scrolled"))
        if isinstance(value := content.get(field), int) and not isinstance(value, bool)
    }
    is_interactive = content.get("i", content.get("interactive"))
    is_passive = {"non_interaction": True} if is_interactive is False else {}
    return {**found, **is_passive}


def _revenue(content: Mapping[str, object]) -> dict[str, object]:
    told = content.get("$", content.get("revenue"))
    if isinstance(told, str):
        told = json_object(told.encode("utf-8", "replace"))
    revenue = object_of(told)
    amount = amount_of(revenue.get("amount"))
    if amount is None:
        return {}
    return {"amount": amount, "currency": currency_of(revenue.get("currency"))}


def _drafts(values: dict[str, object]) -> list[Draft]:
    """Return an event of one site, beside it its order where it names one.

    The visitor is one of the day's salt, or nobody where a server names no browser.
    """
    has_browser = values.get("user_agent") is not None
    drafts = [Draft(FactKind.EVENT, values, is_cookieless=has_browser)]
    amount, properties = values.get("amount"), object_of(values["properties"])
    order_id = first_text(properties, *_ORDER_IDS)
    if order_id is not None and (found := text_of(amount)) is not None:
        order = order_draft(Purchase(order_id, found), values)
        order.is_cookieless = has_browser
        drafts.append(order)
    return drafts
