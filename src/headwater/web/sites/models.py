"""Sites, the keys that their pages write with, short links and promo codes."""

from __future__ import annotations

import re
import secrets
import string
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.capture.people import is_region
from headwater.domain.errors import InputError
from headwater.domain.money import EXPONENTS
from headwater.domain.times import to_micros
from headwater.web.sites import hosts

FORM_FIELDS: Final = ("email", "phone", "name", "company", "message")
"""What a form may tell of a person; nothing else is ever kept of one."""

_SIGNS: Final = string.ascii_letters + string.digits
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_CODE: Final = re.compile(r"[^\s,;]{2,40}")


class Consent(models.TextChoices):
    """What pages do that say nothing of consent themselves."""

    GRANTED = "granted", _("First-party cookie")
    COOKIELESS = "cookieless", _("No cookie, visitors are told apart for a day")


def all_form_fields() -> list[str]:
    """Return every field, for a new site."""
    return list(FORM_FIELDS)


class Site(models.Model):
    """A site whose visitors are followed. `domain` names it in facts and never changes."""

    domain = models.CharField(_("Domain"), max_length=253, unique=True)
    aliases = models.JSONField(_("Further hosts"), default=list, blank=True)
    own_domains = models.JSONField(_("Own domains"), default=list, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default="EUR")
    region = models.CharField(_("Country"), max_length=2, blank=True)
    consent = models.CharField(
        _("Cookies"), max_length=12, choices=Consent, default=Consent.GRANTED
    )
    honour_gpc = models.BooleanField(_("Honour Global Privacy Control"), default=False)
    form_fields = models.JSONField(_("Kept of forms"), default=all_form_fields, blank=True)
    collect_at = models.CharField(_("Collector's address"), max_length=300, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Listed by name."""

        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every domain that is the site's own."""
        return (self.domain, *self.aliases, *self.own_domains)

    def clean(self) -> None:
        """Bring what was typed into its one form; ValidationError by field."""
        wrong = dict[str, Any]()
        self.domain = _told(wrong, "domain", hosts.domain_of, self.domain)
        for name in ("aliases", "own_domains"):
            typed = [_told(wrong, name, hosts.host_of, one) for one in getattr(self, name)]
            setattr(self, name, list(dict.fromkeys(typed)))
        self.currency, self.region = self.currency.upper(), self.region.upper()
        if self.currency not in EXPONENTS:
            wrong["currency"] = _("This is no currency code, such as EUR or TRY.")
        if self.region and not is_region(self.region):
            wrong["region"] = _("This is no country code, such as DE or TR.")
        if self.collect_at:
            parts = _told(wrong, "collect_at", hosts.web_address, self.collect_at)
            if "collect_at" not in wrong and (parts.query or parts.fragment):
                wrong["collect_at"] = _("Leave out everything from “?” on.")
            self.collect_at = self.collect_at.strip().rstrip("/")
        if wrong:
            raise ValidationError(wrong)


def new_key() -> str:
    """Return a new write key: public, but not to be guessed."""
    return "hw_" + "".join(secrets.choice(_SIGNS) for _sign in range(22))


class WriteKey(models.Model):
    """A key in a page's snippet. It names the site; whoever reads the page can read it."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=40, unique=True, default=new_key)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The newest first: it is the one to copy."""

        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.key

    @property
    def since(self) -> int:
        """When it was made, in microseconds UTC."""
        return to_micros(self.added_at)


class _Sourced(models.Model):
    """Something that says where its user comes from."""

    source = models.CharField(_("Source"), max_length=100)
    medium = models.CharField(_("Medium"), max_length=100)
    campaign = models.CharField(_("Campaign"), max_length=200, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Columns only."""

        abstract = True

    def clean(self) -> None:
        """Bring the source into the form that channel rules compare."""
        self.source = self.source.strip().lower()
        self.medium = self.medium.strip().lower()
        self.campaign = self.campaign.strip()
        super().clean()


class Link(_Sourced):
    """A short address to print or say aloud, that leads to a page of the site."""

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="links", verbose_name=_("Site")
    )
    slug = models.CharField(_("Short name"), max_length=64, unique=True)
    url = models.CharField(_("Leads to"), max_length=2000)

    class Meta(_Sourced.Meta):
        """The newest first."""

        abstract = False
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        """Refuse what leads away from the site, and names that do not fit an address."""
        super().clean()
        wrong = dict[str, Any]()
        self.slug, self.url = self.slug.strip().lower(), self.url.strip()
        if not _SLUG.fullmatch(self.slug):
            wrong["slug"] = _("Use letters a to z, digits, hyphens and underscores.")
        parts = _told(wrong, "url", hosts.web_address, self.url)
        if "url" not in wrong and self.site_id is not None and not self._stays(parts.hostname):
            text = _("The address must be on %(domain)s or one of its own domains.")
            wrong["url"] = ValidationError(text, params={"domain": self.site.domain})
        if wrong:
            raise ValidationError(wrong)

    def _stays(self, host: str) -> bool:
        return hosts.is_among(host.lower(), self.site.hosts)


class PromoCode(_Sourced):
    """A code whose users say by it where they have it from. Case does not matter."""

    code = models.CharField(_("Code"), max_length=40, unique=True)

    class Meta(_Sourced.Meta):
        """Listed by code."""

        abstract = False
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Keep the code in capitals."""
        super().clean()
        self.code = self.code.strip().upper()
        if not _CODE.fullmatch(self.code):
            raise ValidationError(
                {"code": _("A code has 2 to 40 signs, without blanks, commas and semicolons.")}
            )


def _told(wrong: dict[str, Any], field: str, read: Any, typed: str) -> Any:
    """Return what was read; what cannot be read is noted under its field."""
    try:
        return read(typed)
    except InputError:
        text = (
            _("“%(typed)s” is no web address, such as https://example.com/offer.")
            if read is hosts.web_address
            else _("“%(typed)s” is no domain, such as example.com.")
        )
        wrong[field] = ValidationError(text, params={"typed": typed})
        return typed
