"""A request of the Measurement Protocol into drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from headwater.capture.protocols.arrivals import campaign_columns
from headwater.capture.protocols.commerce import money_in, purchase_of
from headwater.capture.protocols.payloads import (
    first_text,
    form_fields,
    json_object,
    list_of,
    object_of,
    text_of,
    too_many,
)
from headwater.capture.protocols.purchases import order_draft
from headwater.capture.protocols.times import unix_micros
from headwater.capture.protocols.traits import known_user, person_in
from headwater.capture.wire import Draft, Reading, Refusal, WireRequest
from headwater.domain.words import FactKind

Json = Mapping[str, object]

_NAMES: Final = {"user_engagement": "engagement", "click": "outbound_click"}
_CAMPAIGN: Final = "campaign_details"
_IN_COLUMNS: Final = {
    "page_location": "url",
    "page_referrer": "referrer",
    "page_title": "title",
    "language": "language",
}
_KEY_START: Final = "hw_"


def write_key(request: WireRequest) -> str | None:
    """Return the site's key: `measurement_id`, or the secret or app id if that is the key.

    Some clients insist on a measurement id of Google's form; the secret is then ours.
    """
    query = form_fields(request.query)
    told = [text_of(query.get(name)) for name in ("measurement_id", "api_secret")]
    told.append(text_of(query.get("firebase_app_id")))
    ours = (key for key in told if key and key.startswith(_KEY_START))
    return next(ours, None) or told[0] or told[2]


def events_of(body: Json) -> list[object]:
    """Return the events of a body; ga4mp sends a postponed one without a list around it."""
    events = body.get("events")
    return [events] if isinstance(events, dict) else list_of(events)


def read_events(request: WireRequest) -> Reading:
    """Return the drafts of a request's events."""
    body = json_object(request.body)
    if isinstance(body, Refusal):
        return Reading(refusals=(body,))
    events = events_of(body)
    refusal = too_many(events)
    if not events:
        refusal = Refusal("no_events", "events", "a list of at least one event")
    if refusal is not None:
        return Reading(refusals=(refusal,))
    return _read_all(body, events, write_key(request))


def _read_all(body: Json, events: list[object], key: str | None) -> Reading:
    drafts: list[Draft] = []
    refusals: list[Refusal] = []
    for place, item in enumerate(events):
        found = _drafts(body, object_of(item), place)
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        for draft in found:
            draft.write_key = key
        drafts.extend(found)
    return Reading(drafts, refusals)


def _drafts(body: Json, event: Json, place: int) -> list[Draft] | Refusal:
    called = text_of(event.get("name"))
    if called is None:
        return Refusal("no_name", f"events.{place}.name", "an event has a name")
    params = object_of(event.get("params"))
    event_id = _event_id(body, event, place)
    name = _NAMES.get(called, called)
    purchase = purchase_of(name, _in_words_of_shops(params), event_id)
    personal, others = person_in(params)
    money, others = money_in(others)
    values = {**_told(body, event, params), **personal, **money, "name": name}
    properties = {key: inner for key, inner in others.items() if key not in _IN_COLUMNS}
    traits = _user_properties(body)
    if traits:
        properties["user_properties"] = traits
    if properties:
        values["properties"] = properties
    drafts = [Draft(FactKind.EVENT, values, event_id)]
    return drafts if purchase is None else [*drafts, order_draft(purchase, values)]


def _told(body: Json, event: Json, params: Json) -> dict[str, object]:
    moment = event.get("timestamp_micros") or body.get("timestamp_micros")
    told = {
        "occurred_at": unix_micros(moment, 1),
        "visitor_id": first_text(body, "client_id", "app_instance_id"),
        **known_user(text_of(body.get("user_id"))),
        **{column: text_of(params.get(name)) for name, column in _IN_COLUMNS.items()},
        **(campaign_columns(params, None) if event.get("name") == _CAMPAIGN else {}),
    }
    # A server speaks for its visitors: its own agent and address are not theirs.
    return {
        "user_agent": text_of(body.get("user_agent")),
        "ip": text_of(body.get("ip_override")),
        "language": None,
        **{column: value for column, value in told.items() if value is not None},
    }


def _in_words_of_shops(params: Json) -> dict[str, object]:
    items = [object_of(item) for item in list_of(params.get("items"))]
    return {
        **params,
        "order_id": params.get("transaction_id"),
        "products": [
            {**item, "name": first_text(item, "item_name", "item_id")} for item in items
        ],
    }


def _user_properties(body: Json) -> dict[str, object]:
    traits = {
        name: object_of(told).get("value")
        for name, told in object_of(body.get("user_properties")).items()
    }
    return person_in(traits)[1]


def _event_id(body: Json, event: Json, place: int) -> str | None:
    """What names an event of a protocol that names none.

    A transaction names its purchase; else a time and what is said of it name an event, and
    two that tell no time are two.
    """
    params = object_of(event.get("params"))
    order_id = text_of(params.get("transaction_id"))
    if event.get("name") == "purchase" and order_id is not None:
        return f"{order_id}/purchase"
    moment = event.get("timestamp_micros") or body.get("timestamp_micros")
    if moment is None:
        return None
    named = [body.get("client_id"), body.get("user_id"), moment, place, event]
    try:
        text = json.dumps(named, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        return None  # nested so deep that the collector leaves its properties out, too
    return blake2b(text.encode(), digest_size=16).hexdigest()
