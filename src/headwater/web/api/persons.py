"""What the command line asks the running app about one person.

POST /api/v1/person  {"do": "show|export|erase|merge|split|release|undo", "person": "...",
                      "other": "..."}; answers when it is done
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import ValidationError

from headwater.domain.errors import InputError
from headwater.web import house
from headwater.web.api.access import api
from headwater.workspace.person_actions import Asked, answer


@api("POST")
def person(request: HttpRequest) -> HttpResponse:
    """Do what is asked and answer the outcome."""
    try:
        asked = Asked.model_validate(json.loads(request.body or b"{}"))
    except (ValidationError, ValueError) as error:
        raise InputError(
            'The body must be {"do": ..., "person": ..., "other": ...}.'
        ) from error
    return JsonResponse(answer(house.workspace(), asked))
