"""A request of PostHog's capture API into its events, however the client packed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.arrivals import seen_by
from headwater.capture.protocols.payloads import (
    base64_bytes,
    first_text,
    form_fields,
    json_value,
    object_of,
    too_many,
)
from headwater.capture.protocols.posthog.lz_string import decompress_base64
from headwater.capture.protocols.posthog.mapping import event_drafts
from headwater.capture.protocols.times import (
    MILLISECOND,
    clock_shift,
    iso_micros,
    unix_micros,
)
from headwater.capture.wire import Draft, Reading, Refusal, WireRequest

_KEYS: Final = ("api_key", "token")


def read_events(request: WireRequest) -> Reading:
    """Return the drafts of one event, a list of them, or a batch."""
    query = form_fields(request.query)
    content = _content(request, query)
    if isinstance(content, Refusal):
        return Reading(refusals=(content,))
    around = object_of(content)
    events = content if isinstance(content, list) else around.get("batch", [content])
    if not isinstance(events, list):
        return Reading(refusals=(Refusal("bad_json", "batch", "is not a list"),))
    refusal = too_many(events)
    if refusal is not None:
        return Reading(refusals=(refusal,))
    key = first_text(around, *_KEYS) or first_text(query, *_KEYS)
    sent_at = iso_micros(around.get("sent_at")) or unix_micros(query.get("_"), MILLISECOND)
    shift = clock_shift(sent_at, request.received_at)
    drafts: list[Draft] = []
    refusals: list[Refusal] = []
    for item in events:
        event = object_of(item)
        found = event_drafts(event, seen_by(request), request.received_at)
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        for draft in found:
            draft.write_key = key or _key_of(event)
            draft.shift = 0 if "offset" in event else shift
            drafts.append(draft)
    return Reading(drafts, refusals)


def _key_of(event: Mapping[str, object]) -> str | None:
    return first_text(event, *_KEYS) or first_text(object_of(event.get("properties")), *_KEYS)


def _content(request: WireRequest, query: Mapping[str, str]) -> object | Refusal:
    """The JSON value of the body, or of the field `data` of a form or a query."""
    if request.method == "GET":
        return _unpacked(query.get("data", ""), query.get("compression", ""))
    if not request.body.startswith((b"data=", b"compression=")):
        return json_value(request.body)
    form = form_fields(request.body)
    compression = form.get("compression") or query.get("compression", "")
    return _unpacked(form.get("data", ""), compression)


def _unpacked(data: str, compression: str) -> object | Refusal:
    if compression == "lz64":
        text = decompress_base64(data)
        return json_value(text.encode("utf-8", "replace") if text else b"")
    if data.lstrip().startswith(("{", "[")):
        return json_value(data.encode())
    return json_value(base64_bytes(data) or b"")
