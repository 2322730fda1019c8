"""Files that a command writes its output to, where one is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from headwater.domain.errors import InputError


@contextmanager
def output_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file anew for a command's output; InputError where it cannot be written."""
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}. Give --output a file in a directory "
            "that is there, is yours to write, and has room."
        ) from error
