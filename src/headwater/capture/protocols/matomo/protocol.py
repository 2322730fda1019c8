"""Which requests are Matomo's, and what Matomo would have answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.answers import failure, json_answer, pixel
from headwater.capture.protocols.matomo.events import drafts_of
from headwater.capture.protocols.matomo.parameters import Hit, Hits, hits_of
from headwater.capture.wire import Answer, Draft, Outcome, Reading, Refusal, Route, WireRequest

_PATHS: Final = ("/matomo.php", "/piwik.php")


class MatomoProtocol:
    """Reads single requests (GET or POST) and bulk ones (a POST of JSON)."""

    name = "matomo"
    routes: Sequence[Route] = tuple(
        Route(method, path) for path in _PATHS for method in ("GET", "POST")
    )

    def read(self, request: WireRequest) -> Reading:
        """Return the drafts of all hits of the request. Never raises."""
        hits = hits_of(request)
        if isinstance(hits, Refusal):
            return Reading(refusals=(hits,))
        drafts: list[Draft] = []
        refusals: list[Refusal] = []
        for hit in hits.all:
            found = hit if isinstance(hit, Refusal) else drafts_of(hit, request)
            if isinstance(found, Refusal):
                refusals.append(found)
            else:
                drafts.extend(found)
        return Reading(drafts, refusals)

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """Return a count for bulk requests, else no content or a picture, as was asked for."""
        hits = hits_of(request)
        if isinstance(hits, Hits) and hits.is_bulk and outcome.is_durable:
            return _bulk_answer(hits, outcome)
        failed = failure(outcome)
        if failed is not None:
            return failed
        wants_nothing = isinstance(hits, Hits) and any(map(_wants_no_picture, hits.all))
        return Answer(204) if wants_nothing else pixel()


def _wants_no_picture(hit: Hit | Refusal) -> bool:
    return isinstance(hit, Hit) and hit.text("send_image") == "0"


def _bulk_answer(hits: Hits, outcome: Outcome) -> Answer:
    """Count requests, not events: one that shows a product is a page view and an item's."""
    if not hits.wants_answer:
        return Answer(204)
    invalid = min(len(outcome.refusals), len(hits.all))
    content = {"status": "success", "tracked": len(hits.all) - invalid, "invalid": invalid}
    return json_answer(200, content)
