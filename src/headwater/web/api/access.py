"""Who may ask the API: somebody signed in, or who shows the token of control.json."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from headwater.web import errors, runtime

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]

_SAFE = frozenset({"GET", "HEAD"})


def has_token(request: HttpRequest) -> bool:
    """Whether the request carries this process's token; compared in constant time."""
    scheme, _space, shown = request.headers.get("Authorization", "").partition(" ")
    wanted = runtime.token()
    is_bearer = scheme.lower() == "bearer" and bool(wanted)
    return is_bearer and hmac.compare_digest(shown.strip().encode(), wanted.encode())


def api(*methods: str) -> Callable[[View[Parameters]], View[Parameters]]:
    """Make a view of the API that takes these methods.

    A browser's session may read. Whatever changes something needs the token, so no other site
    can make a browser do it.
    """

    def wrap(view: View[Parameters]) -> View[Parameters]:
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponse:
            if request.method not in methods:
                response = errors.as_json(
                    errors.Problem(405, "method", f"Use {' or '.join(methods)} here.")
                )
                response.headers["Allow"] = ", ".join(methods)
                return response
            may_read = request.method in _SAFE and request.user.is_authenticated
            if not (may_read or has_token(request)):
                return _refused()
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def _refused() -> HttpResponse:
    response = errors.as_json(
        errors.Problem(
            401,
            "sign_in",
            "Send `Authorization: Bearer` with the token in the data directory's control.json.",
        )
    )
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
