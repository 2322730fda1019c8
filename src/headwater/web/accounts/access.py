"""Who may open what. Everybody signed in reads; owners also change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

Parameters = ParamSpec("Parameters")


def owner_only(
    view: Callable[Concatenate[HttpRequest, Parameters], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponse]:
    """Refuse a view (403) to everybody but owners."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponse:
        if not getattr(request.user, "is_owner", False):
            raise PermissionDenied(_("Only an owner may do this. Ask one to do it for you."))
        return view(request, *args, **kwargs)

    return guarded
