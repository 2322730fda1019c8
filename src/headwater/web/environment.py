"""What the operator may set: environment variables, each checked before Django starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from headwater.domain.errors import ConfigError

DATABASE_URL: Final = "HEADWATER_DATABASE_URL"
"""The variable that names a PostgreSQL database for the accounts."""
LANGUAGES: Final = ("en", "tr", "th", "id", "ru")
"""The languages of the screens, by ISO 639-1 code."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where the accounts are kept. `name` is a file for SQLite, a database for PostgreSQL."""

    engine: str
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """Every setting of the web process, as read and checked by `read`.

    `collector_url` is empty where browsers reach the collector where it listens.
    """

    directory: Path
    base_url: str
    collector_url: str
    database: Database
    language: str
    session_hours: int
    sign_in_tries: int

    @property
    def is_https(self) -> bool:
        """Whether people reach the app over HTTPS, so that cookies must be secure."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """The name people reach the app by, without scheme and port."""
        return urlsplit(self.base_url).hostname or ""


def read(source: Mapping[str, str] | None = None) -> Environment:
    """Read the settings from `source` (default: the process environment).

    Raises ConfigError, naming the variable, its value and what is allowed.
    """
    values = os.environ if source is None else source
    directory = Path(values.get("HEADWATER_DATA", "data")).expanduser().resolve()
    return Environment(
        directory=directory,
        base_url=_base_url("HEADWATER_BASE_URL", values, "http://127.0.0.1:8000"),
        collector_url=_collector_url(values),
        database=_database(values.get(DATABASE_URL, ""), directory),
        language=_language(values.get("HEADWATER_LANGUAGE", "en")),
        session_hours=_whole(values, "HEADWATER_SESSION_HOURS", 336, (1, 8760)),
        sign_in_tries=_whole(values, "HEADWATER_SIGN_IN_TRIES", 10, (1, 1000)),
    )


def _refuse(variable: str, value: str, allowed: str) -> ConfigError:
    return ConfigError(f"{variable} is '{value}'. Allowed: {allowed}.")


def _collector_url(values: Mapping[str, str]) -> str:
    is_set = bool(values.get("HEADWATER_COLLECTOR_URL"))
    return _base_url("HEADWATER_COLLECTOR_URL", values, "") if is_set else ""


def _base_url(variable: str, values: Mapping[str, str], default: str) -> str:
    value = values.get(variable) or default
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        allowed = (
            "http:// or https://, a host and no path, such as https://headwater.example.com"
        )
        raise _refuse(variable, value, allowed)
    return value.rstrip("/")


def _database(value: str, directory: Path) -> Database:
    if not value:
        return Database("django.db.backends.sqlite3", str(directory / "web.sqlite"))
    parts = urlsplit(value)
    name = parts.path.lstrip("/")
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        # The value holds a password, so only its scheme is repeated.
        allowed = "empty (SQLite in the data directory) or postgresql://user:password@host/name"
        raise _refuse(DATABASE_URL, f"{parts.scheme}://…", allowed)
    return Database(
        "django.db.backends.postgresql",
        unquote(name),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.hostname or "",
        str(parts.port or ""),
    )


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise _refuse("HEADWATER_LANGUAGE", value, ", ".join(LANGUAGES))
    return value


def _whole(
    values: Mapping[str, str], variable: str, default: int, limits: tuple[int, int]
) -> int:
    text = values.get(variable, "")
    if not text:
        return default
    low, high = limits
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise _refuse(variable, text, f"a whole number from {low} to {high}")
    return int(text)
