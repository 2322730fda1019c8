"""Looks for texts in every file of a data directory, in whatever form they lie there.

Run as a process of its own: closing a SQLite file that is open in the same process would drop
SQLite's locks on it. Bytes are searched as they are; of Parquet files also what the columns
hold once unpacked, of SQLite files also what the rows hold once put together. What DuckDB has
packed can only be asked of DuckDB: `workspace/proofs` does that.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.domain.errors import StoreDamaged

_BLOCK: Final = 1 << 24
_SQLITE: Final = b"SQLite format 3\0"
_ID: Final = re.compile(r"(?i)[0-9a-z:_.-]+")
_LONG: Final = 32
_SMALL: Final = 16
"""Bytes of an id in binary: columns that hold nothing longer hold no texts."""


@dataclass(frozen=True, slots=True)
class Hit:
    """So many blocks, rows or values of a file hold a text; `label` says which."""

    path: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked at, and what was found there."""

    files: int
    size: int
    hits: tuple[Hit, ...]


def search(directory: Path, needles: Mapping[str, str]) -> Searched:
    """Look for texts by label in every file under a directory; case does not count."""
    done = subprocess.run(
        [sys.executable, "-m", "headwater.facts.searching"],
        input=json.dumps({"directory": str(directory), "needles": dict(needles)}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise StoreDamaged(f"The files in {directory} could not all be searched: {reason}")
    told = json.loads(done.stdout)
    return Searched(told["files"], told["size"], tuple(Hit(*hit) for hit in told["hits"]))


def is_short(text: str) -> bool:
    """Tell whether a text is an id that may stand inside a longer one by chance.

    Such a text counts only where no letter or digit stands beside it.
    """
    return len(text) < _LONG and _ID.fullmatch(text) is not None


def _search_all(directory: Path, needles: Mapping[str, str]) -> dict[str, Any]:
    sought = {label: text.lower() for label, text in needles.items() if text}
    hits: list[tuple[str, str, int]] = []
    files = size = 0
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            try:
                size += path.stat().st_size
                counts = _counted(path, sought)
            except FileNotFoundError:
                continue  # a file that came and went, such as a log that was merged
            files += 1
            name = path.relative_to(directory).as_posix()
            hits += [(name, label, count) for label, count in counts.items() if count]
    return {"files": files, "size": size, "hits": hits}


def _counted(path: Path, needles: Mapping[str, str]) -> dict[str, int]:
    counts = dict.fromkeys(needles, 0)
    encoded = {label: text.encode() for label, text in needles.items()}
    longest = max(map(len, encoded.values()), default=1)
    for block in _blocks(path, longest):
        _add(counts, encoded, block)
    if path.suffix == ".parquet":
        for column in _columns(path):
            _add_values(counts, needles, column)
    elif path.open("rb").read(len(_SQLITE)) == _SQLITE:
        for text in _rows(path):
            _add(counts, encoded, text.lower())
    return counts


def _blocks(path: Path, longest: int) -> Iterator[bytes]:
    """Yield a file in blocks that overlap by as much as the longest text."""
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            block = tail + block.lower()
            yield block
            tail = block[-longest:]


def _add(counts: dict[str, int], needles: Mapping[str, bytes], data: bytes) -> None:
    for label, needle in needles.items():
        counts[label] += needle in data and _is_apart(needle, data)


def _is_apart(needle: bytes, data: bytes) -> bool:
    if not is_short(needle.decode()):
        return True
    alone = rb"(?<![0-9a-z])" + re.escape(needle) + rb"(?![0-9a-z])"
    return re.search(alone, data) is not None


def _columns(path: Path) -> Iterator[Any]:
    """Yield the texts of a Parquet file, a column of a row group at a time."""
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        wanted = [
            number
            for number, field in enumerate(schema)
            if pa.types.is_string(field.type) or pa.types.is_binary(field.type)
        ]
        for group in range(file.num_row_groups):
            for number in wanted:
                table = file.read_row_group(group, columns=[schema.names[number]])
                yield pc.unique(table.column(0).cast(pa.binary()))


def _add_values(counts: dict[str, int], needles: Mapping[str, str], column: Any) -> None:
    anything = "|".join(re.escape(needle) for needle in needles.values())
    if not anything:
        return
    found = pc.filter(column, pc.match_substring_regex(column, anything, ignore_case=True))
    for value in found.to_pylist():
        _add(counts, {label: text.encode() for label, text in needles.items()}, value.lower())


def _rows(path: Path) -> Iterator[bytes]:
    """Yield every long text of a database."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for (table,) in names.fetchall():
            yield from _texts(connection, table.decode())


def _texts(connection: sqlite3.Connection, table: str) -> Iterator[bytes]:
    # Only the names that the database itself gives are put into the statements.
    quoted = '"' + table.replace('"', '""') + '"'
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({quoted})")]
    for column in columns:
        name = '"' + column.decode().replace('"', '""') + '"'
        rows = connection.execute(
            f"SELECT {name} FROM {quoted}"  # noqa: S608
            f" WHERE typeof({name}) = 'text' OR length({name}) > {_SMALL}"
        )
        for (value,) in rows:
            if isinstance(value, bytes):
                yield value


def main(arguments: Sequence[str] = ()) -> int:
    """Read what to look for from the input, and write what was found to the output."""
    del arguments
    asked = json.load(sys.stdin)
    found = _search_all(Path(asked["directory"]), asked["needles"])
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
