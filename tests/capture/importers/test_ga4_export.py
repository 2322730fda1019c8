"""Rows of GA4's export to BigQuery become the events and orders that they tell of."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.capture.importers import ImportOptions, ImportSummary, run_import
from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.facts import FactStore

Load = Callable[..., ImportSummary]

AT = 1_795_306_980_000_000
PAGE = "https://www.example.com/prices?utm_source=google&utm_medium=cpc"


def parameter(key: str, **value: object) -> dict[str, object]:
    return {"key": key, "value": value}


def row(name: str = "page_view", **told: Any) -> dict[str, Any]:
    """Return a row as `bq extract` writes it: whole numbers as texts."""
    location = parameter("page_location", string_value=PAGE)
    return {
        "event_date": "20261122",
        "event_timestamp": str(AT),
        "event_name": name,
        "event_params": [location, parameter("ga_session_id", int_value="1795306900")],
        "event_bundle_sequence_id": "-77",
        "user_pseudo_id": "1234.5678",
        "device": {
            "category": "mobile",
            "language": "de-de",
            "web_info": {"browser": "Safari"},
        },
        "geo": {"country": "Germany", "city": "(not set)"},
        "stream_id": "99",
        **told,
    }


def purchase(**told: Any) -> dict[str, Any]:
    sold = [
        parameter("page_location", string_value=PAGE),
        parameter("currency", string_value="EUR"),
        parameter("value", double_value=43.1),
        parameter("transaction_id", string_value="A-7"),
    ]
    item = {
        "item_id": "S1",
        "item_name": "Bell",
        "price": 9.5,
        "quantity": "2",
        "coupon": "(not set)",
    }
    shop = {"transaction_id": "A-7", "purchase_revenue": 43.1, "purchase_revenue_in_usd": 50.0}
    return row("purchase", event_params=sold, ecommerce=shop, items=[item], **told)


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in rows)


def events(store: FactStore, kind: FactKind = FactKind.EVENT) -> list[dict[str, Any]]:
    rows = store.read(kind).sort_by("received_at").to_pylist()
    return [{name: cell for name, cell in one.items() if cell is not None} for one in rows]


def test_a_page_view_has_visitor_page_session_and_place(load: Load, store: FactStore) -> None:
    summary = load("ga4-export", lines(row(user_id="u1")), name="events.jsonl")
    assert (summary.new, summary.rejected, dict(summary.counts)) == (1, 0, {"events": 1})
    [event] = events(store)
    assert (event["name"], event["occurred_at"], event["url"]) == ("page_view", AT, PAGE)
    assert (event["visitor_id"], event["external_id"]) == ("1234.5678", "u1")
    assert (event["site"], event["language"]) == ("example.com", "de-de")
    assert "source" not in event  # the address tells it, and is read anew with the rules
    assert json.loads(event["properties"]) == {
        "ga_session_id": 1795306900,
        "device_category": "mobile",
        "browser": "Safari",
        "country": "Germany",
        "stream_id": "99",
    }


def test_a_purchase_is_an_event_and_an_order(load: Load, store: FactStore) -> None:
    summary = load("ga4-export", lines(purchase()), name="events.jsonl")
    assert dict(summary.counts) == {"events": 1, "orders": 1}
    [event] = events(store)
    assert (event["amount_minor"], event["currency"]) == (4310, "EUR")
    told = json.loads(event["properties"])
    assert told["items"] == [
        {"item_id": "S1", "item_name": "Bell", "price": "9.5", "quantity": "2"}
    ]
    [order] = events(store, FactKind.ORDER)
    assert (order["order_id"], order["line_id"], order["amount_minor"]) == (
        "A-7",
        "order",
        4310,
    )
    assert order["visitor_id"] == "1234.5678"


def test_a_refund_takes_the_amount_back(load: Load, store: FactStore) -> None:
    given_back = purchase(event_timestamp=str(AT + 1)) | {"event_name": "refund"}
    load("ga4-export", lines(purchase(), given_back), name="events.jsonl")
    orders = events(store, FactKind.ORDER)
    assert sorted(order["amount_minor"] for order in orders) == [-4310, 4310]


def test_a_purchase_that_was_sent_twice_is_one_order(load: Load, store: FactStore) -> None:
    again = purchase(event_timestamp=str(AT + 9))
    summary = load("ga4-export", lines(purchase(), again), name="events.jsonl")
    assert (summary.new, summary.known) == (2, 2)
    assert len(events(store, FactKind.ORDER)) == 1


def test_the_source_that_google_collected_stands_where_the_page_has_no_tags(
    load: Load, store: FactStore
) -> None:
    untagged = [parameter("page_location", string_value="https://example.com/")]
    told = {"manual_source": "news", "manual_medium": "email", "manual_campaign_name": "May"}
    new = row(
        event_params=untagged,
        collected_traffic_source={**told, "manual_term": "(not set)", "gclid": "G1"},
    )
    old_parameters = [*untagged, parameter("source", string_value="bing")]
    old = row(event_params=old_parameters, event_timestamp=str(AT + 1))
    load("ga4-export", lines(new, old), name="events.jsonl")
    first, second = events(store)
    assert (first["source"], first["medium"], first["campaign"]) == ("news", "email", "May")
    assert (first["click_id_kind"], first["click_id"]) == ("gclid", "G1")
    assert "keyword" not in first
    assert second["source"] == "bing"


def test_the_same_day_exported_again_adds_nothing(load: Load, store: FactStore) -> None:
    intraday = row(collected_traffic_source=None)
    daily = row(
        collected_traffic_source={"manual_source": "google"}, geo={"country": "Austria"}
    )
    assert load("ga4-export", lines(intraday), name="intraday.jsonl").new == 1
    summary = load("ga4-export", lines(daily, row("scroll")), name="daily.jsonl")
    assert (summary.new, summary.known) == (1, 1)


def test_equal_events_of_one_moment_are_told_apart_by_counting(
    load: Load, store: FactStore
) -> None:
    assert load("ga4-export", lines(row(), row()), name="events.jsonl").new == 2
    assert load("ga4-export", lines(row(), row(), row()), name="more.jsonl").new == 1


def bigquery_parquet(*rows: dict[str, Any], wrapped: bool) -> bytes:
    """Return a Parquet file; `wrapped` is BigQuery's own way of writing repeated fields."""

    def repeated(items: list[Any]) -> object:
        return {"list": [{"element": one} for one in items]} if wrapped else items

    found = []
    for one in rows:
        typed = {**one, "event_timestamp": int(one["event_timestamp"])}
        pairs = [
            {
                "key": pair["key"],
                "value": {
                    "string_value": pair["value"].get("string_value"),
                    "int_value": int(pair["value"].get("int_value") or 0) or None,
                    "double_value": pair["value"].get("double_value"),
                },
            }
            for pair in one["event_params"]
        ]
        found.append({**typed, "event_params": repeated(pairs)})
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(found), sink)
    return sink.getvalue()


@pytest.mark.parametrize("wrapped", [True, False])
def test_parquet_and_json_lines_say_the_same(
    load: Load, store: FactStore, wrapped: bool
) -> None:
    told = row(user_id="u1")
    assert load("ga4-export", lines(told), name="events.jsonl").new == 1
    content = bigquery_parquet(told, wrapped=wrapped)
    assert load("ga4-export", content, name="events.parquet").known == 1


def test_what_cannot_be_used_is_rejected_by_row_field_value_and_reason(load: Load) -> None:
    content = lines(
        row(event_timestamp="soon"),
        row(event_name=""),
        row(user_pseudo_id=None),
        purchase(user_pseudo_id=None),
    )
    summary = load("ga4-export", content, name="events.jsonl")
    assert (summary.rejected, dict(summary.counts)) == (4, {"orders": 1})
    assert summary.reject_path is not None
    said = summary.reject_path.read_text()
    assert "1,event_timestamp,soon,is no number of microseconds" in said
    assert "2,event_name,,is empty" in said
    assert "3,user_pseudo_id" in said


def test_an_amount_without_a_currency_is_in_that_of_the_settings(
    load: Load, store: FactStore
) -> None:
    paid = [parameter("value", int_value="5")]
    content = lines(row("generate_lead", event_params=paid))
    options = ImportOptions(site="https://example.com", currency="EUR")
    summary = load("ga4-export", content, name="events.jsonl", options=options)
    assert events(store)[0]["currency"] == "EUR"
    assert any("taken to be in EUR" in note for note in summary.notes)


def test_an_address_as_user_id_is_kept_as_an_address(load: Load, store: FactStore) -> None:
    load("ga4-export", lines(row(user_id="ann@example.com")), name="events.jsonl")
    [event] = events(store)
    assert "email_key" in event
    assert "external_id" not in event


def test_addresses_of_people_are_taken_out_of_pages_and_properties(
    load: Load, store: FactStore
) -> None:
    told = [
        parameter("page_location", string_value="https://example.com/?mail=ann%40example.com"),
        parameter("note", string_value="from ann@example.com"),
    ]
    load("ga4-export", lines(row(event_params=told)), name="events.jsonl")
    [event] = events(store)
    assert event["url"] == "https://example.com/?mail=(e-mail)"
    assert "ann" not in event["properties"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", "a,b\n1,2\n", "there is no event_timestamp"),
        ("x.zip", b"PK\x03\x04....", "archive"),
        ("x.jsonl", "nothing\n", "no JSON object"),
    ],
)
def test_a_file_that_is_no_export_is_refused_whole(
    load: Load, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        load("ga4-export", content, name=name)


def test_an_export_takes_no_mapping(load: Load) -> None:
    with pytest.raises(InputError, match="takes no mapping"):
        load("ga4-export", lines(row()), "", name="events.jsonl")


class _BreaksOff:
    """Progress that stops the import, as a closed terminal does."""

    def start(self, total: int, unit: str) -> None:
        del total, unit

    def advance(self, amount: int) -> None:
        raise KeyboardInterrupt

    def finish(self) -> None:
        return


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 5])
def test_an_import_that_was_stopped_goes_on(
    store: FactStore, tmp_path: Path, chunk_rows: int
) -> None:
    """Also where the chunk ended between a purchase and its order."""
    path = tmp_path / "events.jsonl"
    rows = [purchase(event_timestamp=str(AT + n)) for n in range(4)]
    for n, one in enumerate(rows):
        one["ecommerce"]["transaction_id"] = f"A-{n}"
    path.write_text(lines(*rows), "utf-8")
    options = ImportOptions(chunk_rows=chunk_rows)
    with pytest.raises(KeyboardInterrupt):
        run_import(store, "ga4-export", path, options=options, progress=_BreaksOff())
    summary = run_import(store, "ga4-export", path, options=options)
    assert (summary.new, summary.known) == (8 - chunk_rows, chunk_rows)
    assert len(events(store)) == len(events(store, FactKind.ORDER)) == 4


def test_an_import_in_other_chunks_ends_with_the_facts_of_a_whole_one(
    load: Load, store: FactStore
) -> None:
    rows = [purchase(event_timestamp=str(AT + n)) for n in range(4)]
    for n, one in enumerate(rows):
        one["ecommerce"]["transaction_id"] = f"A-{n}"
    small = ImportOptions(chunk_rows=3)
    assert load("ga4-export", lines(*rows[:3]), name="part.jsonl", options=small).new == 6
    whole = load("ga4-export", lines(*rows), name="all.jsonl", options=small)
    assert (whole.new, whole.known) == (2, 6)
    again = load("ga4-export", lines(*rows), name="all.jsonl", options=small)
    assert (again.new, again.known) == (0, 8)
    assert len(events(store, FactKind.ORDER)) == 4
