"""The screens of sites: the list, adding one in three steps, its settings and its keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.web.accounts.access import owner_only
from headwater.web.sites import addresses, changes, seen
from headwater.web.sites.forms import NewSiteForm, SiteForm
from headwater.web.sites.models import Site, WriteKey


@dataclass(frozen=True, slots=True)
class Line:
    """One site of the list. `last_at` is None where nothing ever came."""

    site: Site
    last_at: int | None


def actor(request: HttpRequest) -> str:
    """Return who makes a change, as the log tells it."""
    return f"user {request.user.pk}"


@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """List the sites with when each was last heard of."""
    last = seen.last_by_site()
    lines = [Line(one, last.get(one.domain)) for one in Site.objects.all()]
    return render(request, "sites/list.html", {"lines": lines})


@owner_only
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Step 1: which site."""
    form = NewSiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        changes.save(form.instance, actor(request))
        return redirect("site", form.instance.pk)
    status = 400 if form.errors else 200
    return render(request, "sites/add.html", {"form": form}, status=status)


@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """Steps 2 and 3: the snippet to copy, and the first events as they arrive."""
    found = get_object_or_404(Site, pk=pk)
    keys = list(found.keys.all())
    context = {
        **_arrived(found),
        "keys": keys,
        "snippets": addresses.snippets(found, keys[0].key) if keys else None,
        "collector": addresses.collector(found),
    }
    return render(request, "sites/site.html", context)


@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that shows what has arrived; asked for every few seconds."""
    found = _arrived(get_object_or_404(Site, pk=pk))
    return render(request, "sites/live.html", {**found, "is_part": True})


def _arrived(found: Site) -> dict[str, Any]:
    return {"site": found, "arrived": seen.latest(found.domain)}


@owner_only
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Change everything about a site but its name."""
    found = get_object_or_404(Site, pk=pk)
    form = SiteForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        changes.save(form.instance, actor(request))
        messages.success(request, _("Saved. The collector knows it within seconds."))
        return redirect("site", pk)
    # What was typed and refused has changed the instance, but not the site's name.
    context = {"form": form, "site": found}
    return render(request, "sites/settings.html", context, status=400 if form.errors else 200)


@owner_only
@require_POST
def add_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a site a new key beside those it has."""
    changes.add_key(get_object_or_404(Site, pk=pk), actor(request))
    messages.success(
        request,
        _("There is a new key. Put it into your pages, then remove the old one."),
    )
    return redirect("site", pk)


@owner_only
@require_POST
def remove_key(request: HttpRequest, pk: int, key_pk: int) -> HttpResponse:
    """Remove a key: events that carry it are refused from now on."""
    key = get_object_or_404(WriteKey, pk=key_pk, site__pk=pk)
    changes.remove(key, actor(request))
    messages.success(request, _("The key is removed. Events that carry it are refused."))
    return redirect("site", pk)


@owner_only
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a site is to be removed, and remove it where its name is typed."""
    found = get_object_or_404(Site, pk=pk)
    typed = request.POST.get("domain", "").strip().lower()
    if request.method == "POST" and typed == found.domain:
        name = found.domain
        changes.remove(found, actor(request))
        messages.success(request, _("%(domain)s is removed.") % {"domain": name})
        return redirect("sites")
    context = {"site": found, "is_wrong": request.method == "POST"}
    status = 400 if context["is_wrong"] else 200
    return render(request, "sites/remove.html", context, status=status)
