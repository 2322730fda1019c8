"""The manifest: which files make up the lake. A fact file exists because it is listed here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from headwater.domain.errors import StoreDamaged
from headwater.domain.words import FactKind
from headwater.facts.journal import set_state, state
from headwater.facts.lake import Written
from headwater.facts.records import LakeFile

_COLUMNS: Final = (
    "kind, month, path, rows, bytes, min_seq, max_seq, schema_version, min_at, max_at"
)


def files(
    connection: sqlite3.Connection, lake: Path, kind: FactKind | None = None
) -> list[LakeFile]:
    """Return the listed files, of one kind or of all, in the order they were listed."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM files WHERE ?1 IS NULL OR kind = ?1 ORDER BY id",  # noqa: S608
        (None if kind is None else kind.value,),
    )
    return [
        LakeFile(
            path=lake / path,
            rows=count,
            min_seq=min_seq,
            max_seq=max_seq,
            kind=FactKind(name),
            month=month,
            size=size,
            schema_version=version,
            min_at=min_at,
            max_at=max_at,
        )
        for name, month, path, count, size, min_seq, max_seq, version, min_at, max_at in rows
    ]


def add(connection: sqlite3.Connection, written: Sequence[Written]) -> None:
    """List files. One without sequence numbers of its own takes the next from the counter."""
    seq = state(connection, "seq")
    for file in written:
        if file.seqs is None:
            seq += 1
        low, high = file.seqs or (seq, seq)
        connection.execute(
            f"INSERT INTO files ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                file.kind.value,
                file.month,
                file.path,
                file.rows,
                file.size,
                low,
                high,
                file.schema_version,
                file.min_at,
                file.max_at,
            ),
        )
    set_state(connection, "seq", seq)


def remove(connection: sqlite3.Connection, lake: Path, replaced: Iterable[LakeFile]) -> None:
    """Unlist files; StoreDamaged if one of them is not listed any more."""
    for file in replaced:
        path = file.path.relative_to(lake).as_posix()
        gone = connection.execute("DELETE FROM files WHERE path = ?", (path,))
        if gone.rowcount != 1:
            raise StoreDamaged(
                f"The fact file '{file.path}' was replaced by another process at the same "
                "time. Nothing was changed; run this again."
            )
