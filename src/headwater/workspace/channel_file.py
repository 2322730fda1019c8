"""The file of a company's own channel rules: read with a mark, replaced only if unchanged."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from headwater.domain.errors import ConfigError, InputError, StoreError
from headwater.journeys.channels import RuleFile
from headwater.workspace.channel_rules import FILE_NAME, with_custom, with_sites
from headwater.workspace.settings import Settings

_WRITING: Final = threading.Lock()


class FileChanged(InputError):
    """Somebody else has written the file since it was read."""


@dataclass(frozen=True, slots=True)
class ChannelFile:
    """The file as it is: its text ("" where there is none) and a mark of its content."""

    text: str
    mark: str


def read_file(directory: Path) -> ChannelFile:
    """Return the file of a data directory; ConfigError where it is no text."""
    path = directory / FILE_NAME
    try:
        octets = path.read_bytes()
    except FileNotFoundError:
        return ChannelFile("", _mark(None))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        # As text files are read everywhere: a line ends with one sign.
        text = octets.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: {error.reason}.") from error
    return ChannelFile(text, _mark(octets))


def write_file(directory: Path, settings: Settings, text: str, mark: str) -> ChannelFile:
    """Replace the file by a text, whole or not at all, if it still is as marked.

    Raises FileChanged where it is not, ConfigError where the text cannot be used as rules, and
    StoreError where it cannot be written.
    """
    with_custom(with_sites(directory, settings), RuleFile.parse(text, FILE_NAME))
    path = directory / FILE_NAME
    with _WRITING:
        if read_file(directory).mark != mark:
            raise FileChanged(
                f"{path} has been changed meanwhile. Look at what it says now, and make your "
                "changes again."
            )
        try:
            _replace(path, text.encode())
        except OSError as error:
            raise StoreError(
                f"{path} cannot be written: {error.strerror}. It is as it was."
            ) from error
    return read_file(directory)


def _mark(octets: bytes | None) -> str:
    return "none" if octets is None else blake2b(octets, digest_size=12).hexdigest()


def _replace(path: Path, octets: bytes) -> None:
    """Write beside and rename; a link stays one, and so do the file's permissions."""
    real = path.resolve()
    mode = real.stat().st_mode & 0o777 if real.exists() else 0o600
    beside = real.with_name(f".{real.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(real)
    finally:
        beside.unlink(missing_ok=True)
