"""What a row of another tool's export comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from headwater.domain.errors import BadRow
from headwater.domain.words import FactKind


@dataclass(slots=True)
class Found:
    """One fact that a row holds.

    `values` are its columns, as those of an import's draft; `amount` is a decimal text, and
    `properties` a mapping. `identity` names it: the same parts, the same fact. With `is_keyed`
    a repeat of it is the same fact; without, the second of two is a fact of its own.
    """

    kind: FactKind
    values: dict[str, object]
    identity: tuple[str, ...]
    is_keyed: bool = True


class ExportReader(Protocol):
    """Reads the rows of one export."""

    def read(self, number: int, row: Mapping[str, object]) -> Iterator[Found | BadRow]:
        """Yield what a row holds, and each part of it that cannot be used.

        Raises InputError (BadRow where it knows the field) if nothing of it can be used.
        """


@dataclass(frozen=True, slots=True)
class Place:
    """Where an export is read into.

    `site` is the site all rows are of, None where each row's address tells it. `keyed` makes a
    hash of a personal text that only this store can make.
    """

    site: str | None
    keyed: Callable[[str], str]

    def site_of(self, host: str | None) -> str | None:
        """Return the site of a page on `host`."""
        if self.site is not None or not host:
            return self.site
        return host.lower().removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Export:
    """One tool's export.

    `what` names it in sentences. `columns` are those without which no row can be read.
    `refuse` raises InputError for a file that is another export of the same tool; `archive`
    says what to do with one that is packed.
    """

    name: str
    what: str
    columns: Sequence[str]
    reader: Callable[[Place], ExportReader]
    refuse: Callable[[Path, Sequence[str]], None] = field(default=lambda path, columns: None)
    archive: str = "Unpack it and import the files in it, as JSON lines, Parquet or CSV."
