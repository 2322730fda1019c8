"""What the events of a batch become: an event each, beside it a lead, a link or an order."""

from __future__ import annotations

from typing import Any, Final

from headwater.capture.protocols.own.reading import Body, Json, moment
from headwater.capture.protocols.payloads import (
    amount_of,
    currency_of,
    object_of,
    text_of,
)
from headwater.capture.protocols.purchases import Purchase, order_draft
from headwater.capture.protocols.traits import identity_link
from headwater.capture.wire import Draft, Reading, Refusal
from headwater.domain.words import FactKind

FORM_SUBMIT: Final = "form_submit"
IDENTIFY: Final = "identify"
PURCHASE: Final = "purchase"

_LONGEST_NAME: Final = 200
_SHORT: Final = 2_000
_CONVERSIONS: Final = frozenset({FORM_SUBMIT, IDENTIFY, PURCHASE})
_TELLING: Final = frozenset({FORM_SUBMIT, IDENTIFY})
"""Events whose person is told by the lead or link beside them."""
_ORIGINALS: Final = ("email", "phone", "message")
_KEYS: Final = ("external_id", "email", "phone")


def drafts_of(body: Body) -> Reading:
    """Return the drafts of all events that can be used, and a refusal for each other one."""
    drafts: list[Draft] = []
    refusals: list[Refusal] = []
    for place, event in enumerate(body.events):
        refusal = _refusal(body, event, place)
        if refusal is None:
            drafts += _drafts(body, event)
        else:
            refusals.append(refusal)
    return Reading(drafts, refusals)


def _refusal(body: Body, event: Any, place: int) -> Refusal | None:
    if body.is_denied:
        return Refusal("no_consent", "consent", "the visitor declined; do not send")
    if not isinstance(event, dict):
        return Refusal("bad_event", f"events.{place}", "an object is expected")
    name = event.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME:
        expected = f"a text of 1 to {_LONGEST_NAME} characters is expected"
        return Refusal("bad_event", f"events.{place}.name", expected)
    return None


def _drafts(body: Body, event: Json) -> list[Draft]:
    name = event["name"].strip()
    event_id = _short(event.get("id"))
    user = event.get("user")
    person = _person(user) if isinstance(user, dict) else {}
    values = _values(body, event, name)
    if name not in _TELLING:
        values |= person
    elif "external_id" in person:
        values["external_id"] = person["external_id"]
    if properties := _properties(body, event, name):
        values["properties"] = properties
    drafts = [_draft(body, FactKind.EVENT, values, event_id)]
    if name in _CONVERSIONS:
        beside = _beside(body, event, values, person, event_id)
        if beside is not None:
            drafts.append(beside)
    return drafts


def _values(body: Body, event: Json, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {"name": name, "visitor_id": body.visitor_id}
    at = moment(event.get("at"))
    if at is not None:
        values["occurred_at"] = at
    for column in ("url", "referrer", "title"):
        if (text := _text(event.get(column))) is not None:
            values[column] = text
    if (language := _text(body.head.get("language"))) is not None:
        values["language"] = language
    if "value" in event:
        _put_value(values, event)
    return values


def _put_value(values: dict[str, Any], event: Json) -> None:
    amount = amount_of(event["value"])
    if amount is not None:
        values["amount"] = amount
        currency = currency_of(event.get("currency"))
        if currency is not None:
            values["currency"] = currency


def _person(user: Json) -> dict[str, Any]:
    named = {
        "external_id": _text(user.get("id")),
        "person_name": _text(user.get("name")),
        **{name: _text(user.get(name)) for name in _ORIGINALS},
    }
    return {name: value for name, value in named.items() if value is not None}


def _properties(body: Body, event: Json, name: str) -> dict[str, Any]:
    """What has no column; the ids that advertisers ask for only where a conversion is."""
    given = event.get("properties")
    found = dict(given) if isinstance(given, dict) else {}
    if (session := _short(body.head.get("session"))) is not None:
        found["session"] = session
    if "items" in event and isinstance(event["items"], list):
        found["items"] = event["items"]
    if (order_id := _short(event.get("order_id"))) is not None:
        found["order_id"] = order_id
    if name == "page_view" and (screen := _short(body.head.get("screen"))) is not None:
        found["screen"] = screen
    if name in _CONVERSIONS:
        found |= _sources(body)
    return found


def _sources(body: Body) -> dict[str, Any]:
    return {
        part: body.head[part]
        for part in ("ga", "clicks", "landing")
        if isinstance(body.head.get(part), dict) and body.head[part]
    }


def _beside(
    body: Body, event: Json, values: Json, person: Json, event_id: str | None
) -> Draft | None:
    common = {
        column: values[column] for column in ("visitor_id", "occurred_at") if column in values
    }
    if values["name"] == PURCHASE:
        return _order(body, event, values)
    if not person and not _company(event):
        return None
    if values["name"] == IDENTIFY:
        if not any(key in person for key in _KEYS):
            return None
        link = identity_link({**common, **person}, event_id, IDENTIFY)
        return _draft(body, FactKind.IDENTITY_LINK, link.values, link.event_id)
    given = object_of(event.get("properties"))
    lead = {**common, **person, "method": "form", "form": _short(given.get("form"))}
    if "url" in values:
        lead["url"] = values["url"]
    company = _company(event)
    properties = _sources(body) | ({"company": company} if company else {})
    if properties:
        lead["properties"] = properties
    return _draft(body, FactKind.LEAD, lead, event_id)


def _company(event: Json) -> str | None:
    return _text(object_of(event.get("user")).get("company"))


def _order(body: Body, event: Json, values: Json) -> Draft | None:
    order_id = _short(event.get("order_id"))
    if order_id is None or "amount" not in values:
        return None
    product = quantity = None
    items = event.get("items")
    if isinstance(items, list) and len(items) == 1:
        only = object_of(items[0])
        product, quantity = _text(only.get("item_name")), amount_of(only.get("quantity"))
    purchase = Purchase(order_id, values["amount"], product, quantity)
    order = order_draft(purchase, values)
    return _draft(body, FactKind.ORDER, order.values, order.event_id)


def _draft(body: Body, kind: FactKind, values: dict[str, Any], event_id: str | None) -> Draft:
    return Draft(
        kind,
        values,
        event_id,
        write_key=body.key,
        is_cookieless=body.is_cookieless,
        shift=body.shift,
        has_consent=body.has_consent,
        has_gpc=body.has_gpc,
    )


def _text(value: object) -> str | None:
    """Return what `text_of` does, at once for what needs no care."""
    if value is None:
        return None
    if isinstance(value, str) and len(value) < _SHORT and value.isprintable():
        return value.strip() or None
    return text_of(value)


def _short(value: object) -> str | None:
    text = _text(value)
    return text[:_LONGEST_NAME] if text is not None else None
