"""Facts of an older schema are brought forward when the store is opened, all or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from facts.conftest import SMALL
from facts.rows import contents, event
from headwater.domain.errors import StoreDamaged, StoreError
from headwater.domain.words import FactKind
from headwater.facts import CATALOGUE, Catalogue, FactStore

EVENT = FactKind.EVENT


def _split_url(table: Any) -> Any:
    """Version 2 keeps the host apart, and calls the title headline."""
    host = pc.replace_substring_regex(table.column("url"), r"^https?://([^/]*).*$", r"\1")
    table = table.append_column("host", host)
    names = ["headline" if name == "title" else name for name in table.column_names]
    return table.rename_columns(names)


def _host_in_capitals(table: Any) -> Any:
    place = table.column_names.index("host")
    return table.set_column(place, "host", pc.utf8_upper(table.column("host")))


def _catalogue(version: int, *migrations: Any) -> Catalogue:
    fields = [pa.field("headline", f.type) if f.name == "title" else f for f in _schema()]
    schema = pa.schema([*fields, pa.field("host", pa.string())])
    return Catalogue(
        schemas={**CATALOGUE.schemas, EVENT: schema},
        versions={**CATALOGUE.versions, EVENT: version},
        migrations={(EVENT, number): step for number, step in enumerate(migrations, 1)},
    )


def _schema() -> Any:
    return CATALOGUE.schemas[EVENT]


V2 = _catalogue(2, _split_url)
V3 = _catalogue(3, _split_url, _host_in_capitals)


def _fill(directory: Path) -> list[dict[str, Any]]:
    rows = [
        event(number, url=f"https://h{number}.example/p", title="t") for number in range(50)
    ]
    with FactStore.open(directory, limits=SMALL) as store:
        store.append(EVENT, rows[:30])
        store.append(EVENT, rows[30:35])
        store.seal()
        store.append(EVENT, rows[35:45])
        # Rows without a column that the migration reads.
        for row in rows[45:]:
            del row["url"], row["title"]
        store.append(EVENT, rows[45:])
    return rows


@pytest.mark.parametrize("version", [2, 3])
def test_files_and_journal_come_forward(tmp_path: Path, version: int) -> None:
    rows = _fill(tmp_path)
    with FactStore.open(tmp_path, limits=SMALL) as store:
        seqs = dict(
            zip(*store.read(EVENT, ["fact_id", "seq"]).to_pydict().values(), strict=True)
        )
    with FactStore.open(tmp_path, limits=SMALL, catalogue=(V2, V3)[version - 2]) as store:
        found = contents(store, EVENT)
        assert len(found) == len(rows)
        for number, row in enumerate(rows):
            host = f"h{number}.example" if "url" in row else None
            read = found[row["fact_id"]]
            assert read["host"] == (host.upper() if host and version == 3 else host)
            assert read["headline"] == row.get("title")
        with store.snapshot() as snapshot:
            assert {f.schema_version for f in snapshot.files(EVENT)} == {version}
            assert snapshot.hot(EVENT).num_rows == 15
        again = store.read(EVENT, ["fact_id", "seq"]).to_pydict()
        assert dict(zip(*again.values(), strict=True)) == seqs
        assert store.check(deep=True) == []


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    _fill(tmp_path)
    with FactStore.open(tmp_path, limits=SMALL, catalogue=V2) as store:
        store.seal()
    with pytest.raises(StoreError, match="schema version 2; this Headwater knows versions up"):
        FactStore.open(tmp_path)


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    with FactStore.open(tmp_path, catalogue=V2) as store:
        store.append(EVENT, [event(1)])
    with pytest.raises(StoreError, match="schema version 2"):
        FactStore.open(tmp_path)


def test_a_process_with_older_code_may_still_append(tmp_path: Path) -> None:
    with (
        FactStore.open(tmp_path, limits=SMALL) as older,
        FactStore.open(tmp_path, limits=SMALL, catalogue=V2) as newer,
    ):
        newer.append(EVENT, [event(1) | {"headline": "new"}])
        older.append(EVENT, [event(2) | {"title": "old"}])
        expected = {event(1)["fact_id"]: "new", event(2)["fact_id"]: "old"}
        for _ in range(2):
            found = contents(newer, EVENT)
            assert {name: row["headline"] for name, row in found.items()} == expected
            newer.seal()


@pytest.mark.parametrize(
    ("catalogue", "error"),
    [
        (replace(V2, migrations={}), "No migration of 'event' from version 1 to 2"),
        (_catalogue(2, lambda table: table.slice(1)), "changed the number of its rows"),
    ],
)
def test_a_bad_migration_changes_nothing(
    tmp_path: Path, catalogue: Catalogue, error: str
) -> None:
    _fill(tmp_path)
    with pytest.raises((StoreError, StoreDamaged), match=error):
        FactStore.open(tmp_path, limits=SMALL, catalogue=catalogue)
    with FactStore.open(tmp_path, limits=SMALL) as store:
        assert store.counts()[EVENT] == 50
        assert store.check(deep=True) == []
