"""Answers that several clients expect in the same form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from headwater.capture.wire import Answer, Outcome

JSON: Final[Mapping[str, str]] = {"content-type": "application/json"}

_PIXEL: Final = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_NOT_DURABLE: Final = Answer(
    503, b"not stored, please send again", {"content-type": "text/plain"}
)


def json_answer(status: int, content: object) -> Answer:
    """Return `content` as a JSON answer."""
    return Answer(status, json.dumps(content, separators=(",", ":")).encode(), JSON)


def pixel() -> Answer:
    """Return a transparent picture of one pixel, never to be kept by a cache."""
    headers = {"content-type": "image/gif", "cache-control": "no-store"}
    return Answer(200, _PIXEL, headers)


def failure(outcome: Outcome) -> Answer | None:
    """Return the answer to a request of which nothing could be taken; None where something was.

    503 makes every client send again; 400 and 413 make none of them, and say what was wrong.
    """
    if not outcome.is_durable:
        return _NOT_DURABLE
    if outcome.stored or not outcome.refusals:
        return None
    first = outcome.refusals[0]
    said = {"reason": first.reason, "field": first.field, "detail": first.detail}
    status = 413 if first.reason == "too_many_events" else 400
    return json_answer(status, {"error": {name: text for name, text in said.items() if text}})
