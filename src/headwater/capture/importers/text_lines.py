"""Lines of a text file, plain or compressed, without ever holding more than one long line."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from headwater.capture.importers.survey import Survey
from headwater.domain.errors import InputError

LONGEST_LINE: Final = 1 << 20
"""Characters. A longer line is cut there; its fields are too long in any case."""


class TextLines:
    """A text file opened for reading line by line.

    `newline` is as for `open`: an empty text keeps and knows all line ends (what CSV needs), a
    line feed knows only that.
    """

    def __init__(self, survey: Survey, newline: str) -> None:
        self._raw = survey.path.open("rb")
        self.total = survey.path.stat().st_size
        stream: BinaryIO | gzip.GzipFile = (
            gzip.GzipFile(fileobj=self._raw) if survey.is_gzip else self._raw
        )
        self._text = io.TextIOWrapper(
            stream, survey.encoding, errors=survey.errors, newline=newline
        )
        self._path = survey.path

    def lines(self) -> Iterator[str]:
        """Yield each line with its line end; one longer than LONGEST_LINE comes cut."""
        while line := self._readline():
            yield line
            if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
                self._skip_rest()

    def _readline(self) -> str:
        try:
            return self._text.readline(LONGEST_LINE)
        except UnicodeError as failure:
            raise InputError(f"{self._path}: cannot be decoded: {failure}.") from failure

    def _skip_rest(self) -> None:
        while rest := self._readline():
            if len(rest) < LONGEST_LINE or rest.endswith(("\n", "\r")):
                return

    def read(self, characters: int) -> str:
        """Return up to so many characters, without regard to lines."""
        return self._text.read(characters)

    def position(self) -> int:
        """Return how many bytes of the file have been taken in."""
        return self._raw.tell()

    def close(self) -> None:
        """Let go of the file."""
        self._text.close()
        self._raw.close()
