"""The key that signs sessions and links: a small secret file in the data directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

SIGNING_FILE: Final = "web.key"


def signing_key(directory: Path) -> str:
    """Return the key that signs sessions and links.

    Reads `DIR/web.key`. Where it does not exist yet, the key lasts as long as this process:
    importing the settings must never write; `ensure_signing_key` does.
    """
    path = directory / SIGNING_FILE
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    return secrets.token_urlsafe(48)


def ensure_signing_key(directory: Path) -> None:
    """Create `DIR/web.key` (0600) if it is not there."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / SIGNING_FILE
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(48) + "\n")


def _write_private(path: Path, text: str) -> None:
    """Write beside and rename: a reader never sees half a file, others see none."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    beside.replace(path)
