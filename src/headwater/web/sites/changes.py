"""Every change of what is captured: saved, logged with who made it, and published at once."""

from __future__ import annotations

import logging

from django.db import transaction

from headwater.web.sites import publishing
from headwater.web.sites.models import Link, PromoCode, Site, WriteKey

_LOG = logging.getLogger("headwater.web.sites")


def save(what: Site | Link | PromoCode, by: str) -> None:
    """Save something new or changed. A new site has its first write key with it."""
    is_new = what.pk is None
    with transaction.atomic():
        what.save()
        if is_new and isinstance(what, Site):
            WriteKey.objects.create(site=what)
        _note(by, "added" if is_new else "changed", what)


def add_key(site: Site, by: str) -> WriteKey:
    """Give a site one more key; the others stay in force until they are removed."""
    with transaction.atomic():
        made = WriteKey.objects.create(site=site)
        _note(by, "added", made)
    return made


def remove(what: Site | Link | PromoCode | WriteKey, by: str) -> None:
    """Remove something. Facts that came by it stay."""
    with transaction.atomic():
        _note(by, "removed", what)
        what.delete()


def _note(by: str, did: str, what: Site | Link | PromoCode | WriteKey) -> None:
    _LOG.info("%s %s the %s %s", by, did, type(what).__name__, what)
    transaction.on_commit(publishing.publish)
