"""What the command line asks of the accounts, over a data directory.

Django's models can only be imported once its settings are known; so each command prepares the
directory first and then loads what does the work.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string

from headwater.web import boot


def create_owner(directory: Path, email: str, password: str, name: str = "") -> None:
    """Add somebody who may read and change everything.

    Raises InputError for a bad e-mail, a weak password or an e-mail that is already known.
    """
    _owners(directory, "create_owner")(email, password, name)


def create_viewer(directory: Path, email: str, password: str, name: str = "") -> None:
    """Add somebody who may read every report; errors as for `create_owner`."""
    _owners(directory, "create_viewer")(email, password, name)


def has_owner(directory: Path) -> bool:
    """Whether anybody can sign in and change things."""
    return bool(_owners(directory, "has_owner")())


def set_password(directory: Path, email: str, password: str) -> None:
    """Give somebody a new password, and with it an end to all their sessions."""
    _owners(directory, "set_password")(email, password)


def sign_in_path(directory: Path, email: str) -> str:
    """Return the path of a link that signs this person in once, within 15 minutes."""
    return str(_owners(directory, "sign_in_path")(email))


def demo_access(directory: Path) -> Any:
    """Make the demo's owner with a random password; see `accounts.owners.DemoAccess`."""
    return _owners(directory, "demo_access")()


def sites(directory: Path) -> Any:
    """Return the commands of sites, links and codes: `web.sites.command_line`."""
    boot.prepare(directory)
    return import_module("headwater.web.sites.command_line")


def demo_site(directory: Path, url: str) -> str:
    """Follow the visitors of the demo's own small site; return the address of its first page.

    `url` is where the app is served.
    """
    return str(sites(directory).add_demo_site(url))


def _owners(directory: Path, name: str) -> Any:
    boot.prepare(directory)
    return import_string(f"headwater.web.accounts.owners.{name}")
