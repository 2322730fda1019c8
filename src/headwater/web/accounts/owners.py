"""What the command line does to accounts: make the first owner, a demo user, a sign-in link.

`commands` calls these once Django is ready.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from headwater.domain.errors import InputError
from headwater.web.accounts import links
from headwater.web.accounts.models import Role, User


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """How to enter a demo: a random password, and a path that signs in once within a day."""

    email: str
    password: str
    path: str


def create_owner(email: str, password: str, name: str = "") -> None:
    """Add an owner. Raises InputError for a bad e-mail, a weak password or a known e-mail."""
    _create(email, password, Role.OWNER, name)


def create_viewer(email: str, password: str, name: str = "") -> None:
    """Add a viewer; errors as for an owner."""
    _create(email, password, Role.VIEWER, name)


def set_password(email: str, password: str) -> None:
    """Give somebody a new password. Raises InputError for a weak one or an unknown e-mail."""
    user = _known(email)
    _check(email, password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def has_owner() -> bool:
    """Whether anybody can sign in and change things."""
    return User.objects.filter(role=Role.OWNER, is_active=True).exists()


def sign_in_path(email: str, lifetime: timedelta = timedelta(minutes=15)) -> str:
    """Return the path of a link that signs this person in once; InputError if unknown."""
    return f"/enter/{links.issue(_known(email), lifetime)}"


def demo_access(email: str = "demo@headwater.example") -> DemoAccess:
    """Give the demo's owner a new random password and a sign-in link good for a day."""
    password = secrets.token_urlsafe(9)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.add(email, password, Role.OWNER, "Demo")
    else:
        user.set_password(password)
        user.save(update_fields=["password"])
    path = f"/enter/{links.issue(user, timedelta(days=1))}"
    return DemoAccess(email, password, path)


def _create(email: str, password: str, role: Role, name: str) -> None:
    _check(email, password, User(email=email, name=name))
    if User.objects.filter(email=email.strip().lower()).exists():
        raise InputError(f"Somebody with the e-mail {email} can already sign in.")
    User.objects.add(email, password, role, name)


def _check(email: str, password: str, user: User) -> None:
    try:
        validate_email(email.strip())
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise InputError(" ".join(error.messages)) from error


def _known(email: str) -> User:
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise InputError(f"Nobody with the e-mail {email} can sign in.")
    return user
