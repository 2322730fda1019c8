"""What the sender of a form is told: a page or a redirect where a person waits, else JSON."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from headwater.capture.protocols.answers import json_answer
from headwater.capture.protocols.leads import notes
from headwater.capture.protocols.leads.bodies import fields_of, is_json
from headwater.capture.protocols.leads.notes import Note
from headwater.capture.snapshot import Site, Sites
from headwater.capture.wire import Answer, Outcome, Refusal, WireRequest

SPAM: Final = frozenset({"honeypot", "too_fast"})
"""Counted and dropped, but answered as if all were well: who sends spam learns nothing."""

_STRANGERS: Final = frozenset({"unknown_site", "foreign_origin"})
_PROBLEMS: Final = {
    400: Note.UNREADABLE,
    403: Note.REFUSED,
    413: Note.TOO_LARGE,
    422: Note.UNREADABLE,
    429: Note.TOO_MANY,
    503: Note.LATER,
}
_REASONS: Final = {"nobody": Note.INCOMPLETE, "own_address": Note.LEFT_OUT}
"""What says more of a refusal than its status does."""


def answer_form(request: WireRequest, outcome: Outcome, key: str) -> Answer:
    """Return the answer to a form: 200 or 303, 403, 422 or 503."""
    status, refusal = _verdict(outcome)
    if not _is_person(request):
        return _told(status, refusal)
    if refusal is not None:
        note = _REASONS.get(refusal.reason, _PROBLEMS[status])
        return notes.page(status, note, request)
    following = _following(request, outcome.sites, key)
    if following is None:
        return notes.page(200, Note.THANKS, request)
    return Answer(303, b"", {"location": following, "cache-control": "no-store"})


def answer_unread(request: WireRequest, answer: Answer) -> Answer:
    """Return what a form is told that the collector itself refused, with `answer`.

    A script is told just that; a person gets a page, with the same status and delay.
    """
    if not _is_person(request):
        return answer
    page = notes.page(answer.status, _PROBLEMS[answer.status], request)
    return Answer(page.status, page.body, {**answer.headers, **page.headers})


def answer_link(request: WireRequest, outcome: Outcome) -> Answer:
    """Return the answer to `identify`, always as JSON."""
    return _told(*_verdict(outcome))


def _verdict(outcome: Outcome) -> tuple[int, Refusal | None]:
    if not outcome.is_durable:
        return 503, Refusal("not_stored", "", "send it again")
    refusal = next(iter(outcome.refusals), None)
    if refusal is None or outcome.stored or refusal.reason in SPAM:
        return 200, None
    return (403 if refusal.reason in _STRANGERS else 422), refusal


def _told(status: int, refusal: Refusal | None) -> Answer:
    if refusal is None:
        return json_answer(status, {"ok": True})
    said = {"reason": refusal.reason, "field": refusal.field, "detail": refusal.detail}
    return json_answer(status, {"ok": False, **said})


def _is_person(request: WireRequest) -> bool:
    """Tell whether a browser goes to the answer, rather than a script reading it."""
    mode = request.headers.get("sec-fetch-mode")
    if mode is not None:
        return mode == "navigate"
    accepts = request.headers.get("accept", "")
    return "text/html" in accepts and not is_json(request)


def _following(request: WireRequest, sites: Sites | None, key: str) -> str | None:
    """Return where the form leads next: a page of the site that the key is of, or nowhere."""
    fields = fields_of(request)
    if isinstance(fields, Refusal) or sites is None:
        return None
    typed = fields.get("hw_next", "").strip()
    site = sites.of_key(key)
    if not typed or site is None:
        return None
    page = request.headers.get("referer") or request.headers.get("origin") or ""
    return address_within(page, typed, site, sites)


def address_within(page: str, typed: str, site: Site, sites: Sites) -> str | None:
    """Return the whole address that was typed on a page if it lies on the site, else None.

    Browsers drop tabs and line ends from addresses and read a backslash as a slash, so
    whatever holds one is refused rather than understood. What is returned is whole, and so
    leads where it was found to lead.
    """
    if "\\" in typed or " " in typed or not typed.isprintable():
        return None
    try:
        address = urljoin(page, typed)
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        where = f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return None
    is_plain = parts.scheme in {"http", "https"} and parts.username is None
    if not is_plain or not address.isprintable() or sites.of_host(host) is not site:
        return None
    return _ascii(parts, where)


def _ascii(parts: SplitResult, where: str) -> str:
    path = "".join(_quoted(sign) for sign in parts.path)
    query = "".join(_quoted(sign) for sign in parts.query)
    return parts._replace(netloc=where, path=path, query=query, fragment="").geturl()


def _quoted(sign: str) -> str:
    return sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode())
