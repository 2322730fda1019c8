"""Links that sign one person in once: for the demo, and for a forgotten password."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from headwater.web.accounts.models import SignInLink, User


def issue(user: User, lifetime: timedelta) -> str:
    """Return a new secret that `redeem` accepts once within `lifetime`."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.filter(expires_at__lt=timezone.now()).delete()
    SignInLink.objects.create(
        user=user, digest=_digest(secret), expires_at=timezone.now() + lifetime
    )
    return secret


def redeem(secret: str) -> User | None:
    """Return the person of an unused link, and use it up; None where it is not valid."""
    found = SignInLink.objects.filter(digest=_digest(secret), expires_at__gt=timezone.now())
    link = found.select_related("user").first()
    if link is None or not link.user.is_active:
        return None
    # Whoever deletes the row owns the link: two clicks at one moment cannot both win.
    deleted, _by_model = SignInLink.objects.filter(pk=link.pk).delete()
    return link.user if deleted else None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
