"""Raw events of Plausible's database are read; totals of days are not taken for visitors."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.capture.importers import ImportSummary
from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.facts import FactStore

Load = Callable[..., ImportSummary]

EVENT: dict[str, Any] = {
    "name": "Signup",
    "site_id": 1,
    "hostname": "www.example.com",
    "pathname": "/join",
    "user_id": 14_695_981_039_346_656_037,
    "session_id": 11,
    "timestamp": "2026-11-22 00:23:00",
    "referrer": "google.com/search",
    "referrer_source": "Google",
    "utm_source": "news",
    "utm_medium": "",
    "meta.key": ["plan", "who"],
    "meta.value": ["pro", "it's"],
    "revenue_source_amount": "12.500",
    "revenue_source_currency": "EUR",
    "country_code": "DE",
    "scroll_depth": 255,
    "engagement_time": 0,
}


def as_lines() -> bytes:
    return json.dumps(EVENT).encode() + b"\n"


def as_csv() -> bytes:
    lists = {"meta.key": "['plan','who']", "meta.value": r"['pro','it\'s']"}
    cells = {**EVENT, **lists}
    return (
        ",".join(cells) + "\n" + ",".join(f'"{cell}"' for cell in cells.values()) + "\n"
    ).encode()


def as_parquet() -> bytes:
    typed = {**EVENT, "timestamp": datetime.fromisoformat("2026-11-22T00:23:00+00:00")}
    columns = {name: [cell] for name, cell in typed.items()}
    schema = {"user_id": pa.uint64()}
    table = pa.table({name: pa.array(cell, schema.get(name)) for name, cell in columns.items()})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


FILES = {"e.jsonl": as_lines, "e.csv": as_csv, "e.parquet": as_parquet}


@pytest.mark.parametrize("name", FILES)
def test_an_event_says_the_same_in_every_format(
    load: Load, store: FactStore, name: str
) -> None:
    summary = load("plausible-export", FILES[name](), name=name)
    assert (summary.new, summary.rejected) == (1, 0)
    [row] = store.read(FactKind.EVENT).to_pylist()
    event = {column: cell for column, cell in row.items() if cell is not None}
    assert (event["name"], event["site"]) == ("Signup", "example.com")
    assert event["visitor_id"] == "plausible:14695981039346656037"
    assert event["occurred_at"] == 1_795_306_980_000_000
    assert event["url"] == "https://www.example.com/join"
    assert event["referrer"] == "https://google.com/search"
    assert (event["source"], event["amount_minor"], event["currency"]) == ("news", 1250, "EUR")
    assert "medium" not in event
    assert json.loads(event["properties"]) == {
        "plan": "pro",
        "who": "it's",
        "country": "DE",
        "referrer_source": "Google",
        "session": "11",
    }


def test_the_same_events_from_another_format_are_known(load: Load) -> None:
    assert load("plausible-export", as_lines(), name="e.jsonl").new == 1
    for name in ("e.csv", "e.parquet"):
        assert load("plausible-export", FILES[name](), name=name).known == 1


def test_its_own_events_have_our_names_and_what_was_measured(
    load: Load, store: FactStore
) -> None:
    told = {**EVENT, "name": "engagement", "scroll_depth": 80, "engagement_time": 2567}
    load("plausible-export", json.dumps(told), name="e.jsonl")
    [row] = store.read(FactKind.EVENT).to_pylist()
    assert row["name"] == "engagement"
    measured = json.loads(row["properties"])
    assert (measured["engagement_time_msec"], measured["percent_scrolled"]) == (2567, 80)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("user_id", "", "is empty"),
        ("timestamp", "soon", "is not an ISO 8601"),
        ("name", "", "is empty"),
    ],
)
def test_what_cannot_be_used_is_rejected(
    load: Load, field: str, value: str, reason: str
) -> None:
    content = as_lines() + json.dumps({**EVENT, field: value}).encode()
    summary = load("plausible-export", content, name="e.jsonl")
    assert (summary.new, summary.rejected) == (1, 1)
    assert summary.reject_path is not None
    [said] = list(csv.reader(summary.reject_path.read_text().splitlines()))[1:]
    assert said[:3] == ["2", field, value]
    assert said[3].startswith(reason)


def test_totals_of_days_are_refused_and_what_to_do_is_said(load: Load) -> None:
    totals = "date,visitors,pageviews\n2026-01-01,5,9\n"
    with pytest.raises(InputError, match=r"name no visitor.*raw events"):
        load("plausible-export", totals, name="imported_visitors_20260101_20260131.csv")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("imported_visitors_20260101_20260131.csv", totals)
    with pytest.raises(InputError, match=r"name no visitor.*raw events"):
        load("plausible-export", packed.getvalue(), name="export.zip")
