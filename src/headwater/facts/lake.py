"""The Parquet files of facts at rest: sorted, compressed, never changed once listed.

A file holds one kind and one month of `occurred_at`. Events are sorted by visitor and time,
the other kinds by time. A file counts only once the manifest lists it; what the manifest does
not list is an orphan of a killed process and is swept.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.domain.errors import StoreDamaged, StoreError
from headwater.domain.words import FactKind
from headwater.facts.records import LakeFile

Order = npt.NDArray[np.intp]

ROW_GROUP: Final = 100_000
_UNIQUE: Final = frozenset({"fact_id", "seq", "occurred_at", "received_at", "personal"})


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is on disk but not in the manifest yet. Paths are relative to the lake."""

    kind: FactKind
    month: str
    path: str
    rows: int
    size: int
    seqs: tuple[int, int] | None
    """Bounds of `seq`; None where the rows have none (a bulk file)."""
    schema_version: int
    min_at: int
    max_at: int


class Lake:
    """The directory of fact files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, kind: FactKind, version: int, table: Any) -> list[Written]:
        """Write one sorted file per month of `occurred_at`; they are on disk on return."""
        table = table.combine_chunks()
        at = table.column("occurred_at").to_numpy()
        months = at.astype("datetime64[us]").astype("datetime64[M]")
        order = _order(kind, table, at)
        written = []
        for month in np.unique(months):
            rows = order[months[order] == month]
            part = table.take(pa.array(rows))
            try:
                written.append(self._write_file(kind, str(month), version, part))
            except OSError as error:
                raise StoreError(
                    f"A fact file in '{self.directory}' cannot be written: {error}. Nothing "
                    "was stored; make room or make it writable, then try again."
                ) from None
        return written

    def load(self, file: LakeFile, columns: Sequence[str] | None = None) -> Any:
        """Return a file's rows as they are, with `seq` filled where it is asked for."""
        try:
            table = pq.ParquetFile(file.path).read(columns=columns)
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreDamaged(
                f"The fact file '{file.path}' cannot be read: {error}. Restore it from a "
                "backup, then run `headwater doctor`."
            ) from None
        table = table.replace_schema_metadata(None)
        if "seq" in table.column_names:
            place = table.column_names.index("seq")
            filled = pc.fill_null(table.column("seq"), pa.scalar(file.min_seq, pa.int64()))
            table = table.set_column(place, "seq", filled)
        return table

    def delete(self, paths: Iterable[str]) -> None:
        """Delete files that the manifest does not list (any more)."""
        for path in paths:
            (self.directory / path).unlink(missing_ok=True)

    def found(self) -> Iterator[str]:
        """Yield the relative paths of all files on disk."""
        for path in self.directory.glob("*/*/*.parquet"):
            yield path.relative_to(self.directory).as_posix()

    def _write_file(self, kind: FactKind, month: str, version: int, table: Any) -> Written:
        folder = self.directory / kind.value / month
        _make_durably(folder, self.directory.parent)
        path = folder / f"{uuid.uuid4().hex}.parquet"
        labels = {"headwater.kind": kind.value, "headwater.schema_version": str(version)}
        pq.write_table(
            table.replace_schema_metadata(labels),
            path,
            compression="zstd",
            row_group_size=ROW_GROUP,
            use_dictionary=[name for name in table.column_names if name not in _UNIQUE],
        )
        _sync(path)
        _sync(folder)
        seqs = pc.min_max(table.column("seq")).as_py()
        at = pc.min_max(table.column("occurred_at")).as_py()
        return Written(
            kind=kind,
            month=month,
            path=path.relative_to(self.directory).as_posix(),
            rows=table.num_rows,
            size=path.stat().st_size,
            seqs=None if seqs["min"] is None else (seqs["min"], seqs["max"]),
            schema_version=version,
            min_at=at["min"],
            max_at=at["max"],
        )


def _order(kind: FactKind, table: Any, at: npt.NDArray[np.int64]) -> Order:
    if kind is not FactKind.EVENT:
        return np.argsort(at, kind="stable")
    coded = table.column("visitor_id").combine_chunks().dictionary_encode()
    names = pc.sort_indices(coded.dictionary).to_numpy()
    ranks = np.empty(len(names) + 1, dtype=np.int64)
    ranks[names] = np.arange(len(names))
    ranks[-1] = len(names)  # facts without a visitor come last
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    return np.lexsort((at, ranks[codes]))


def _make_durably(folder: Path, root: Path) -> None:
    if folder.is_dir():
        return
    if folder.parent != root:
        _make_durably(folder.parent, root)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
