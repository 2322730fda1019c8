"""A request of the Segment API into its messages, with what is told once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.arrivals import seen_by
from headwater.capture.protocols.payloads import (
    base64_bytes,
    first_text,
    form_fields,
    json_object,
    list_of,
    object_of,
    too_many,
)
from headwater.capture.protocols.segment.mapping import message_drafts
from headwater.capture.protocols.times import any_micros, clock_shift
from headwater.capture.wire import Draft, Reading, Refusal, WireRequest

_CALLS: Final = {
    "t": "track",
    "p": "page",
    "s": "screen",
    "i": "identify",
    "a": "alias",
    "g": "group",
    "b": "batch",
    "import": "batch",
    "m": "metrics",
}
"""The short names that browsers use."""

_BASIC: Final = "basic "


def read_messages(request: WireRequest) -> Reading:
    """Return the drafts of a tracking call, a batch of them, or a pixel's."""
    call = _call(request.path)
    if call == "metrics":  # how the client itself fares
        return Reading()
    content = json_object(_content(request))
    if isinstance(content, Refusal):
        return Reading(refusals=(content,))
    drafts: list[Draft] = []
    refusals: list[Refusal] = []
    key = _write_key(request, content)
    messages = _messages(content, call)
    refusal = too_many(messages)
    if refusal is not None:
        return Reading(refusals=(refusal,))
    for message in messages:
        found = message_drafts(message, seen_by(request))
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        sent_at = any_micros(message.get("sentAt") or content.get("sentAt"))
        for draft in found:
            draft.write_key = key or _public(first_text(message, "writeKey"))
            draft.shift = clock_shift(sent_at, request.received_at)
            drafts.append(draft)
    return Reading(drafts, refusals)


def _call(path: str) -> str:
    last = path.rstrip("/").rpartition("/")[2]
    return _CALLS.get(last, last)


def _content(request: WireRequest) -> bytes:
    if request.method == "GET":
        return base64_bytes(form_fields(request.query).get("data")) or b""
    return request.body


def _messages(content: dict[str, object], call: str) -> list[Mapping[str, object]]:
    """Return the messages; those of a batch inherit the batch's context."""
    if "batch" not in content and call != "batch":
        return [{"type": call, **content}]
    shared = object_of(content.get("context"))
    messages: list[Mapping[str, object]] = []
    for message in list_of(content.get("batch")):
        fields = object_of(message)
        own = object_of(fields.get("context"))
        messages.append({**fields, "context": {**shared, **own}} if shared else fields)
    return messages


def _write_key(request: WireRequest, content: Mapping[str, object]) -> str | None:
    authorization = request.headers.get("authorization", "")
    if authorization[: len(_BASIC)].lower() == _BASIC:
        pair = base64_bytes(authorization[len(_BASIC) :]) or b""
        name = _public(pair.decode("utf-8", "replace"))
        if name:
            return name
    query = form_fields(request.query)
    return (
        _public(request.headers.get("x-write-key"))
        or _public(first_text(query, "writeKey", "writekey"))
        or _public(first_text(content, "writeKey"))
    )


def _public(key: str | None) -> str | None:
    """Return the part before the secret: `key:secret` is how Basic and Jitsu write both."""
    return (key or "").partition(":")[0].strip() or None
