"""The screens of short links, their QR codes, and promo codes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.web.accounts.access import owner_only
from headwater.web.sites import addresses, changes, counts, qr
from headwater.web.sites.forms import LinkForm, PromoCodeForm
from headwater.web.sites.models import Link, PromoCode, Site
from headwater.web.sites.views import actor


@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """List the short links with what came by each."""
    return _links(request, LinkForm())


@owner_only
@require_POST
def add_link(request: HttpRequest) -> HttpResponse:
    """Make a short link."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _links(request, form, status=400)
    changes.save(form.instance, actor(request))
    messages.success(
        request, _("%(address)s works now.") % {"address": addresses.short(form.instance)}
    )
    return redirect("links")


def _links(request: HttpRequest, form: LinkForm, status: int = 200) -> HttpResponse:
    found = counts.counted(Link.objects.select_related("site"))
    context = {
        "form": form,
        "links": [
            (one, addresses.short(one.what)) for one in found if isinstance(one.what, Link)
        ],
        "has_sites": Site.objects.exists(),
    }
    return render(request, "sites/links.html", context, status=status)


@require_safe
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The QR code of a short link."""
    link = get_object_or_404(Link.objects.select_related("site"), slug=slug)
    response = HttpResponse(qr.svg(addresses.short(link)), content_type="image/svg+xml")
    if "download" in request.GET:
        response.headers["Content-Disposition"] = f'attachment; filename="{link.slug}.svg"'
    return response


@owner_only
@require_POST
def remove_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a short link away: its address answers 404 from now on."""
    link = get_object_or_404(Link, pk=pk)
    changes.remove(link, actor(request))
    messages.success(request, _("The link “%(slug)s” is removed.") % {"slug": link.slug})
    return redirect("links")


@require_safe
def promo_codes(request: HttpRequest) -> HttpResponse:
    """List the promo codes with what came by each."""
    return _codes(request, PromoCodeForm())


@owner_only
@require_POST
def add_code(request: HttpRequest) -> HttpResponse:
    """Add a promo code."""
    form = PromoCodeForm(request.POST)
    if not form.is_valid():
        return _codes(request, form, status=400)
    changes.save(form.instance, actor(request))
    messages.success(request, _("The code %(code)s is added.") % {"code": form.instance.code})
    return redirect("promo-codes")


def _codes(request: HttpRequest, form: PromoCodeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "codes": counts.counted(PromoCode.objects.all())}
    return render(request, "sites/codes.html", context, status=status)


@owner_only
@require_POST
def remove_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promo code away: it says nothing of a source from now on."""
    code = get_object_or_404(PromoCode, pk=pk)
    changes.remove(code, actor(request))
    messages.success(request, _("The code %(code)s is removed.") % {"code": code.code})
    return redirect("promo-codes")
