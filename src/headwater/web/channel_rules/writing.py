"""The screens that change a draft of the rules: one rule filled in, moved, removed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from headwater.domain.errors import ConfigError
from headwater.journeys.channels import Rule, RuleFile
from headwater.journeys.channels.conditions import Condition
from headwater.web.accounts.access import owner_only
from headwater.web.channel_rules import conditions, drafts, editing
from headwater.web.channel_rules.conditions import Filled
from headwater.web.channel_rules.drafts import Draft
from headwater.web.channel_rules.forms import RuleForm
from headwater.web.channel_rules.wording import EXAMPLES, FIELDS, OPERATORS, in_words
from headwater.web.sentences import said
from headwater.workspace.rule_text import Edited


@owner_only
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest) -> HttpResponse:
    """Add a rule, or change the one that `name` in the address names."""
    draft = drafts.load(request)
    file, name = draft.file(), request.GET.get("name", "")
    known = editing.rule_named(file, name) if name else None
    options = {
        "taken": [one.name for one in file.rules if one is not known],
        "channels": editing.channels(file),
    }
    if request.method == "GET":
        filled = conditions.of_condition(known.when if known else None)
        return _page(request, file, RuleForm(initial=_initial(known), **options), filled)
    filled = conditions.of_post(request.POST)
    if "do" in request.POST:
        filled = conditions.pressed(filled, request.POST["do"])
        form = RuleForm(initial=request.POST.dict(), **options)
        return _page(request, file, form, filled)
    form = RuleForm(request.POST, **options)
    condition, filled = conditions.read(filled)
    if form.is_valid() and condition is not None:
        try:
            done = editing.put(draft, _made(form.cleaned_data, condition), instead_of=name)
        except ConfigError as error:
            form.add_error(None, said(str(error)))
        else:
            return _keep(request, draft, done)
    return _page(request, file, form, filled, status=400)


@owner_only
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Let a rule be tried one place earlier or later."""
    draft = drafts.load(request)
    is_up = request.POST.get("to") == "up"
    done = editing.move(draft, request.POST.get("name", ""), is_up=is_up)
    return _keep(request, draft, done)


@owner_only
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take a rule out of the draft."""
    draft = drafts.load(request)
    return _keep(request, draft, editing.remove(draft, request.POST.get("name", "")))


def _initial(known: Rule | None) -> dict[str, Any]:
    if known is None:
        return {"priority": 0}
    return {
        "name": known.name,
        "channel": known.channel,
        "before": known.before or "",
        "priority": known.priority,
    }


def _made(told: dict[str, Any], condition: Condition) -> Rule:
    return Rule(
        name=told["name"],
        channel=told["channel"],
        when=condition,
        priority=told["priority"] or 0,
        before=told["before"] or None,
    )


def _page(
    request: HttpRequest, file: RuleFile, form: RuleForm, filled: Filled, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "filled": filled,
        "name": request.GET.get("name", ""),
        "here": request.get_full_path(),
        "channels": editing.channels(file),
        "fields": [(field.value, title, EXAMPLES[field]) for field, title in FIELDS.items()],
        "terms": [
            (f"{conditions.TERM}{name}", name, in_words(one))
            for name, one in editing.terms(file).items()
        ],
        "operators": OPERATORS.items(),
    }
    return render(request, "channel_rules/rule.html", context, status=status)


def _keep(request: HttpRequest, draft: Draft, done: Edited) -> HttpResponse:
    drafts.keep(request, draft, done.text, loses_comments=done.loses_comments)
    return redirect(f"{reverse('channel-rules')}#rules")
