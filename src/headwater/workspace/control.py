"""How the command line finds the app that holds a data directory.

The running app writes `control.json` (readable by its owner alone): its address on this
machine and a token made anew at each start. Whoever can read the file may ask the app.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headwater.domain.errors import StoreDamaged

FILE_NAME: Final = "control.json"


@dataclass(frozen=True, slots=True)
class Control:
    """Where the app answers, and the token it wants as `Authorization: Bearer`."""

    url: str
    token: str


def publish(directory: Path, url: str) -> Control:
    """Write where the app answers, with a new token, and return it."""
    control = Control(url, secrets.token_urlsafe(32))
    draft = directory / f"{FILE_NAME}.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"url": control.url, "token": control.token}, file)
    draft.replace(directory / FILE_NAME)
    return control


def find(directory: Path) -> Control | None:
    """Return where the app of a data directory said that it answers, if it did."""
    path = directory / FILE_NAME
    try:
        told = json.loads(path.read_text("utf-8"))
        return Control(url=str(told["url"]), token=str(told["token"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(f"{path} is not what the app writes; restart the app.") from error


def withdraw(directory: Path) -> None:
    """Remove the file when the app stops."""
    (directory / FILE_NAME).unlink(missing_ok=True)
