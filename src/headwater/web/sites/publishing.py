"""Tells the collector of sites, keys, links and codes: `collector.json`, after every change."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction

from headwater.capture import snapshot
from headwater.domain.errors import StoreError
from headwater.web.sites.models import Link, PromoCode, Site


def publish() -> Path:
    """Write what is in force now, and return the file's path; StoreError where it cannot be.

    It is written while the database is locked for writing, so that of two changes at one
    moment the later is never overwritten by the earlier.
    """
    with transaction.atomic():
        found = list(Site.objects.select_for_update().prefetch_related("keys"))
        told = snapshot.CaptureSnapshot(
            sites=tuple(_site(one) for one in found),
            links=tuple(_link(one) for one in Link.objects.select_related("site")),
            promo_codes=tuple(_code(one) for one in PromoCode.objects.all()),
        )
        try:
            return snapshot.write(settings.ENVIRONMENT.directory, told)
        except OSError as error:
            raise StoreError(
                f"What you changed is saved, but the collector cannot be told of it "
                f"({snapshot.SNAPSHOT_FILE}: {error.strerror}). Make the data directory "
                "writable and restart the app."
            ) from error


def tagged(link: Link) -> str:
    """Return where a link leads, with the tags that say so; tags of its own are kept."""
    parts = urlsplit(link.url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _value in given}
    tags = (
        ("utm_source", link.source),
        ("utm_medium", link.medium),
        ("utm_campaign", link.campaign),
    )
    more = urlencode([(name, value) for name, value in tags if value and name not in names])
    query = "&".join(part for part in (parts.query, more) if part)
    return urlunsplit(parts._replace(query=query))


def _site(site: Site) -> snapshot.Site:
    return snapshot.Site(
        domain=site.domain,
        aliases=tuple(site.aliases),
        write_keys=tuple(one.key for one in site.keys.all()),
        currency=site.currency,
        region=site.region or None,
        consent="cookieless" if site.consent == "cookieless" else "granted",
        own_domains=tuple(site.own_domains),
        honour_gpc=site.honour_gpc,
        form_fields=tuple(site.form_fields),
    )


def _link(link: Link) -> snapshot.Link:
    return snapshot.Link(
        slug=link.slug,
        site=link.site.domain,
        url=tagged(link),
        source=link.source,
        medium=link.medium,
        campaign=link.campaign or None,
    )


def _code(code: PromoCode) -> snapshot.PromoCode:
    return snapshot.PromoCode(
        code=code.code,
        source=code.source,
        medium=code.medium,
        campaign=code.campaign or None,
    )
