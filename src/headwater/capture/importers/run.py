"""The import itself: chunk by chunk, each with a mark, so that it may be killed at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from headwater.capture.companies import with_account
from headwater.capture.importers.compiling import compile_plan
from headwater.capture.importers.drafts import Draft, Feed
from headwater.capture.importers.export_feed import ExportFeed
from headwater.capture.importers.exports import EXPORTS
from headwater.capture.importers.formats import open_table, open_text
from headwater.capture.importers.kinds import ACCESS_LOG, KINDS, table_kind
from headwater.capture.importers.log_feed import LogFeed
from headwater.capture.importers.mapping import ColumnMapping
from headwater.capture.importers.naming import Namer
from headwater.capture.importers.progress import SILENT, Progress
from headwater.capture.importers.rejects import RejectFile
from headwater.capture.importers.summary import ImportOptions, ImportSummary
from headwater.capture.importers.survey import Survey, survey
from headwater.capture.importers.table_feed import TableFeed
from headwater.domain.errors import BadRow, InputError, UnknownName
from headwater.domain.times import now_micros
from headwater.domain.words import FactKind
from headwater.facts import FactStore, ImportMark, fact_id

_READING: Final = "1"
"""Raised when the same file would be read into other facts than before."""


KIND_NAMES: Final = (*KINDS, ACCESS_LOG, *EXPORTS)
"""Everything that can be imported."""

_DEFAULTS: Final = ImportOptions()


def run_import(
    store: FactStore,
    kind: str,
    path: Path,
    *,
    mapping: ColumnMapping | None = None,
    options: ImportOptions = _DEFAULTS,
    progress: Progress = SILENT,
) -> ImportSummary:
    """Load a file; rows that cannot be used go to the reject file, all others are loaded.

    Safe to run twice and to kill: facts are named by what they say, and a run that was broken
    off goes on after the last chunk that was marked as done.

    Raises InputError (UnknownName for the kind) before anything is loaded, if the file as a
    whole cannot be used.
    """
    chosen = mapping or ColumnMapping()
    _check_kind(kind, mapping)
    found = survey(path, chosen.file.encoding)
    reading = [kind, found.digest, chosen.fingerprint(), options.phone_region or ""]
    if kind in EXPORTS:
        reading += [options.site or "", options.currency or ""]
    import_id = fact_id("import", _READING, *reading)
    with ExitStack() as resources:
        feed = _open(store, kind, found, chosen, options, resources)
        rejects = RejectFile(store.directory / "rejects" / f"{import_id}.csv")
        resources.enter_context(rejects)
        progress.start(feed.total, feed.unit)
        resources.callback(progress.finish)
        run = _Run(store, feed, import_id, rejects, f"import:{path.name}")
        return run.load(options.chunk_rows, progress)


def _check_kind(kind: str, mapping: ColumnMapping | None) -> None:
    if kind not in KIND_NAMES:
        raise UnknownName("kind of import", kind, KIND_NAMES)
    if mapping is None or kind in KINDS:
        return
    what = "A web server log" if kind == ACCESS_LOG else f"An import of {kind}"
    raise InputError(f"{what} takes no mapping file.")


def _open(
    store: FactStore,
    kind: str,
    found: Survey,
    mapping: ColumnMapping,
    options: ImportOptions,
    resources: ExitStack,
) -> Feed:
    # The vault's keyed hash. What is hashed here begins with the name of a field and a colon,
    # so it is never taken for an address.
    keyed = store.vault.email_key
    if kind == ACCESS_LOG:
        # One encoding for all logs: a line must read the same in the log that has grown.
        log = replace(found, encoding="utf-8-sig", errors="backslashreplace")
        return LogFeed(log, open_text(log, resources, newline="\n"), options.site, keyed)
    if kind in EXPORTS:
        return ExportFeed(EXPORTS[kind], found, options, keyed, resources)
    source = open_table(found, mapping.file, resources)
    try:
        plan = compile_plan(table_kind(kind), mapping, source.columns, options.phone_region)
    except UnknownName:
        raise  # a word of the mapping file, whatever table it is used for
    except InputError as failure:
        raise InputError(f"{found.path}: {failure}") from failure
    return TableFeed(plan, source, keyed)


class _Run:
    """One run of an import over one opened file."""

    def __init__(
        self, store: FactStore, feed: Feed, import_id: str, rejects: RejectFile, origin: str
    ) -> None:
        self._store = store
        self._feed = feed
        self._import_id = import_id
        self._done = store.import_mark(import_id)
        self._rejects = rejects
        self._origin = origin
        self._started_at = now_micros()
        self._namer = Namer()
        self._labels: Counter[str] = Counter()
        self._read = 0
        self._new = 0
        self._known = 0

    def load(self, chunk_rows: int, progress: Progress) -> ImportSummary:
        """Take the feed to its end and say what came of it."""
        outcomes = self._feed.drafts()
        position = 0
        while chunk := list(islice(outcomes, chunk_rows)):
            self._read += len(chunk)
            self._append(list(self._sifted(chunk)))
            now_at = self._feed.position()
            progress.advance(now_at - position)
            position = now_at
        return self._summary()

    def _sifted(self, chunk: list[Draft | BadRow]) -> Iterator[Draft]:
        for outcome in chunk:
            if isinstance(outcome, BadRow):
                self._rejects.reject(outcome)
                continue
            for warning in outcome.warnings:
                self._rejects.warn(warning)
            if outcome.label is not None:
                self._labels[outcome.label] += 1
            yield outcome

    def _append(self, drafts: list[Draft]) -> None:
        """Append what is not done yet; what is done still counts for naming.

        The mark goes with the last kind: if the kinds before it were stored and it was not,
        their facts are known by their names when the chunk comes again.
        """
        names = self._namer.name(drafts)
        rows: dict[FactKind, list[dict[str, object]]] = {}
        for draft, name in zip(drafts, names, strict=True):
            if draft.row > self._done:
                kind = draft.fact or self._feed.fact
                rows.setdefault(kind, []).append(self._fact(draft, name))
            else:
                self._known += 1
        last = next(reversed(rows), None)
        for kind, facts in rows.items():
            mark = ImportMark(self._import_id, drafts[-1].row) if kind == last else None
            appended = self._store.append(kind, facts, mark=mark)
            self._new += appended.new
            self._known += appended.known

    def _fact(self, draft: Draft, name: str) -> dict[str, object]:
        received_at = self._started_at + draft.row
        values = with_account(self._feed.fact, draft.values)
        fact: dict[str, object] = {"occurred_at": received_at, **values}
        fact |= {"fact_id": name, "received_at": received_at, "origin": self._origin}
        return fact

    def _summary(self) -> ImportSummary:
        notes = list(self._feed.notes)
        if self._read == 0:
            notes.append("The file has a header and no rows.")
        if self._namer.repeats:
            notes.append(
                f"{self._namer.repeats:,} rows repeat an earlier row of the file, key and all; "
                "each was counted once."
            )
        return ImportSummary(
            import_id=self._import_id,
            read=self._read,
            new=self._new,
            known=self._known,
            rejected=self._rejects.rejected,
            warnings=self._rejects.warnings,
            counts=dict(self._labels),
            reject_path=self._rejects.path,
            notes=tuple(notes),
        )
