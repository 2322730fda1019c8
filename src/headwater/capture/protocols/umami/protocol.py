"""Which requests are Umami's, and what Umami would have answered."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import failure, json_answer
from headwater.capture.protocols.payloads import first_text, json_value, object_of
from headwater.capture.protocols.umami.events import drafts_of
from headwater.capture.wire import (
    Answer,
    Draft,
    Outcome,
    Reading,
    Refusal,
    Route,
    WireRequest,
)

_SEND: Final = "/api/send"
_BATCH: Final = "/api/batch"
_LONGEST_TOKEN: Final = 2048


class UmamiProtocol:
    """Reads one call a request, or a list of calls."""

    name = "umami"
    routes: Sequence[Route] = (Route("POST", _SEND), Route("POST", _BATCH))

    def read(self, request: WireRequest) -> Reading:
        """Return the drafts of all calls of the request. Never raises."""
        calls = _calls(request)
        if isinstance(calls, Refusal):
            return Reading(refusals=(calls,))
        drafts: list[Draft] = []
        refusals: list[Refusal] = []
        for call in calls:
            found = drafts_of(object_of(call), request)
            if isinstance(found, Refusal):
                refusals.append(found)
            else:
                drafts.extend(found)
        return Reading(drafts, refusals)

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """Return a token, which the browser script shows again, or counts for a list."""
        calls = _calls(request)
        is_batch = request.path == _BATCH and outcome.is_durable
        if is_batch and not isinstance(calls, Refusal):
            return _batch_answer(request, len(calls), outcome)
        return failure(outcome) or json_answer(200, {"cache": _token(request, calls)})


def _calls(request: WireRequest) -> Sequence[object] | Refusal:
    value = json_value(request.body)
    if isinstance(value, Refusal):
        return value
    if request.path != _BATCH:
        return [value] if isinstance(value, dict) else _NO_OBJECT
    return value if isinstance(value, list) else _NO_LIST


_NO_OBJECT: Final = Refusal("bad_json", "body", "is not a JSON object")
_NO_LIST: Final = Refusal("bad_json", "body", "is not a JSON list")


def _batch_answer(request: WireRequest, size: int, outcome: Outcome) -> Answer:
    wrong = outcome.refusals[:size]
    details = [{"reason": refusal.reason, "field": refusal.field} for refusal in wrong]
    content = {
        "size": size,
        "processed": size - len(wrong),
        "errors": len(wrong),
        "details": details,
        "cache": _token(request, ()),
    }
    return json_answer(200, content)


def _token(request: WireRequest, calls: Sequence[object] | Refusal) -> str:
    """Return what the script sends back as `x-umami-cache`.

    Umami keeps the session in it, so that it need not look it up; we keep nothing in it and
    trust nothing that comes with it. It has the form of a token only because clients of its
    have read it as one.
    """
    shown = request.headers.get("x-umami-cache", "")
    if shown.count(".") == 2 and len(shown) <= _LONGEST_TOKEN:
        return shown
    first = object_of(calls[0]) if not isinstance(calls, Refusal) and calls else {}
    website = first_text(object_of(first.get("payload")), "website")
    parts = ({"alg": "none", "typ": "JWT"}, {"websiteId": website})
    head, claims = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in parts
    )
    return f"{head}.{claims}."
