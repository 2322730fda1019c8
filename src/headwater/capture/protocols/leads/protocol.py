"""The two protocols as the collector knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from headwater.capture.protocols.leads.answering import (
    answer_form,
    answer_link,
    answer_unread,
)
from headwater.capture.protocols.leads.bodies import fields_of
from headwater.capture.protocols.leads.identifying import read_link
from headwater.capture.protocols.leads.reading import read_form
from headwater.capture.wire import (
    Answer,
    Draft,
    Outcome,
    Reading,
    Refusal,
    Route,
    WireRequest,
)

FORM_PATH: Final = "/f/"


class FormProtocol:
    """`POST /f/<write key>`: see the package."""

    @property
    def name(self) -> str:
        return "form"

    @property
    def routes(self) -> Sequence[Route]:
        return (Route("POST", f"{FORM_PATH}*"),)

    def read(self, request: WireRequest) -> Reading:
        """Return the lead of a form, or why it is none."""
        fields = fields_of(request)
        if isinstance(fields, Refusal):
            return Reading(refusals=(fields,))
        return _reading(read_form(fields, request, _key(request)))

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """A redirect or a page for a person, JSON for a script or a server."""
        return answer_form(request, outcome, _key(request))

    def answer_unread(self, request: WireRequest, answer: Answer) -> Answer:
        """A page for a person in place of the collector's own refusal; a script gets that."""
        return answer_unread(request, answer)


class IdentifyProtocol:
    """`POST /identify`: see the package."""

    @property
    def name(self) -> str:
        return "identify"

    @property
    def routes(self) -> Sequence[Route]:
        return (Route("POST", "/identify"),)

    def read(self, request: WireRequest) -> Reading:
        """Return the link of a body, or why it is none."""
        return _reading(read_link(request))

    def answer(self, request: WireRequest, outcome: Outcome) -> Answer:
        """200 once the link is durable."""
        return answer_link(request, outcome)


def _key(request: WireRequest) -> str:
    return request.path.removeprefix(FORM_PATH).strip("/")


def _reading(found: Draft | Refusal) -> Reading:
    return Reading(refusals=(found,)) if isinstance(found, Refusal) else Reading((found,))


FORMS: Final = FormProtocol()
IDENTIFY: Final = IdentifyProtocol()
