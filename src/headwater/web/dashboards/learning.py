"""Learning data-driven models when somebody asks for it, with how far it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.attribution.model_runs import is_incremental, runnable
from headwater.domain.words import ConversionKind
from headwater.web import house, tasks, words
from headwater.web.accounts.access import owner_only
from headwater.web.dashboards.learned import kind_name
from headwater.web.sentences import said
from headwater.workspace.modelling import wanted


@owner_only
@require_POST
def learn(request: HttpRequest) -> HttpResponse:
    """Begin to learn the models named, or the usual ones; say so where it is under way."""
    workspace = house.workspace()
    named = runnable(request.POST.getlist("model"))
    these = wanted(named or workspace.settings.data_driven_models)
    is_begun = not workspace.is_learning and tasks.start(
        tasks.Task.MODELS,
        lambda tell, is_stopping: workspace.run_models(
            these, tell=tell, is_stopping=is_stopping
        ),
    )
    if not is_begun:
        messages.info(request, _("The models are being learned already."))
    return redirect("incrementality" if any(map(is_incremental, named)) else "models")


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The part of the page that shows how far it is; asked for while it runs."""
    now = state()
    response = render(request, "parts/learning.html", now)
    if not now["is_learning"]:
        # What was learned belongs into the choices and tables of the whole page.
        response.headers["HX-Refresh"] = "true"
    return response


def state() -> dict[str, Any]:
    """Return what the part of the page needs."""
    now = tasks.progress(tasks.Task.MODELS)
    return {
        "is_learning": now.is_running or house.workspace().is_learning,
        "learning": replace(now, error=said(now.error)),
        "lesson": _lesson(now.what),
    }


def _lesson(what: str) -> str:
    """Return the run under way in words, from `model, kind`."""
    model, comma, kind = what.rpartition(", ")
    if not comma:
        return ""
    return _("%(model)s for %(conversions)s") % {
        "model": words.model(model),
        "conversions": kind_name(ConversionKind(kind)),
    }
