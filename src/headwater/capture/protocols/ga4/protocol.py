"""Where the Measurement Protocol listens, and what its clients are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import failure, json_answer
from headwater.capture.protocols.ga4.reading import read_events
from headwater.capture.protocols.ga4.validation import messages_on
from headwater.capture.wire import Answer, Outcome, Reading, Route, WireRequest

_VALIDATION: Final = "/debug/mp/collect"
_ROUTES: Final = (Route("POST", "/mp/collect"), Route("POST", _VALIDATION))


class MeasurementProtocol:
    """Reads events that servers tell of; see the package's page for their mapping."""

    @property
    def name(self) -> str:
        return "ga4"

    @property
    def routes(self) -> Sequence[Route]:
        return _ROUTES

    def read(self, request: WireRequest) -> Reading:
        return Reading() if request.path == _VALIDATION else read_events(request)

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """204 for what was stored; the validation server stores nothing and says what is wrong.

        Google's answers 204 to anything; a request of which nothing can be used is 400 here.
        """
        if request.path == _VALIDATION:
            return json_answer(200, {"validationMessages": messages_on(request)})
        return failure(outcome) or Answer(204)
