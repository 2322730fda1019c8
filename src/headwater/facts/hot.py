"""Hot facts: the rows of the journal and their Arrow form.

A hot fact is one row whose body is a JSON object of the columns that are not null; `personal`
is base64 in it.
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.json

from headwater.domain.errors import StoreDamaged
from headwater.domain.words import FactKind
from headwater.facts.catalogue import Catalogue

Row = dict[str, Any]

_BLOCK: Final = 1 << 20
_OLDEST: Final = (
    "SELECT seq, schema_version, body FROM journal WHERE kind = ? AND seq > ?"
    " ORDER BY seq LIMIT ?"
)
_NEWEST: Final = (
    "SELECT seq, schema_version, body FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT ?"
)


Entry = tuple[bytes, str]
"""One fact, ready for the journal: its id, and its columns as JSON."""


def entry(row: Row) -> Entry:
    """Return a checked row, without nulls, as the journal holds it."""
    return bytes.fromhex(row["fact_id"]), _body(row)


def counts(connection: sqlite3.Connection) -> dict[FactKind, int]:
    """Return the hot facts by kind."""
    rows = connection.execute("SELECT kind, count(*) FROM journal GROUP BY kind")
    return {FactKind(kind): int(count) for kind, count in rows}


def load(
    connection: sqlite3.Connection,
    kind: FactKind,
    catalogue: Catalogue,
    limit: int = -1,
    *,
    since: int = -1,
) -> Any:
    """Return hot facts of a kind at the present schema version, oldest first.

    Only those with a larger sequence number than `since`, and at most `limit` of them.

    Rows that a process with older code has added since the last migration are brought
    forward here, whatever their version.
    """
    found = connection.execute(_OLDEST, (kind.value, since, limit))
    return _table(connection, kind, catalogue, found)


def newest(
    connection: sqlite3.Connection, kind: FactKind, catalogue: Catalogue, most: int
) -> Any:
    """Return the last hot facts of a kind, `most` of them, the newest first."""
    return _table(connection, kind, catalogue, connection.execute(_NEWEST, (kind.value, most)))


def _table(
    connection: sqlite3.Connection,
    kind: FactKind,
    catalogue: Catalogue,
    found: Iterable[tuple[int, int, str]],
) -> Any:
    by_version: dict[int, list[tuple[int, str]]] = {}
    for seq, version, body in found:
        by_version.setdefault(version, []).append((seq, body))
    parts = [catalogue.schemas[kind].empty_table()]
    for version, rows in sorted(by_version.items()):
        catalogue.check_version(kind, version)
        schema = _schema(connection, kind, version, catalogue)
        parts.append(catalogue.upgraded(_decoded(rows, schema), kind, version))
    return pa.concat_tables(parts)


def outdated(connection: sqlite3.Connection, kind: FactKind, catalogue: Catalogue) -> int:
    """Return how many hot facts of a kind have an older version; StoreError for a newer."""
    rows = connection.execute(
        "SELECT schema_version, count(*) FROM journal WHERE kind = ? GROUP BY 1", (kind.value,)
    ).fetchall()
    for version, _ in rows:
        catalogue.check_version(kind, version)
    return sum(count for version, count in rows if version < catalogue.versions[kind])


def replace(
    connection: sqlite3.Connection,
    kind: FactKind,
    version: int,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Write rows that are in the journal anew, found by their `seq`."""
    for row in rows:
        body = {name: value for name, value in row.items() if value is not None}
        seq = body.pop("seq")
        connection.execute(
            "UPDATE journal SET body = ?, schema_version = ? WHERE seq = ? AND kind = ?",
            (_body(body), version, seq, kind.value),
        )


def delete(connection: sqlite3.Connection, kind: FactKind, last: int) -> int:
    """Delete a kind's hot facts up to a sequence number; returns how many."""
    return connection.execute(
        "DELETE FROM journal WHERE kind = ? AND seq <= ?", (kind.value, last)
    ).rowcount


def _body(row: Row) -> str:
    if "personal" in row:
        row = row | {"personal": base64.b64encode(row["personal"]).decode()}
    return orjson.dumps(row).decode()


def _schema(
    connection: sqlite3.Connection, kind: FactKind, version: int, catalogue: Catalogue
) -> Any:
    if version == catalogue.versions[kind]:
        return catalogue.schemas[kind]
    found = connection.execute(
        "SELECT schema FROM schemas WHERE kind = ? AND schema_version = ?",
        (kind.value, version),
    ).fetchone()
    if found is None:
        raise StoreDamaged(f"The store does not say what version {version} of '{kind}' is.")
    return pa.ipc.read_schema(pa.py_buffer(found[0]))


def _decoded(rows: Sequence[tuple[int, str]], schema: Any) -> Any:
    lines = [body.encode() for _, body in rows]
    texts = pa.schema([_as_text(field) for field in schema if field.name != "seq"])
    read = pa.json.ReadOptions(
        use_threads=False, block_size=max(_BLOCK, 2 * max(map(len, lines)))
    )
    parse = pa.json.ParseOptions(explicit_schema=texts, unexpected_field_behavior="error")
    try:
        table = pa.json.read_json(BytesIO(b"\n".join(lines)), read, parse)
    except pa.ArrowInvalid as error:
        raise StoreDamaged(
            f"The journal's rows {rows[0][0]} to {rows[-1][0]} cannot be read: {error}."
        ) from None
    table = table.append_column("seq", pa.array([seq for seq, _ in rows], pa.int64()))
    columns = [_as_stored(table.column(field.name), field.type) for field in schema]
    return pa.table(columns, schema=schema)


def _as_text(field: Any) -> Any:
    return pa.field(field.name, pa.string()) if pa.types.is_binary(field.type) else field


def _as_stored(column: Any, type_: Any) -> Any:
    if not pa.types.is_binary(type_):
        return column
    texts = column.to_pylist()
    return pa.array([None if text is None else base64.b64decode(text) for text in texts], type_)
