"""Where PostHog's clients send to and ask, and what they are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import failure, json_answer
from headwater.capture.protocols.posthog.questions import asked
from headwater.capture.protocols.posthog.reading import read_events
from headwater.capture.wire import Answer, Outcome, Reading, Route, WireRequest

_CAPTURE: Final = ("/batch", "/batch/", "/capture", "/capture/", "/e/", "/i/v0/e", "/i/v0/e/")
_REPLAY: Final = ("/s", "/s/")
_FLAGS: Final = ("/flags", "/flags/", "/decide", "/decide/")
_QUESTIONS: Final = (
    *("/array/*", "/api/feature_flag/*", "/flags/definitions", "/api/surveys", "/api/surveys/"),
    *("/api/early_access_features/", "/api/web_experiments/"),
)
_ROUTES: Final = (
    *(Route("POST", path) for path in (*_CAPTURE, *_REPLAY, *_FLAGS)),
    *(Route("GET", path) for path in ("/capture/", "/e/", *_QUESTIONS)),
)


class PostHog:
    """Reads captured events; see the package's page for their mapping."""

    @property
    def name(self) -> str:
        return "posthog"

    @property
    def routes(self) -> Sequence[Route]:
        return _ROUTES

    def read(self, request: WireRequest) -> Reading:
        return read_events(request) if request.path in _CAPTURE else Reading()

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """Exactly 200, for the Python client takes any other success for a failure."""
        if request.path in _CAPTURE or request.path in _REPLAY:
            return failure(outcome) or json_answer(200, {"status": 1})
        return asked(request)
