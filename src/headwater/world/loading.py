"""Put a world into a fact store, and the truth about it beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.domain.words import FactKind
from headwater.world.world import World

_GATHERED: Final = 40_000


class FactSink(Protocol):
    """What a world needs of a fact store."""

    def append(self, kind: FactKind, rows: pa.Table) -> object:
        """Store facts; what is known already is not stored again."""

    def seal(self) -> int:
        """Move what was gathered to files."""


Progress = Callable[[int, int], None]
"""Told (web events done, web events in all)."""


class _Gatherer:
    """Joins the small tables of a kind, so that the store gets few and large ones."""

    def __init__(self, sink: FactSink) -> None:
        self._sink = sink
        self._waiting: dict[FactKind, list[pa.Table]] = {}
        self.counts: dict[FactKind, int] = dict.fromkeys(FactKind, 0)

    def add(self, kind: FactKind, table: pa.Table) -> None:
        tables = self._waiting.setdefault(kind, [])
        tables.append(table)
        self.counts[kind] += table.num_rows
        if sum(waiting.num_rows for waiting in tables) >= _GATHERED:
            self._hand_over(kind)

    def finish(self) -> None:
        for kind in list(self._waiting):
            self._hand_over(kind)
        self._sink.seal()

    def _hand_over(self, kind: FactKind) -> None:
        tables = self._waiting.pop(kind)
        self._sink.append(kind, pa.concat_tables(tables, promote_options="default"))


class _TruthFiles:
    """Writes each truth table to `<name>.parquet` as it comes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> _TruthFiles:
        self._directory.mkdir(parents=True, exist_ok=True)
        return self

    def add(self, name: str, table: pa.Table) -> None:
        if name not in self._writers:
            path = self._directory / f"{name}.parquet"
            self._writers[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
        self._writers[name].write_table(table)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._writers.values():
            writer.close()


def load(
    world: World, store: FactSink, truth_directory: Path, progress: Progress | None = None
) -> dict[FactKind, int]:
    """Append a world's facts to the store and write its truth as Parquet.

    Returns the facts made, by kind; run again it changes nothing, for a fact's id is its own.
    """
    gatherer, done = _Gatherer(store), 0
    with _TruthFiles(truth_directory) as truth:
        for chapter in world.chapters():
            for name, sheet in chapter.truth:
                truth.add(name, sheet)
            while chapter.facts:  # a table that is stored must not live on under a name here
                gatherer.add(*chapter.facts.pop(0))
            done = min(gatherer.counts[FactKind.EVENT], world.events)
            if progress:
                progress(done, world.events)
        gatherer.finish()
    return gatherer.counts
