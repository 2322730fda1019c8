"""Gets Django ready over a data directory: settings, signing key, tables of the accounts."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.core.management import call_command

from headwater.web import keys


def prepare(directory: Path) -> None:
    """Set Django up for this data directory and bring its database up to date.

    To be called once per process, before anything of `headwater.web` that touches the
    database. Raises ConfigError where a setting is wrong.
    """
    os.environ["HEADWATER_DATA"] = str(directory.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.web.settings")
    keys.ensure_signing_key(directory)
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    protect(directory / "web.sqlite")


def protect(path: Path) -> None:
    """Let nobody else on the machine read the accounts."""
    if path.is_file():
        path.chmod(0o600)
