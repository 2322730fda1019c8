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

PAGE_VIEW: Final = "page_view"
FORM_SUBMIT: Final = "form_submit"
IDENTIFY: Final = "identify"
PURCHASE: Final = "purchase"

_LONGEST_NAME: Final = 200
_SHORT: Final = 2_000
_TEXTS: Final = ("url", "referrer", "title")
CONVERSIONS: Final = frozenset({FORM_SUBMIT, IDENTIFY, PURCHASE})
_TELLING: Final = frozenset({FORM_SUBMIT, IDENTIFY})
"""Events whose person is told by the lead or link beside them."""
_ORIGINALS: Final = ("email", "phone", "message")
_KEYS: Final = ("external_id", "email", "phone")


def drafts_of(body: Body) -> Reading:
    """Return the drafts of all events that can be used, and a refusal for each other one."""
    drafts: list[Draft] = []
    refusals: list[Refusal] = []
    common = common_values(body.visitor_id, body.head)
    for place, event in enumerate(body.events):
        name = name_of(event)
        if name is None or body.is_denied:
            refusals.append(_refusal(body, event, place))
        else:
            _add(drafts, body, event, {"name": name, **common})
    return Reading(drafts, refusals)


def common_values(visitor_id: str | None, head: Json) -> dict[str, Any]:
    """Return what all events of a batch have."""
    language = _text(head.get("language"))
    if language is None:
        return {"visitor_id": visitor_id}
    return {"visitor_id": visitor_id, "language": language}


def name_of(event: Any) -> str | None:
    """Return the name of an event; None where it has none, or is none."""
    name = event.get("name") if isinstance(event, dict) else None
    name = name.strip() if isinstance(name, str) else ""
    return name if 0 < len(name) <= _LONGEST_NAME else None


def _refusal(body: Body, event: Any, place: int) -> Refusal:
    if body.is_denied:
        return Refusal("no_consent", "consent", "the visitor declined; do not send")
    if not isinstance(event, dict):
        return Refusal("bad_event", f"events.{place}", "an object is expected")
    expected = f"a text of 1 to {_LONGEST_NAME} characters is expected"
    return Refusal("bad_event", f"events.{place}.name", expected)


def _add(drafts: list[Draft], body: Body, event: Json, values: dict[str, Any]) -> None:
    name, event_id = values["name"], short(event.get("id"))
    user = event.get("user")
    person = _person(user) if isinstance(user, dict) else {}
    put_values(values, event)
    if name not in _TELLING:
        values |= person
    elif "external_id" in person:
        values["external_id"] = person["external_id"]
    properties = properties_of(body.head, event, name)
    if properties is not None:
        values["properties"] = properties
    drafts.append(_draft(body, FactKind.EVENT, values, event_id))
    if name in CONVERSIONS:
        beside = _beside(body, event, values, person, event_id)
        if beside is not None:
            drafts.append(beside)


def put_values(values: dict[str, Any], event: Json) -> None:
    """Put in what has a column: time, page, title, value."""
    at = moment(event.get("at"))
    if at is not None:
        values["occurred_at"] = at
    for column in _TEXTS:
        if column in event and (text := _text(event[column])) is not None:
            values[column] = text
    if "value" in event:
        _put_value(values, event)


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


def properties_of(head: Json, event: Json, name: str) -> dict[str, Any] | None:
    """Return what has no column; None where everything has.

    The ids that advertisers ask for are there only where a conversion is.
    """
    given = event.get("properties")
    found = dict(given) if isinstance(given, dict) else {}
    if (session := short(head.get("session"))) is not None:
        found["session"] = session
    if "items" in event and isinstance(event["items"], list):
        found["items"] = event["items"]
    if (order_id := short(event.get("order_id"))) is not None:
        found["order_id"] = order_id
    if name == PAGE_VIEW and (screen := short(head.get("screen"))) is not None:
        found["screen"] = screen
    if name in CONVERSIONS:
        found |= _sources(head)
    return found or None


def _sources(head: Json) -> dict[str, Any]:
    return {
        part: head[part]
        for part in ("ga", "clicks", "landing")
        if isinstance(head.get(part), dict) and head[part]
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
    lead = {**common, **person, "method": "form", "form": short(given.get("form"))}
    if "url" in values:
        lead["url"] = values["url"]
    company = _company(event)
    properties = _sources(body.head) | ({"company": company} if company else {})
    if properties:
        lead["properties"] = properties
    return _draft(body, FactKind.LEAD, lead, event_id)


def _company(event: Json) -> str | None:
    return _text(object_of(event.get("user")).get("company"))


def _order(body: Body, event: Json, values: Json) -> Draft | None:
    order_id = short(event.get("order_id"))
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
        body.key,
        body.is_cookieless,
        body.shift,
        body.has_consent,
        body.has_gpc,
    )


def _text(value: object) -> str | None:
    """Return what `text_of` does, at once for what needs no care."""
    if value is None:
        return None
    if isinstance(value, str) and len(value) < _SHORT and value.isprintable():
        return value.strip() or None
    return text_of(value)


def short(value: object) -> str | None:
    """Return an id or name as a text of at most 200 characters; None for what is none."""
    if value is None:
        return None
    text = _text(value)
    return text[:_LONGEST_NAME] if text is not None else None
