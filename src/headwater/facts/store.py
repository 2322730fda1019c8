"""The fact store: everything that came in, durable, append-only, each fact once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from headwater.domain.errors import StoreError
from headwater.domain.words import FactKind
from headwater.facts import appending, checks, compaction, hot, journal, manifest, sealing
from headwater.facts.appending import Batch
from headwater.facts.catalogue import CATALOGUE, Catalogue
from headwater.facts.database import Database
from headwater.facts.depot import Depot
from headwater.facts.erasure import erase, finish_scrub
from headwater.facts.finding import find
from headwater.facts.known import KnownIds
from headwater.facts.lake import Lake
from headwater.facts.locks import Locks
from headwater.facts.records import Appended, Erased, ImportMark, Limits, PersonKeys
from headwater.facts.snapshots import Snapshot, open_snapshot
from headwater.facts.sweeping import sweep
from headwater.facts.upgrade import upgrade
from headwater.facts.vault import Vault

_TIDY_FILES: Final = 8


class FactStore:
    """The facts of one data directory. Usable from several threads and processes at once."""

    def __init__(self, depot: Depot) -> None:
        """Take an opened directory; use `open`."""
        self._depot = depot
        self.vault = depot.vault
        self.directory = depot.lake.directory.parent

    @classmethod
    def open(
        cls, directory: Path, *, catalogue: Catalogue = CATALOGUE, limits: Limits | None = None
    ) -> FactStore:
        """Open a data directory, made if absent.

        Sweeps what killed processes left, and rewrites facts of older schema versions. Raises
        StoreError where a newer Headwater wrote the store, StoreDamaged where `secret.key`
        is missing or is another's, StoreBusy where a migration must wait for others.
        """
        limits = limits or Limits()
        lake = Lake(directory / "lake")
        try:
            lake.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"'{directory}' cannot be the data directory: {error.strerror}. Name another "
                "with --data, or make this one writable."
            ) from None
        locks = Locks(directory, limits.patience)
        with ExitStack() as opened:
            with locks.setup():
                database = opened.enter_context(closing(Database(directory / "facts.sqlite")))
                journal.prepare(database, catalogue)
                vault = opened.enter_context(closing(Vault(directory)))
            known = KnownIds()
            database.when_undone(known.forget)
            depot = Depot(database, lake, locks, vault, catalogue, limits, known)
            upgrade(depot)
            finish_scrub(depot)
            sweep(depot)
            opened.pop_all()
        return cls(depot)

    def append(
        self,
        kind: FactKind,
        rows: Any | Sequence[Mapping[str, object]],
        *,
        mark: ImportMark | None = None,
    ) -> Appended:
        """Store facts (a pyarrow Table, or mappings); they are on disk when this returns.

        A fact whose id the store has, or once had, counts as known and is not stored again;
        of equal ids in one batch the first stands. Columns are those of `SCHEMAS[kind]`
        without `seq`, and the originals `email` (normalised), `phone` (E.164), `person_name`
        and `message`, which are stored as keyed hashes and ciphertext only. `fact_id`,
        `occurred_at` and `received_at` are required; empty texts become null. `mark` is
        committed together with the facts, also when there are none. Raises BadRow naming row
        and field, and then stores nothing of the batch; StoreError when the disk refuses.
        """
        return appending.append(self._depot, kind, rows, mark)

    def batch(self, kind: FactKind, rows: Sequence[Mapping[str, object]]) -> Batch:
        """Check facts as `append` does, for `append_batches`; nothing is stored yet.

        Raises BadRow naming row and field.
        """
        return appending.batch(self._depot, kind, rows)

    def append_batches(self, batches: Sequence[Batch]) -> Appended:
        """Store batches of any kinds, all or none: they are on disk when this returns.

        For whoever gathers the facts of many callers into one commit: a batch that was made
        cannot be refused for what it holds, so one caller's fault is not another's. Raises
        StoreError when the disk refuses.
        """
        return appending.append_batches(self._depot, batches)

    def seal(self) -> int:
        """Move hot facts to Parquet files; returns how many."""
        return sealing.seal(self._depot)

    def compact(self) -> int:
        """Merge the small files of each kind and month; returns how many were merged."""
        return compaction.compact(self._depot, 2, gradual=False)

    def tidy(self) -> int:
        """Merge only where many small files have gathered, for use after each sealing."""
        return compaction.compact(self._depot, _TIDY_FILES, gradual=True)

    def hot_rows(self) -> int:
        """Return how many facts are in the journal and not in a file yet."""
        with self._depot.database.reading() as connection:
            return sum(hot.counts(connection).values())

    def counts(self) -> dict[FactKind, int]:
        """Return the number of facts of every kind."""
        counts = dict.fromkeys(FactKind, 0)
        with self._depot.database.reading() as connection:
            counts |= hot.counts(connection)
            for file in manifest.files(connection, self._depot.lake.directory):
                counts[file.kind] += file.rows
        return counts

    def read(self, kind: FactKind, columns: Sequence[str] | None = None) -> Any:
        """Return all facts of a kind as a pyarrow Table, `seq` filled, in no promised order."""
        with self.snapshot() as snapshot:
            return snapshot.read(kind, columns)

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Open one consistent view of hot and cold facts; keep it open while files are read."""
        return open_snapshot(self._depot)

    def import_mark(self, import_id: str) -> int:
        """Return how many rows of an import are done; 0 if it is unknown."""
        with self._depot.database.reading() as connection:
            return journal.get_mark(connection, import_id)

    def erase(self, person: PersonKeys) -> Erased:
        """Erase a person from all facts and the vault; run again, it does no harm.

        Facts that name the person stay, without anything that leads to them. Raises StoreBusy
        while others read or write files for longer than the store's patience.
        """
        return erase(self._depot, person)

    def find(
        self, person: PersonKeys, kinds: Iterable[FactKind] = FactKind
    ) -> dict[FactKind, Any]:
        """Return a person's facts by kind, as pyarrow Tables; kinds without any are left out.

        On a browser that others used as well, facts that name one of them are theirs.
        """
        return find(self._depot, person, kinds)

    def check(self, *, deep: bool = False) -> list[str]:
        """Return problems as sentences, none if all is well; `deep` reads every fact's id."""
        return checks.check(self._depot, deep=deep)

    def close(self) -> None:
        """Close the databases. What was appended stays, hot or not."""
        self._depot.database.close()
        self._depot.vault.close()

    def __enter__(self) -> FactStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
