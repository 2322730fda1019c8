"""A small site to play the visitor on: its pages carry the line that every site carries.

It is there only where the demo has added the site `localhost`.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from headwater.web.sites import addresses
from headwater.web.sites.models import Site

DOMAIN: Final = "localhost"
PAGES: Final = ("offices", "prices", "contact", "thanks")

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src {at}; connect-src {at}; "
    "form-action 'self' {at}; base-uri 'none'; frame-ancestors 'none'"
)


def path(page: str = PAGES[0]) -> str:
    """Return the path of a page."""
    return reverse("demo-page", args=[page])


@login_not_required
@require_safe
def show(request: HttpRequest, page: str) -> HttpResponse:
    """Show a page of the small site."""
    if page not in PAGES:
        raise Http404
    site = get_object_or_404(Site, domain=DOMAIN)
    key = site.keys.first()
    if key is None:
        raise Http404
    at = _beside(addresses.collector(site), request)
    context = {"page": page, "pages": PAGES[:3], "at": at, "key": key.key}
    response = render(request, "sites/demo_page.html", context)
    response.headers["Content-Security-Policy"] = _POLICY.format(at=at)
    response.headers["Referrer-Policy"] = "no-referrer-when-downgrade"
    return response


def _beside(collector: str, request: HttpRequest) -> str:
    """Return the collector's address at the host of the page, so that its cookie is ours."""
    parts = urlsplit(collector)
    if parts.hostname not in {"127.0.0.1", DOMAIN}:
        return collector
    host = request.get_host().partition(":")[0]
    return f"{parts.scheme}://{host}:{parts.port}"
