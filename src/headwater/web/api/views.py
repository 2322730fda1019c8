"""The addresses of the API. Options of a report are those of the command line.

GET  /api/v1/reports                 the reports, their dimensions and columns
GET  /api/v1/reports/<name>?...      one report; `format`: json (default), csv, xlsx, parquet
GET  /api/v1/journeys/<id>?...       one person's journey
POST /api/v1/channels/preview        {"rules": TOML, "name": ...}; what they would move
GET  /api/v1/models                  every run of a data-driven model, the newest first
POST /api/v1/models/run              {"models": [...], "kinds": [...]}; answers when it is done
POST /api/v1/rebuild                 {"full": true|false}; answers when it is done
"""

from __future__ import annotations

import json
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from headwater import reports
from headwater.attribution.model_runs import runnable
from headwater.domain.errors import ConfigError, InputError
from headwater.journeys.channels import RuleFile
from headwater.reports import ReportRequest
from headwater.web import house
from headwater.web.api.access import api
from headwater.web.dashboards.files import FILE_TYPES
from headwater.workspace.modelling import kinds_named, wanted
from headwater.workspace.run_json import runs_to_json


class RebuildBody(BaseModel):
    """What to rebuild: what new facts touched, or everything."""

    model_config = ConfigDict(extra="forbid", strict=True)

    full: bool = False


class LearnBody(BaseModel):
    """Which data-driven models to learn, for which conversions; empty for the usual ones."""

    model_config = ConfigDict(extra="forbid", strict=True)

    models: list[str] = []
    kinds: list[str] = []


class RulesBody(BaseModel):
    """Custom channel rules as TOML, and what to call them in errors."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rules: str
    name: str = "the rules"


@api("GET", "HEAD")
def list_reports(request: HttpRequest) -> HttpResponse:
    """Say which reports there are, and what may be asked of each."""
    listed = [
        {
            "name": one.name,
            "title": one.title,
            "question": one.question,
            "dimensions": list(one.dimensions),
            "columns": list(one.metrics),
        }
        for one in reports.REPORTS.values()
    ]
    return JsonResponse({"reports": listed})


@api("GET", "HEAD")
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Answer one report in the format asked for."""
    file_format = request.GET.get("format", "json")
    made = house.report(name, _asked(request))
    body = reports.render(made, file_format)
    return HttpResponse(body, content_type=FILE_TYPES[file_format])


@api("GET", "HEAD")
def journey(request: HttpRequest, identifier: str) -> HttpResponse:
    """Answer one person's journey, as the command line prints it."""
    made = reports.journey_to_json(house.journey(identifier, _asked(request)))
    return HttpResponse(made, content_type="application/json")


@api("POST")
def rebuild(request: HttpRequest) -> HttpResponse:
    """Bring the derived tables up to the facts, and say what was done."""
    try:
        body = RebuildBody.model_validate(json.loads(request.body or b"{}"))
    except (ValidationError, ValueError) as error:
        raise InputError('The body must be {"full": true} or {"full": false}.') from error
    done = house.workspace().rebuild(full=body.full)
    return JsonResponse({**asdict(done), "is_full": done.is_full})


@api("POST")
def preview_rules(request: HttpRequest) -> HttpResponse:
    """Answer what custom channel rules would move between channels; nothing is applied."""
    try:
        body = RulesBody.model_validate(json.loads(request.body or b"{}"))
    except (ValidationError, ValueError) as error:
        raise InputError('The body must be {"rules": "<TOML>"}.') from error
    try:
        found = house.workspace().channel_moves(RuleFile.parse(body.rules, body.name))
    except ConfigError as error:  # what was sent is wrong, not this installation
        raise InputError(str(error)) from error
    return HttpResponse(reports.channel_moves_to_json(found), content_type="application/json")


@api("GET", "HEAD")
def list_runs(request: HttpRequest) -> HttpResponse:
    """Answer every run of a data-driven model."""
    runs = house.workspace().runs
    made = runs_to_json(runs.runs(), runs.in_use())
    return HttpResponse(made, content_type="application/json")


@api("POST")
def learn(request: HttpRequest) -> HttpResponse:
    """Learn data-driven models from the tables as they are, and say what was made."""
    try:
        body = LearnBody.model_validate(json.loads(request.body or b"{}"))
    except (ValidationError, ValueError) as error:
        raise InputError('The body must be {"models": [...], "kinds": [...]}.') from error
    workspace = house.workspace()
    named = runnable(body.models) or workspace.settings.data_driven_models
    made = workspace.run_models(wanted(named, kinds_named(body.kinds)))
    return HttpResponse(runs_to_json(made), content_type="application/json")


def _asked(request: HttpRequest) -> ReportRequest:
    texts = {name: request.GET.getlist(name) for name in request.GET if name != "format"}
    return reports.parse(texts, house.usual_request())
