"""The protocol as the collector knows it: routes, reading, answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import pixel
from headwater.capture.protocols.own.mapping import drafts_of
from headwater.capture.protocols.own.reading import UNREADABLE, read_body
from headwater.capture.wire import Answer, Outcome, Reading, Refusal, Route, WireRequest

NAME: Final = "collector"
PIXEL_PATH: Final = "/e.gif"

_ROUTES: Final = (Route("POST", "/e"), Route("GET", PIXEL_PATH))
_STORED: Final = Answer(204)
_NOT_STORED: Final = Answer(503)
_UNREADABLE: Final = Answer(400)
_NOT_ALLOWED: Final = Answer(403)
_PIXEL: Final = pixel()
_STRANGERS: Final = frozenset({"unknown_site", "foreign_origin"})


class OwnProtocol:
    """See the package."""

    @property
    def name(self) -> str:
        return NAME

    @property
    def routes(self) -> Sequence[Route]:
        return _ROUTES

    def read(self, request: WireRequest) -> Reading:
        """Return the drafts of a batch; an event that cannot be used is refused alone."""
        body = read_body(request)
        return Reading(refusals=(body,)) if isinstance(body, Refusal) else drafts_of(body)

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """204, or the pixel, once everything that can be used is durable; 503 to send again.

        400 and 403 say that sending the same again is of no use: the body is not this format,
        or no event of it belongs to a site that may send from there.
        """
        if not outcome.is_durable:
            return _NOT_STORED
        if request.path == PIXEL_PATH:
            return _PIXEL
        if outcome.stored or not outcome.refusals:
            return _STORED
        reasons = {refusal.reason for refusal in outcome.refusals}
        if reasons <= UNREADABLE:
            return _UNREADABLE
        return _NOT_ALLOWED if reasons <= _STRANGERS else _STORED


OWN: Final = OwnProtocol()
