"""What the validation server says of a request: Google's codes, and what we need as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from headwater.capture.protocols.ga4.reading import events_of, write_key
from headwater.capture.protocols.payloads import (
    amount_of,
    currency_of,
    json_object,
    object_of,
    text_of,
)
from headwater.capture.wire import Refusal, WireRequest

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_MOST_EVENTS: Final = 25

Message = dict[str, str]


def messages_on(request: WireRequest) -> list[Message]:
    """Return what is wrong with a request, nothing if all of it can be used."""
    return list(_messages(request))


def _messages(request: WireRequest) -> Iterator[Message]:
    if write_key(request) is None:
        yield _message("measurement_id", "VALUE_REQUIRED", "Give the site's write key.")
    body = json_object(request.body)
    if isinstance(body, Refusal):
        yield _message("", "VALUE_INVALID", f"The body is no JSON object: {body.detail}.")
        return
    if text_of(body.get("client_id")) is None and text_of(body.get("app_instance_id")) is None:
        yield _message("client_id", "VALUE_REQUIRED", "Name the browser of these events.")
    events = events_of(body)
    if not events:
        yield _message("events", "VALUE_REQUIRED", "Give a list of at least one event.")
    if len(events) > _MOST_EVENTS:
        told = f"Google takes at most {_MOST_EVENTS} events a request."
        yield _message("events", "EXCEEDED_MAX_ENTITIES", told)
    for place, event in enumerate(events):
        yield from _on_event(f"events[{place}]", object_of(event))


def _on_event(path: str, event: Mapping[str, object]) -> Iterator[Message]:
    name = event.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        told = "A name has up to 40 letters, digits and underscores, the first a letter."
        yield _message(f"{path}.name", "NAME_INVALID", told)
    params = object_of(event.get("params"))
    if "value" not in params:
        return
    if amount_of(params["value"]) is None:
        told = "A value is a number of the currency's major units."
        yield _message(f"{path}.params.value", "VALUE_INVALID", told)
    if currency_of(params.get("currency")) is None:
        told = "A value needs its currency, such as EUR."
        yield _message(f"{path}.params.currency", "VALUE_REQUIRED", told)


def _message(path: str, code: str, told: str) -> Message:
    return {"fieldPath": path, "description": told, "validationCode": code}
