"""The hits of one request: its query and form, or the list of a bulk request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.capture.protocols.payloads import (
    form_fields,
    json_object,
    list_of,
    object_of,
    text_of,
)
from headwater.capture.wire import Refusal, WireRequest


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was tracked: its parameters, and the token it was sent with."""

    parameters: Mapping[str, object]
    token: str | None

    def text(self, *names: str) -> str | None:
        """Return the first of these parameters that is not empty."""
        found = (text_of(self.parameters.get(name)) for name in names)
        return next((text for text in found if text), None)


@dataclass(frozen=True, slots=True)
class Hits:
    """What a request holds. A bulk request is answered by a count, if `wants_answer`."""

    all: Sequence[Hit | Refusal]
    is_bulk: bool = False
    wants_answer: bool = True


def hits_of(request: WireRequest) -> Hits | Refusal:
    """Return the hits of a request; a refusal where its body says nothing at all.

    A request without any parameter, as a monitor sends it, has no hits.
    """
    body = request.body.strip()
    if body.startswith(b"{"):
        return _bulk(request.query, body)
    # The query stands where both name a parameter, as in Matomo itself.
    parameters = form_fields(body.removeprefix(b"?")) | form_fields(request.query)
    return Hits([_hit(parameters, None)] if parameters else [])


def _bulk(query: str, body: bytes) -> Hits | Refusal:
    content = json_object(body)
    if isinstance(content, Refusal):
        return content
    requests = content.get("requests")
    if not isinstance(requests, list):
        return Refusal("no_event", "requests", "is not a list")
    token = text_of(content.get("token_auth")) or text_of(form_fields(query).get("token_auth"))
    hits = [_listed(request, token) for request in list_of(requests)]
    return Hits(hits, is_bulk=True, wants_answer=text_of(content.get("send_image")) != "0")


def _listed(request: object, token: str | None) -> Hit | Refusal:
    if isinstance(request, str):
        return _hit(form_fields(request.partition("?")[2] or request), token)
    parameters = object_of(request)
    if not parameters:
        return Refusal("no_event", "requests", "an element is neither a query nor an object")
    return _hit(parameters, token)


def _hit(parameters: Mapping[str, object], token: str | None) -> Hit:
    return Hit(parameters, token or text_of(parameters.get("token_auth")))
