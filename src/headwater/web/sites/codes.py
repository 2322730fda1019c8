"""The screens of short links, their QR codes, and promo codes: lists of what names a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.web.accounts.access import owner_only
from headwater.web.sites import addresses, changes, counts, qr
from headwater.web.sites.forms import LinkForm, PromoCodeForm
from headwater.web.sites.models import Link, PromoCode, Site
from headwater.web.sites.views import actor


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One kind of what names a source: its screen, and what is said of a change."""

    page: str
    template: str
    form: type[LinkForm] | type[PromoCodeForm]
    every: Callable[[], QuerySet[Any]]
    address: Callable[[Any], str]
    added: Callable[[Any], str]
    removed: Callable[[Any], str]


_LINKS: Final = _Shelf(
    page="links",
    template="sites/links.html",
    form=LinkForm,
    every=lambda: Link.objects.select_related("site"),
    address=addresses.short,
    added=lambda link: _("%(address)s works now.") % {"address": addresses.short(link)},
    removed=lambda link: _("The link “%(slug)s” is removed.") % {"slug": link.slug},
)
_CODES: Final = _Shelf(
    page="promo-codes",
    template="sites/codes.html",
    form=PromoCodeForm,
    every=PromoCode.objects.all,
    address=lambda _code: "",
    added=lambda code: _("The code %(code)s is added.") % {"code": code.code},
    removed=lambda code: _("The code %(code)s is removed.") % {"code": code.code},
)


def _lists(shelf: _Shelf) -> Callable[[HttpRequest], HttpResponse]:
    @require_safe
    def listed(request: HttpRequest) -> HttpResponse:
        return _show(request, shelf, shelf.form())

    return listed


def _adds(shelf: _Shelf) -> Callable[[HttpRequest], HttpResponse]:
    @owner_only
    @require_POST
    def added(request: HttpRequest) -> HttpResponse:
        form = shelf.form(request.POST)
        if not form.is_valid():
            return _show(request, shelf, form, status=400)
        changes.save(form.instance, actor(request))
        messages.success(request, shelf.added(form.instance))
        return redirect(shelf.page)

    return added


def _removes(shelf: _Shelf) -> Callable[..., HttpResponse]:
    @owner_only
    @require_POST
    def removed(request: HttpRequest, pk: int) -> HttpResponse:
        gone = get_object_or_404(shelf.every(), pk=pk)
        changes.remove(gone, actor(request))
        messages.success(request, shelf.removed(gone))
        return redirect(shelf.page)

    return removed


def _show(
    request: HttpRequest, shelf: _Shelf, form: LinkForm | PromoCodeForm, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "listed": [(one, shelf.address(one.what)) for one in counts.counted(shelf.every())],
        "has_sites": Site.objects.exists(),
    }
    return render(request, shelf.template, context, status=status)


links = _lists(_LINKS)
add_link = _adds(_LINKS)
remove_link = _removes(_LINKS)
promo_codes = _lists(_CODES)
add_code = _adds(_CODES)
remove_code = _removes(_CODES)


@require_safe
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The QR code of a short link."""
    link = get_object_or_404(Link.objects.select_related("site"), slug=slug)
    response = HttpResponse(qr.svg(addresses.short(link)), content_type="image/svg+xml")
    if "download" in request.GET:
        response.headers["Content-Disposition"] = f'attachment; filename="{link.slug}.svg"'
    return response
