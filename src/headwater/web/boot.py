"""Gets Django ready over a data directory: settings, signing key, tables of the accounts."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import django
from django.core.management import call_command
from django.db import DatabaseError

from headwater.domain.errors import ConfigError
from headwater.web import environment, keys


def prepare(directory: Path) -> None:
    """Set Django up for this data directory and bring its database up to date.

    To be called once per process, before anything of `headwater.web` that touches the
    database. Raises ConfigError where a setting is wrong.
    """
    os.environ["HEADWATER_DATA"] = str(directory.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.web.settings")
    keys.ensure_signing_key(directory)
    _check_driver()
    django.setup()
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise ConfigError(
            f"The database of the accounts cannot be used: {str(error).partition(chr(10))[0]}. "
            f"Look at {environment.DATABASE_URL}, and whether the database is there."
        ) from error
    protect(directory / "web.sqlite")


def _check_driver() -> None:
    database = environment.read().database
    if database.engine.endswith("postgresql") and find_spec("psycopg") is None:
        raise ConfigError(
            f"{environment.DATABASE_URL} names a PostgreSQL database, but the package psycopg "
            "is not installed. Run: pip install 'headwater[postgresql]'"
        )


def protect(path: Path) -> None:
    """Let nobody else on the machine read the accounts."""
    if path.is_file():
        path.chmod(0o600)
