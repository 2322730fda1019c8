"""The person's choice of light or dark, kept in a cookie. Language has Django's own view."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from headwater.domain.errors import UnknownName
from headwater.web.layout import THEME_COOKIE, THEMES

_YEAR: Final = 365 * 24 * 3600


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back to where it was made."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        raise UnknownName("theme", theme, THEMES)
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        THEME_COOKIE,
        theme,
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.ENVIRONMENT.is_https,
        httponly=True,
    )
    return response
