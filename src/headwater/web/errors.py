"""What people and programs see when something cannot be done: a page, or one JSON shape.

The JSON shape of every error of `/api/`: {"error": {"code": "...", "message": "..."}}.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.domain.errors import (
    ConfigError,
    HeadwaterError,
    InputError,
    StoreBusy,
    StoreError,
    UnknownName,
)
from headwater.web import sentences

_LOG = logging.getLogger("headwater.web")


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: the HTTP status, a code for programs, a sentence for people."""

    status: int
    code: str
    message: str


_BY_ERROR: Final[tuple[tuple[type[HeadwaterError], int, str], ...]] = (
    (UnknownName, 400, "unknown_name"),
    (InputError, 400, "bad_request"),
    (StoreBusy, 503, "busy"),
    (StoreError, 500, "store"),
    (ConfigError, 500, "configuration"),
    (HeadwaterError, 500, "failed"),
)


def of(error: HeadwaterError) -> Problem:
    """Return how an error raised on purpose is told."""
    for kind, status, code in _BY_ERROR:
        if isinstance(error, kind):
            return Problem(status, code, str(error))
    return Problem(500, "failed", str(error))


def as_json(problem: Problem) -> JsonResponse:
    """Return the one JSON shape."""
    body = {"error": {"code": problem.code, "message": problem.message}}
    return JsonResponse(body, status=problem.status)


def as_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a page that says what happened and what to do next."""
    told = replace(problem, message=sentences.said(problem.message))
    return render(request, "error.html", {"problem": told}, status=problem.status)


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the problem as JSON under `/api/`, else as a page."""
    if request.path.startswith("/api/"):
        return as_json(problem)
    return as_page(request, problem)


class ShownToPeople:
    """Answers errors raised on purpose; keeps htmx from swapping in a sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        goes_to_sign_in = response.headers.get("Location", "").startswith(reverse("sign-in"))
        if goes_to_sign_in and request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": response.headers["Location"]})
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer our own errors; leave every other one to Django's 500."""
        if not isinstance(error, HeadwaterError):
            return None
        problem = of(error)
        if problem.status >= 500:
            _LOG.error("%s %s: %s", request.method, request.path, error)
        return respond(request, problem)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 from Django itself, such as a malformed upload."""
    return respond(request, Problem(400, "bad_request", _("The request cannot be read.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the view's own reason where it gave one."""
    reason = str(exception) or _("You may not open this.")
    return respond(request, Problem(403, "forbidden", reason))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return respond(request, Problem(404, "not_found", _("There is nothing at this address.")))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or sent from elsewhere."""
    message = _("This form is too old or was sent from another site. Load the page again.")
    return respond(request, Problem(403, "csrf", message))


def failed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the log has it."""
    message = _("Something went wrong here. The server's log says what.")
    return respond(request, Problem(500, "failed", message))
