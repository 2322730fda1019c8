"""Where Snowplow's trackers send to, and what they are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import failure, pixel
from headwater.capture.protocols.payloads import (
    form_fields,
    json_object,
    list_of,
    object_of,
    too_many,
)
from headwater.capture.protocols.snowplow.events import event_drafts
from headwater.capture.protocols.snowplow.parameters import Parameters
from headwater.capture.wire import (
    Answer,
    Draft,
    Outcome,
    Reading,
    Refusal,
    Route,
    WireRequest,
)

_ROUTES: Final = (
    Route("POST", "/com.snowplowanalytics.snowplow/tp2"),
    Route("GET", "/i"),
    Route("GET", "/ice.png"),
)


class Snowplow:
    """Reads tracker events; see the package's page for their mapping."""

    @property
    def name(self) -> str:
        return "snowplow"

    @property
    def routes(self) -> Sequence[Route]:
        return _ROUTES

    def read(self, request: WireRequest) -> Reading:
        if request.method == "GET":
            return _read_all([form_fields(request.query)], request)
        payload = json_object(request.body)
        if isinstance(payload, Refusal):
            return Reading(refusals=(payload,))
        events = list_of(payload.get("data"))
        refusal = too_many(events)
        if refusal is not None:
            return Reading(refusals=(refusal,))
        return _read_all([object_of(event) for event in events], request)

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        refused = failure(outcome)
        if refused is not None:
            return refused
        if request.method == "GET":
            return pixel()
        return Answer(200, b"ok", {"content-type": "text/plain"})


def _read_all(
    events: Sequence[dict[str, object] | dict[str, str]], request: WireRequest
) -> Reading:
    drafts: list[Draft] = []
    refusals: list[Refusal] = []
    for event in events:
        found = event_drafts(Parameters(dict(event), request))
        if isinstance(found, Refusal):
            refusals.append(found)
        else:
            drafts.extend(found)
    return Reading(drafts, refusals)
