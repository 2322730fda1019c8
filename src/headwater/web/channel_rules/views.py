"""The screens of the company's own channel rules: the list, the file as text, saving."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.domain.errors import ConfigError
from headwater.journeys.channels import RuleSet
from headwater.web.accounts.access import owner_only
from headwater.web.channel_rules import applying, drafts, moving
from headwater.web.channel_rules.drafts import Draft
from headwater.web.channel_rules.explaining import explained
from headwater.web.channel_rules.listing import listed
from headwater.web.sentences import said
from headwater.workspace.channel_file import FileChanged
from headwater.workspace.channel_rules import FILE_NAME

_LOG = logging.getLogger("headwater.web.channel_rules")


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the own rules, explain an arrival, and show what unsaved changes would do."""
    draft = drafts.load(request)
    context: dict[str, Any] = {"draft": draft, "file_name": FILE_NAME, **applying.state()}
    try:
        used = drafts.rule_set(draft.text)
    except ConfigError as error:
        return render(request, "channel_rules/list.html", context | {"wrong": said(str(error))})
    context |= {
        "listed": listed(draft, used),
        "preview": moving.preview(used) if draft.is_changed else None,
        **_explanation(request, draft, used),
    }
    return render(request, "channel_rules/list.html", context)


@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """The part of the page that says which rule decides; asked for while somebody types."""
    draft = drafts.load(request)
    context = _explanation(request, draft, drafts.rule_set(draft.text))
    return render(request, "channel_rules/explained.html", context)


@owner_only
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest) -> HttpResponse:
    """Change the whole file as text."""
    draft = drafts.load(request)
    typed, wrong = draft.text, ""
    if request.method == "POST":
        typed = request.POST.get("text", "").replace("\r\n", "\n")
        wrong = _wrong(typed)
        if not wrong:
            drafts.keep(request, draft, typed, loses_comments=False)
            return redirect("channel-rules")
    context = {"draft": draft, "text": typed, "wrong": wrong, "file_name": FILE_NAME}
    return render(request, "channel_rules/text.html", context, status=400 if wrong else 200)


@owner_only
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Write the draft into the file, and begin to make the past anew."""
    try:
        drafts.save(request, request.POST.get("seen", ""))
    except FileChanged:
        messages.error(
            request,
            _("Nothing is saved: the rules were changed meanwhile. Look at them again."),
        )
        return redirect("channel-rules")
    _LOG.info("user %s changed the channel rules", request.user.pk)
    applying.apply()
    messages.success(request, _("Saved. The whole past is being made anew by these rules."))
    return redirect("channel-rules")


@owner_only
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Forget what is not saved."""
    drafts.drop(request)
    messages.success(request, _("Your changes are discarded. These are the saved rules."))
    return redirect("channel-rules")


@owner_only
@require_POST
def rebuild(request: HttpRequest) -> HttpResponse:
    """Make the tables anew by the saved rules now, not in a while."""
    if not applying.apply():
        messages.info(request, _("The tables are being made anew already."))
    return redirect("channel-rules")


@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    """The part of the page that says whether the reports are by the saved rules."""
    return render(request, "channel_rules/applied.html", applying.state())


def _explanation(request: HttpRequest, draft: Draft, used: RuleSet) -> dict[str, Any]:
    url, referrer = request.GET.get("url", ""), request.GET.get("referrer", "")
    found = explained(url, referrer, used, _saved_set(draft, used))
    return {"url": url, "referrer": referrer, "explained": found}


def _saved_set(draft: Draft, used: RuleSet) -> RuleSet:
    try:
        return drafts.rule_set(draft.saved.text)
    except ConfigError:
        return used


def _wrong(typed: str) -> str:
    if len(typed) > drafts.LONGEST:
        return _("At most %(count)s signs can be edited here.") % {"count": drafts.LONGEST}
    try:
        drafts.rule_set(typed)
    except ConfigError as error:
        return said(str(error))
    return ""
