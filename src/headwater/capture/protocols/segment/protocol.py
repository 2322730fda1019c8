"""Where the Segment API listens, and what its clients are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import failure, json_answer, pixel
from headwater.capture.protocols.segment.reading import read_messages
from headwater.capture.wire import Answer, Outcome, Reading, Route, WireRequest

_SETTINGS: Final = "/v1/projects/"
_ROUTES: Final = (
    Route("POST", "/v1/*"),
    Route("GET", "/v1/pixel/*"),
    Route("GET", f"{_SETTINGS}*"),
    Route("POST", "/beacon/v1/*"),  # RudderStack's browser SDK, as the page is left
    Route("POST", "/api/s/*"),  # Jitsu's own clients
)


class Segment:
    """Reads tracking calls of the Segment API; see the package's page for its mapping."""

    @property
    def name(self) -> str:
        return "segment"

    @property
    def routes(self) -> Sequence[Route]:
        return _ROUTES

    def read(self, request: WireRequest) -> Reading:
        if request.path.startswith(_SETTINGS):
            return Reading()
        return read_messages(request)

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """Exactly 200, for RudderStack's clients take any other success for a failure."""
        if request.path.startswith(_SETTINGS):
            return json_answer(200, _browser_settings(request))
        if request.method == "GET" and outcome.is_durable:
            return pixel()
        return failure(outcome) or json_answer(200, {"success": True, "ok": True})


def _browser_settings(request: WireRequest) -> dict[str, object]:
    """What analytics.js asks its CDN for: that events go to this same host."""
    host = request.headers.get("host", "")
    page = request.headers.get("origin", "")
    destination = {
        "apiKey": request.path.removeprefix(_SETTINGS).partition("/")[0],
        "apiHost": f"{host}/v1",
        "protocol": "http" if page.startswith("http:") else "https",
    }
    return {"integrations": {"Segment.io": destination}, "plan": {}}
