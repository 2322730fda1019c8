"""Whether the app works: for the machine that watches it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from headwater.domain.errors import HeadwaterError
from headwater.web import formats, house, runtime


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 with `ok`, or 503 with what is wrong. Says nothing of the data itself."""
    problems = []
    as_of = None
    try:
        as_of = house.as_of()
    except HeadwaterError as error:
        problems.append(str(error))
    if runtime.last_error():
        problems.append("The derived tables could not be refreshed; the log says why.")
    body = {
        "status": "failing" if problems else "ok",
        "as_of": formats.iso(as_of),
        "problems": problems,
    }
    return JsonResponse(body, status=503 if problems else 200)
