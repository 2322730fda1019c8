"""The reject file: every row that was not loaded, and every field left out of one that was."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from headwater.domain.errors import BadRow

HEADER: Final = ("row", "field", "value", "reason")
LONGEST_VALUE: Final = 200
"""Characters of a value that the reject file shows."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


class RejectFile:
    """Written anew by each run of an import; absent if there was nothing to say.

    Readable by its owner only: the rows may hold personal data.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: TextIO | None = None
        self.rejected = 0
        self.warnings = 0

    def __enter__(self) -> RejectFile:
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    @property
    def path(self) -> Path | None:
        """Where it is, or None if nothing was written."""
        return self._path if self._stream is not None else None

    def reject(self, bad: BadRow) -> None:
        """Record a row that was not loaded."""
        self.rejected += 1
        self._write(bad, bad.reason)

    def warn(self, bad: BadRow) -> None:
        """Record a field that was left out of a row that was loaded."""
        self.warnings += 1
        self._write(bad, f"warning, the row was kept without it: {bad.reason}")

    def _write(self, bad: BadRow, reason: str) -> None:
        if self._stream is None:
            self._stream = self._create()
            csv.writer(self._stream).writerow(HEADER)
        csv.writer(self._stream).writerow([bad.row, bad.field, shown(bad.value), reason])

    def _create(self) -> TextIO:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        descriptor = os.open(self._path, flags, 0o600)
        return os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="")


def shown(value: object) -> str:
    """Return a value as the reject file shows it: short, and no formula to a spreadsheet."""
    text = "" if value is None else str(value)
    short = text[:LONGEST_VALUE].replace("\x00", "\\0")
    return f"'{short}" if short.startswith(_FORMULA_STARTS) and not _is_number(short) else short


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "").replace(",", "").isdigit()
