"""Which requests are Plausible's, and what Plausible would have answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import failure
from headwater.capture.protocols.payloads import json_object
from headwater.capture.protocols.plausible.events import drafts_of
from headwater.capture.wire import Answer, Outcome, Reading, Refusal, Route, WireRequest

_TEXT: Final = {"content-type": "text/plain; charset=utf-8"}


class PlausibleProtocol:
    """Reads one event a request; several domains make it one event of each site."""

    name = "plausible"
    routes: Sequence[Route] = (Route("POST", "/api/event"),)

    def read(self, request: WireRequest) -> Reading:
        """Return the drafts of the event. Never raises."""
        content = json_object(request.body)
        if isinstance(content, Refusal):
            return Reading(refusals=(content,))
        found = drafts_of(content, request)
        if isinstance(found, Refusal):
            return Reading(refusals=(found,))
        return Reading(found)

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """Return 202 and `ok`, or what was wrong."""
        del request
        return failure(outcome) or Answer(202, b"ok", _TEXT)
