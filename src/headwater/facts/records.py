"""The small values that go in and out of the store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from headwater.domain.words import FactKind


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes at which the store changes its ways; the defaults suit a small server."""

    bulk_rows: int = 20_000
    """A batch of at least so many rows goes straight to Parquet."""
    slice_rows: int = 1_000_000
    """A larger batch is sorted and written in slices of so many rows, to bound memory."""
    seal_rows: int = 25_000
    """Hot rows that one sealing transaction moves: whoever appends waits for its end."""
    file_rows: int = 1_000_000
    """Compaction makes files of at most so many rows."""
    patience: float = 60.0
    """Seconds to wait for the other users of the files before giving up with StoreBusy."""


@dataclass(frozen=True, slots=True)
class ImportMark:
    """How far an import has come: committed together with the rows it speaks of."""

    import_id: str
    rows_done: int


@dataclass(frozen=True, slots=True)
class Appended:
    """What one append did: facts that are new, and facts that were there already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """Everything that names one person.

    `emails` and `phones` are originals (normalised, E.164); where only their keyed hashes are
    known, give those as `email_keys` and `phone_keys`. `fact_ids` are facts of the person that
    none of these names.
    """

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    visitor_ids: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    email_keys: tuple[str, ...] = ()
    phone_keys: tuple[str, ...] = ()
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: facts blanked, files written anew, vault keys deleted."""

    facts: int
    files: int
    keys: int


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One Parquet file of the lake, as the manifest lists it.

    `min_seq` equals `max_seq` for a bulk file, whose rows have a null `seq`: the file's own
    stands for it. `min_at` and `max_at` bound `occurred_at`.
    """

    path: Path
    rows: int
    min_seq: int
    max_seq: int
    kind: FactKind
    month: str
    size: int
    schema_version: int
    min_at: int
    max_at: int
