"""What an import was asked, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CHUNK_ROWS: Final = 20_000
"""Rows that are appended, and marked as done, in one transaction."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Choices of the caller that are not in the mapping file.

    `site` is the host a web server log belongs to (`www.example.com`, or with its scheme), or
    the site of another tool's export. `currency` is that of an export's amounts that name none.
    `phone_region` is where numbers without a country code belong if the mapping says nothing.
    """

    site: str | None = None
    phone_region: str | None = None
    currency: str | None = None
    chunk_rows: int = CHUNK_ROWS


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """How many rows (of an export: facts) came to what. read = new + known + rejected.

    `known` rows were already in the store, or repeat another row of the file with the same
    natural key. `warnings` counts the fields that were left out of rows otherwise kept.
    `counts` has the rows by label where a kind tells labels apart. `reject_path` is null where
    there was nothing to write. `notes` are sentences for the user.
    """

    import_id: str
    read: int
    new: int
    known: int
    rejected: int
    warnings: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    reject_path: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def loaded(self) -> int:
        """Rows that are in the store now, whether this run or an earlier one brought them."""
        return self.new + self.known
