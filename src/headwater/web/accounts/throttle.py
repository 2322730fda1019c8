"""Slows password guessing: too many failed tries of a kind and the next must wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.utils import timezone

from headwater.web.accounts.models import FailedSignIn

WINDOW: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who is trying: the e-mail as typed and the network address it comes from."""

    email: str
    address: str

    def counted(self) -> Iterator[tuple[str, int]]:
        """Return each key counted, with how many times the setting it may fail.

        The pair is the strict one; an address may serve an office, and an e-mail may be under
        attack from many addresses without locking its owner out at once.
        """
        email = self.email.strip().lower()
        for kind, value, share in (
            ("pair", f"{email}\n{self.address}", 1),
            ("address", self.address, 5),
            ("email", email, 10),
        ):
            yield sha256(f"{kind}\n{value}".encode()).hexdigest(), share


def is_blocked(attempt: Attempt) -> bool:
    """Whether this attempt must wait, without looking at its password."""
    since = timezone.now() - WINDOW
    tries: int = settings.ENVIRONMENT.sign_in_tries
    return any(
        FailedSignIn.objects.filter(key=key, failed_at__gt=since).count() >= tries * share
        for key, share in attempt.counted()
    )


def remember_failure(attempt: Attempt) -> None:
    """Count a failed try, and forget those that no longer matter."""
    now = timezone.now()
    FailedSignIn.objects.filter(failed_at__lt=now - WINDOW).delete()
    FailedSignIn.objects.bulk_create(
        FailedSignIn(key=key, failed_at=now) for key, _share in attempt.counted()
    )


def forget_failures(attempt: Attempt) -> None:
    """A right password clears what was held against this e-mail at this address."""
    pair, _share = next(attempt.counted())
    FailedSignIn.objects.filter(key=pair).delete()
