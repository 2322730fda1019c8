"""The people who sign in, and the failed tries that slow guessing down."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do. A viewer reads everything; an owner also changes things."""

    OWNER = "owner", _("Owner")
    VIEWER = "viewer", _("Viewer")


class Users(BaseUserManager["User"]):
    """Finds and makes users by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username).lower())

    def add(self, email: str, password: str, role: Role, name: str = "") -> User:
        """Save a new user. `password` is stored hashed."""
        user = self.model(email=email.strip().lower(), role=role, name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in, named by e-mail."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    role = models.CharField(_("Role"), max_length=10, choices=Role, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[Users] = Users()

    class Meta:
        """Listed by e-mail."""

        ordering = ["email"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_owner(self) -> bool:
        """Whether this person may change things."""
        return self.role == Role.OWNER


class FailedSignIn(models.Model):
    """One failed try: counted per address and per e-mail, forgotten after a while."""

    key = models.CharField(max_length=64, db_index=True)
    failed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key} at {self.failed_at:%Y-%m-%d %H:%M}"


class SignInLink(models.Model):
    """A link that signs one person in, once. Only the hash of its secret is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link for {self.user}"
