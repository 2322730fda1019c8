"""Rows as a file gives them, before anyone has asked what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from headwater.domain.errors import BadRow

LONGEST_FIELD: Final = 65_536
"""Characters. A longer field is damage (a quote never closed) or an attack."""

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_TOO_LONG: Final = f"is longer than the limit of {LONGEST_FIELD:,} characters"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: `number` as the user sees it in the file, cells by column name."""

    number: int
    cells: Mapping[str, object]


class RowSource(Protocol):
    """An opened table. A row that cannot be told apart into cells comes as a BadRow."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns found."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the user on how the file was read."""

    @property
    def total(self) -> int:
        """How much there is to read, in `unit`; 0 if it cannot be known."""

    @property
    def unit(self) -> str:
        """`bytes` or `rows`."""

    def rows(self) -> Iterator[RawRow | BadRow]:
        """Yield each row once, in the file's order."""

    def position(self) -> int:
        """Return how much has been read, in `unit`."""


def broken_off(row: int, failure: Exception) -> BadRow:
    """Return the reject row for a file that is damaged somewhere in its middle."""
    reason = f"the file is damaged here; nothing after it was read: {failure}"
    return BadRow(row, "(row)", "", reason)


def fault_in_text(text: str) -> str | None:
    """Return why `text` cannot be kept as a field, or None if it can."""
    if len(text) > LONGEST_FIELD:
        return _TOO_LONG
    found = _UNSTORABLE.search(text)
    if found is None:
        return None
    if found[0] == "\x00":
        return "holds a NUL character"
    return "holds bytes that are not valid UTF-8"
