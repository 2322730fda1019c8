"""Visits of Matomo's reporting API become the events and orders that they tell of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headwater.capture.importers import ImportOptions, ImportSummary
from headwater.domain.words import FactKind
from headwater.facts import FactStore, fact_id

Load = Callable[..., ImportSummary]

AT = 1_795_306_980
EXAMPLES = Path(__file__).parents[3] / "examples"


def visit(*actions: dict[str, Any], **told: Any) -> dict[str, Any]:
    numbered = [
        {"timestamp": AT + 10 * n, "pageId": str(50 + n), **one}
        for n, one in enumerate(actions)
    ]
    return {
        "idSite": "1",
        "idVisit": "10",
        "visitorId": "6cf853ac0f29da99",
        "visitIp": "156.5.3.2",
        "userId": None,
        "siteCurrency": "USD",
        "languageCode": "fr",
        "countryCode": "fr",
        "referrerType": "direct",
        "referrerUrl": "",
        "actionDetails": numbered,
        **told,
    }


def page(url: str = "https://www.example.com/a", **told: Any) -> dict[str, Any]:
    return {"type": "action", "url": url, "pageTitle": "A", "timeSpent": "30", **told}


def order(**told: Any) -> dict[str, Any]:
    item = {"itemSKU": "S1", "itemName": "Bell", "price": 10, "quantity": 2}
    return {
        "type": "ecommerceOrder",
        "orderId": "666",
        "revenue": "24.50",
        "revenueTax": "4.50",
        "itemDetails": [item],
        "pageId": None,
        **told,
    }


def read(
    load: Load, store: FactStore, *visits: dict[str, Any], kind: FactKind = FactKind.EVENT
) -> list[dict[str, Any]]:
    summary = load("matomo-export", json.dumps(visits), name="visits.json")
    assert summary.rejected == 0
    rows = store.read(kind).sort_by("received_at").to_pylist()
    return [{name: cell for name, cell in one.items() if cell is not None} for one in rows]


def test_a_visit_is_its_actions_by_one_visitor(load: Load, store: FactStore) -> None:
    first, second = read(load, store, visit(page(), page("https://www.example.com/b")))
    assert (first["name"], first["title"], first["site"]) == ("page_view", "A", "example.com")
    assert {one["visitor_id"] for one in (first, second)} == {"6cf853ac0f29da99"}
    assert [one["occurred_at"] for one in (first, second)] == [
        AT * 1_000_000,
        (AT + 10) * 1_000_000,
    ]
    assert first["ip"] == "156.5.3.0"
    told = json.loads(first["properties"])
    assert told == {"visit": "10", "country": "fr", "time_spent_seconds": 30}


def test_where_a_visit_came_from_is_told_by_its_first_event_alone(
    load: Load, store: FactStore
) -> None:
    came = {
        "referrerType": "campaign",
        "referrerName": "Spring",
        "referrerKeyword": "bell",
        "campaignSource": "news",
    }
    first, second = read(load, store, visit(page(), page(), **came))
    assert (first["campaign"], first["keyword"], first["source"]) == ("Spring", "bell", "news")
    assert second.keys().isdisjoint({"campaign", "keyword", "source"})


def test_a_search_engine_is_told_by_its_address(load: Load, store: FactStore) -> None:
    came = {
        "referrerType": "search",
        "referrerUrl": "https://www.google.com/",
        "referrerKeyword": "Keyword not defined",
    }
    [event] = read(load, store, visit(page(), **came))
    assert event["referrer"] == "https://www.google.com/"
    assert "keyword" not in event


@pytest.mark.parametrize(
    ("action", "name", "told"),
    [
        (
            {"type": "event", "eventCategory": "V", "eventAction": "Play", "eventValue": 2},
            "Play",
            {"category": "V", "value": 2},
        ),
        (
            {"type": "outlink", "url": "https://x.org/"},
            "outbound_click",
            {"link_url": "https://x.org/"},
        ),
        (
            {"type": "download", "url": "https://x.org/a"},
            "file_download",
            {"link_url": "https://x.org/a"},
        ),
        ({"type": "search", "siteSearchKeyword": "bell"}, "search", {"search_term": "bell"}),
        ({"type": "content", "contentName": "B"}, "content_impression", {"content_name": "B"}),
        ({"type": "goal", "goalId": "3", "revenue": 0}, "goal", {"goal_id": "3"}),
        ({"type": "ecommerceAbandonedCart", "revenue": 5}, "add_to_cart", {}),
    ],
)
def test_each_kind_of_action_has_its_event(
    load: Load, store: FactStore, action: dict[str, Any], name: str, told: dict[str, Any]
) -> None:
    [event] = read(load, store, visit(action))
    assert event["name"] == name
    assert told.items() <= json.loads(event["properties"]).items()


def test_an_order_is_a_purchase_and_an_order(load: Load, store: FactStore) -> None:
    event = read(load, store, visit(page(), order()))[1]
    assert (event["name"], event["amount_minor"], event["currency"]) == (
        "purchase",
        2450,
        "USD",
    )
    assert json.loads(event["properties"])["items"][0]["item_name"] == "Bell"
    [sold] = store.read(FactKind.ORDER).to_pylist()
    assert (sold["order_id"], sold["amount_minor"], sold["site"]) == (
        "666",
        2450,
        "example.com",
    )


def test_the_page_of_a_product_is_the_view_of_an_item_too(load: Load, store: FactStore) -> None:
    events = read(load, store, visit(page(productViewSku="S1", productViewPrice=9)))
    assert [event["name"] for event in events] == ["page_view", "view_item"]


def test_a_visit_that_has_grown_adds_its_new_actions(load: Load, store: FactStore) -> None:
    read(load, store, visit(page(), order()))
    grown = json.dumps([visit(page(timeSpent="90"), order(), page())])
    summary = load("matomo-export", grown, name="later.json")
    assert (summary.new, summary.known) == (1, 3)


def test_objects_a_line_and_one_list_say_the_same(load: Load, store: FactStore) -> None:
    read(load, store, visit(page()))
    line = json.dumps(visit(page())) + "\n"
    assert load("matomo-export", line, name="visits.jsonl").known == 1


def test_actions_may_come_as_an_object_of_numbers(load: Load, store: FactStore) -> None:
    numbered = visit(page(), page())
    numbered["actionDetails"] = dict(zip(("0", "2"), numbered["actionDetails"], strict=True))
    assert len(read(load, store, numbered)) == 2


def test_what_cannot_be_used_is_rejected_and_the_rest_of_the_visit_kept(load: Load) -> None:
    content = [
        visit(page(), {"type": "media"}, page(timestamp="x")),
        visit(idVisit="11"),
        visit(page(), visitorId=None),
        {"result": "error", "message": "You can't access this resource", "actionDetails": []},
    ]
    summary = load("matomo-export", json.dumps(content), name="visits.json")
    assert (summary.new, summary.rejected) == (1, 5)
    assert summary.reject_path is not None
    said = summary.reject_path.read_text()
    for line in (
        "1,actionDetails.type,media,",
        "1,actionDetails.timestamp,x,",
        "2,actionDetails,,",
        "3,visitorId,,",
        "4,idVisit,,is missing; Matomo says: You can't access this resource",
    ):
        assert line in said


@pytest.mark.parametrize("told", ["shop.example", "https://Shop.example/", "shop.example:8443"])
def test_the_site_can_be_told(load: Load, store: FactStore, told: str) -> None:
    options = ImportOptions(site=told)
    load("matomo-export", json.dumps([visit(page())]), name="v.json", options=options)
    assert store.read(FactKind.EVENT).column("site").to_pylist() == ["shop.example"]


def test_pages_from_the_database_have_the_visitors_of_live_requests(
    load: Load, store: FactStore
) -> None:
    content = (
        "visitor,user_id,server_time,url,title,id\n"
        "6cf853ac0f29da99,,2026-11-22 00:23:00,https://example.com/a,A,50\n"
    )
    mapping = (EXAMPLES / "matomo" / "pages.toml").read_text("utf-8")
    assert load("events", content, mapping).new == 1
    [event] = store.read(FactKind.EVENT).to_pylist()
    assert (event["name"], event["visitor_id"]) == ("page_view", "6cf853ac0f29da99")
    assert event["occurred_at"] == AT * 1_000_000


def test_a_purchase_has_the_id_that_the_collector_gives_it(
    load: Load, store: FactStore
) -> None:
    """Nothing is counted twice where an export and live requests overlap."""
    read(load, store, visit(page(), order()))
    [sold] = store.read(FactKind.ORDER).column("fact_id").to_pylist()
    assert sold == fact_id("order", "example.com", "666/order")
