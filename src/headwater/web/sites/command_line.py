"""What the command line does to sites, links and codes; errors as those of the screens.

`commands` hands these on once Django is ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError

from headwater.domain.errors import InputError, UnknownName
from headwater.web.sites import addresses, changes, demo, hosts
from headwater.web.sites.models import Link, PromoCode, Site

_BY: Final = "the command line"


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site as it is listed; the newest key first."""

    domain: str
    currency: str
    region: str
    consent: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One link or code as it is listed. `leads_to` is empty for a code."""

    name: str
    source: str
    medium: str
    campaign: str
    leads_to: str = ""


def add_site(
    domain: str, currency: str = "EUR", region: str = "", aliases: Sequence[str] = ()
) -> str:
    """Add a site and return the line for its pages."""
    made = Site(domain=domain, currency=currency, region=region, aliases=list(aliases))
    _save(made)
    return addresses.snippets(made, made.keys.all()[0].key).script


def add_demo_site(url: str) -> str:
    """Add the demo's own small site with a link and a code; return its first page.

    Run again, it leaves what is there, and lets the link lead to where the app is now.
    """
    page = f"{url}{demo.path()}"
    host = hosts.host_of(url)
    told = {"source": "radio-one", "medium": "radio", "campaign": "spring"}
    site = Site.objects.filter(domain=demo.DOMAIN).first()
    if site is None:
        site = Site(domain=demo.DOMAIN)
    site.aliases = sorted({*site.aliases, "127.0.0.1", host} - {demo.DOMAIN})
    _save(site)
    link = Link.objects.filter(slug="radio").first() or Link(slug="radio", **told)
    link.site, link.url = site, page
    _save(link)
    if not PromoCode.objects.filter(code="RADIO10").exists():
        _save(PromoCode(code="RADIO10", **told))
    return page


def list_sites() -> list[SiteLine]:
    """Return every site."""
    return [
        SiteLine(
            domain=one.domain,
            currency=one.currency,
            region=one.region,
            consent=one.consent,
            keys=tuple(key.key for key in one.keys.all()),
        )
        for one in Site.objects.prefetch_related("keys")
    ]


def add_key(domain: str) -> str:
    """Give a site one more write key and return it."""
    return changes.add_key(_site(domain), _BY).key


def remove_key(domain: str, key: str) -> None:
    """Take a write key out of force; UnknownName where the site has no such key."""
    keys = {one.key: one for one in _site(domain).keys.all()}
    if key not in keys:
        raise UnknownName(f"key of {domain}", key, keys)
    changes.remove(keys[key], _BY)


def remove_site(domain: str) -> None:
    """Remove a site with its keys and links."""
    changes.remove(_site(domain), _BY)


def add_link(slug: str, url: str, source: Sequence[str], domain: str = "") -> str:
    """Make a short link and return its address.

    `source` is source, medium and campaign. Without `domain` the site is the one that `url`
    is on.
    """
    site = _site(domain) if domain else _site_of(url)
    name, medium, campaign = source
    made = Link(site=site, slug=slug, url=url, source=name, medium=medium, campaign=campaign)
    _save(made)
    return addresses.short(made)


def list_links() -> list[SourceLine]:
    """Return every short link, by its whole address."""
    found = Link.objects.select_related("site")
    return [
        SourceLine(addresses.short(one), one.source, one.medium, one.campaign, one.url)
        for one in found
    ]


def remove_link(slug: str) -> None:
    """Remove a short link; UnknownName where there is none of this name."""
    links = {one.slug: one for one in Link.objects.all()}
    if slug not in links:
        raise UnknownName("short link", slug, links)
    changes.remove(links[slug], _BY)


def add_promo_code(code: str, source: str, medium: str, campaign: str) -> str:
    """Add a promo code and return it as it is kept."""
    made = PromoCode(code=code, source=source, medium=medium, campaign=campaign)
    _save(made)
    return made.code


def list_promo_codes() -> list[SourceLine]:
    """Return every promo code."""
    found = PromoCode.objects.all()
    return [SourceLine(one.code, one.source, one.medium, one.campaign) for one in found]


def remove_promo_code(code: str) -> None:
    """Remove a promo code; UnknownName where there is none of this name."""
    codes = {one.code: one for one in PromoCode.objects.all()}
    if code.upper() not in codes:
        raise UnknownName("promo code", code, codes)
    changes.remove(codes[code.upper()], _BY)


def _save(made: Site | Link | PromoCode) -> None:
    try:
        made.full_clean()
    except ValidationError as error:
        raise InputError(" ".join(error.messages)) from error
    changes.save(made, _BY)


def _site(domain: str) -> Site:
    sites = {one.domain: one for one in Site.objects.all()}
    name = hosts.domain_of(domain)
    if name not in sites:
        raise _unknown(domain, sites)
    return sites[name]


def _site_of(url: str) -> Site:
    host = (hosts.web_address(url).hostname or "").lower()
    sites = {one.domain: one for one in Site.objects.all()}
    for site in sites.values():
        if hosts.is_among(host, site.hosts):
            return site
    raise _unknown(host, sites)


def _unknown(domain: str, sites: dict[str, Site]) -> InputError:
    if not sites:
        return InputError(f"Add the site first: `headwater sites add {domain}`.")
    return UnknownName("site", domain, sites)
