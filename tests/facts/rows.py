"""Facts for tests: numbered, so that a test can say which it means."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from headwater.domain.times import DAY
from headwater.domain.words import FactKind
from headwater.facts import SCHEMAS, FactStore, fact_id

START = 1_700_000_000_000_000  # November 2023


def event(number: int, **more: Any) -> dict[str, Any]:
    """Return the event of this number; ten days lie between neighbours."""
    return {
        "fact_id": fact_id("event", str(number)),
        "occurred_at": START + number % 12 * 10 * DAY,
        "received_at": START + number,
        "visitor_id": f"visitor-{number % 7}",
        "name": "page_view",
        **more,
    }


def lead(number: int, **more: Any) -> dict[str, Any]:
    """Return the lead capture of this number, with its originals."""
    return {
        "fact_id": fact_id("lead", str(number)),
        "occurred_at": START + number,
        "received_at": START + number,
        "email": f"person{number}@example.com",
        "person_name": f"Person {number}",
        **more,
    }


def table(rows: list[dict[str, Any]]) -> Any:
    return pa.Table.from_pylist(rows)


def contents(store: FactStore, kind: FactKind) -> dict[str, dict[str, Any]]:
    """Return a kind's facts by id, without `seq`; fails if an id is there twice."""
    found = store.read(kind).to_pylist()
    by_id = {row.pop("fact_id"): row for row in found}
    assert len(by_id) == len(found)
    for row in by_id.values():
        del row["seq"]
    return by_id


def stored(kind: FactKind, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as it should come back: every column, without id and `seq`."""
    names = set(SCHEMAS[kind].names) - {"fact_id", "seq"}
    return {name: row.get(name) for name in names}
