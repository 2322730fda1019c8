"""The salt of a day: makes visitors of one day countable and of two days unconnected.

One file for all workers of a data directory. When the UTC day changes, the first that needs
the new salt replaces it, and what the old one named cannot be named again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

from headwater.domain.errors import StoreError
from headwater.domain.times import DAY

SALT_FILE: Final = "collector.salt"
_BYTES: Final = 32


class DailySalt:
    """Names visitors who are not to be recognised tomorrow."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / SALT_FILE
        self._day = -1
        self._salt = b""

    def visitor_id(self, site: str, ip: str | None, agent: str | None, at: int) -> str:
        """Return 32 hexadecimal digits: the same for one network address, agent and day.

        Raises StoreError where a new day's salt cannot be kept.
        """
        day = at // DAY
        if day != self._day:
            try:
                self._renew(day)
            except OSError as error:
                raise StoreError(
                    f"'{self._path}' cannot be written: {error.strerror}."
                ) from None
        digest = blake2b(key=self._salt, digest_size=16)
        for part in (site, ip or "", agent or ""):
            data = part.encode("utf-8", "replace")
            digest.update(len(data).to_bytes(4, "big"))
            digest.update(data)
        return digest.hexdigest()

    def _renew(self, day: int) -> None:
        with _alone(self._path.with_suffix(".salt.lock")):
            kept = _read(self._path)
            if kept is None or kept[0] < day:
                kept = (day, os.urandom(_BYTES))
                _write(self._path, *kept)
        self._day, self._salt = day, kept[1]


def _read(path: Path) -> tuple[int, bytes] | None:
    try:
        told = json.loads(path.read_bytes())
        salt = bytes.fromhex(told["salt"])
        return (int(told["day"]), salt) if len(salt) == _BYTES else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent, or spoilt by a full disk: a new one serves as well


def _write(path: Path, day: int, salt: bytes) -> None:
    draft = path.with_suffix(".salt.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"day": day, "salt": salt.hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
