"""Short links as the collector knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.leads import notes
from headwater.capture.protocols.own.reading import visitor_cookie
from headwater.capture.wire import Answer, Draft, Outcome, Reading, Route, WireRequest
from headwater.domain.words import FactKind

LINKS_PATH: Final = "/l/"
LINK_CLICK: Final = "link_click"


class LinkProtocol:
    """See the package."""

    @property
    def name(self) -> str:
        return "link"

    @property
    def routes(self) -> Sequence[Route]:
        return (Route("GET", f"{LINKS_PATH}*"),)

    def read(self, request: WireRequest) -> Reading:
        """Return the event of somebody following a link; which it is, the steps find out."""
        values: dict[str, object] = {
            "name": LINK_CLICK,
            "visitor_id": visitor_cookie(request) or "",
            "properties": {"link": slug_of(request)},
        }
        referrer = request.headers.get("referer")
        if referrer:
            values["referrer"] = referrer
        has_gpc = request.headers.get("sec-gpc") == "1"
        return Reading((Draft(FactKind.EVENT, values, has_gpc=has_gpc),))

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """Lead on, also where nothing could be stored: nobody may wait for our disk."""
        link = None if outcome.sites is None else outcome.sites.link(slug_of(request))
        if link is None:
            return notes.page(404, notes.Note.NO_LINK, request)
        return Answer(302, b"", {"location": link.url, "cache-control": "no-store"})


def slug_of(request: WireRequest) -> str:
    """Return the short name that an address asks for."""
    return request.path.removeprefix(LINKS_PATH).strip("/").lower()


LINKS: Final = LinkProtocol()
