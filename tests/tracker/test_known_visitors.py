"""Who a visitor is over pages and days, where a session began, and what is told of both."""

from __future__ import annotations

import json
import time
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import BrowserContext, Page

from headwater.domain.words import FactKind
from tracker.watching import Stored, Wire
from tracker.website import Website

pytestmark = pytest.mark.browser
SOURCES = Path(__file__).parent.parent.parent / "tracker" / "src"


def cookie(context: BrowserContext, name: str) -> str:
    found = [one["value"] for one in context.cookies() if one["name"] == name]
    return found[0] if found else ""


def test_a_visitor_keeps_the_id_for_400_days_on_all_hosts_of_the_site(
    page: Page, website: Website, stored: Stored
) -> None:
    first = website.put("/first")
    second = website.put("/second", host="shop.example.com")
    page.goto(first)
    (one,) = stored.events(first, "page_view")
    page.goto(second)
    (two,) = stored.events(second, "page_view")
    assert one["visitor_id"] == two["visitor_id"] == cookie(page.context, "hw_v")
    assert one["properties"]["session"] == two["properties"]["session"]
    kept = {one["name"]: one for one in page.context.cookies()}
    assert {kept[name]["domain"] for name in ("hw_v", "hw_s")} == {".example.com"}
    assert 399 * 86_400 < kept["hw_v"]["expires"] - time.time() <= 400 * 86_400
    assert 1_700 < kept["hw_s"]["expires"] - time.time() <= 1_800
    assert set(kept) == {"hw_v", "hw_s"}


def test_a_cookie_that_the_collector_set_is_not_written_by_script(
    page: Page, website: Website, stored: Stored
) -> None:
    """Safari would cut its life to a week."""
    visitor = "0123456789abcdef" * 2
    page.context.add_cookies(
        [{"name": "hw_v", "value": visitor, "domain": ".example.com", "path": "/"}]
    )
    written = (
        "<script>const plain = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');"
        "window.written = [];"
        "Object.defineProperty(document, 'cookie', {get: () => plain.get.call(document),"
        "set: (text) => { written.push(text.split('=')[0]); plain.set.call(document, text) }})"
        "</script>"
    )
    url = website.put("/known", head=written)
    page.goto(url)
    (seen,) = stored.events(url, "page_view")
    assert seen["visitor_id"] == visitor
    assert "hw_v" not in page.evaluate("written")
    assert "hw_s" in page.evaluate("written")


ARRIVALS = [
    ("", "", False),
    ("?page=2", "", False),
    ("?utm_campaign=spring", "", True),
    ("?gclid=G2", "", True),
    ("", "https://partner.example.org/", False),
]


def test_a_session_goes_on_until_another_source_brings_the_visitor(
    page: Page, website: Website
) -> None:
    """A referrer alone, such as a payment page's, does not displace a known source."""
    wire = Wire(page)
    for arrival, referrer, is_new in ARRIVALS:
        page.context.clear_cookies()
        landing = website.put("/landing") + "?utm_source=news"
        with page.expect_response("**/e"):
            page.goto(landing, referer="https://mail.example.org/")
        first = wire.batches[-1]
        assert first["landing"] == {"url": landing, "referrer": "https://mail.example.org/"}
        then = website.put("/then") + arrival
        with page.expect_response("**/e"):
            page.goto(then, **({"referer": referrer} if referrer else {}))
        second = wire.batches[-1]
        assert (second["session"] != first["session"]) is is_new
        assert second["landing"]["url"] == (then if is_new else landing)
        with page.expect_response("**/e"):
            page.reload()
        assert wire.batches[-1]["session"] == second["session"]


def test_a_referrer_is_the_source_of_a_session_that_had_none(
    page: Page, website: Website
) -> None:
    wire = Wire(page)
    with page.expect_response("**/e"):
        page.goto(website.put("/direct"))
    with page.expect_response("**/e"):
        page.goto(website.put("/found"), referer="https://www.bing.com/")
    assert wire.batches[-1]["session"] != wire.batches[0]["session"]
    assert wire.batches[-1]["landing"]["referrer"] == "https://www.bing.com/"


def test_half_an_hour_of_silence_ends_a_session(page: Page, website: Website) -> None:
    wire = Wire(page)
    page.clock.install()
    page.goto(website.put("/long") + "?utm_source=news")
    page.clock.run_for(1_000)
    page.context.clear_cookies(name="hw_s")  # the browser's own clock does not move
    page.clock.fast_forward(31 * 60_000)
    page.evaluate("headwater('track', 'back')")
    page.clock.run_for(1_000)
    wire.wait_for("back")
    (late,) = (batch for batch in wire.batches if "back" in str(batch["events"]))
    assert late["session"] != wire.batches[0]["session"]
    assert late["visitor"] == wire.batches[0]["visitor"]


def test_click_ids_are_kept_for_the_conversion_that_comes_later(
    page: Page, website: Website
) -> None:
    wire = Wire(page)
    with page.expect_response("**/e"):
        page.goto(website.put("/ad") + "?gclid=G%2F1&fbclid=F1&x=1")
    page.context.clear_cookies(name="hw_s")
    with page.expect_response("**/e"):
        page.goto(website.put("/later") + "?FBCLID=F2")
    page.context.clear_cookies(name="hw_s")
    with page.expect_response("**/e"):
        page.goto(website.put("/last"))
    assert wire.batches[-1]["clicks"] == {"gclid": "G/1", "fbclid": "F2"}
    assert wire.batches[-1]["landing"]["url"].endswith("/last")


def test_every_click_id_of_an_advertisement_is_kept() -> None:
    rules = SOURCES.parent.parent / "src/headwater/journeys/channels/data/click_ids.toml"
    paid = [
        one["parameter"]
        for one in tomllib.loads(rules.read_text("utf-8"))["click_ids"]
        if one.get("paid")
    ]
    source = (SOURCES / "core" / "sources.ts").read_text("utf-8")
    missing = [name for name in [*paid, "fbclid"] if f"{name}|" not in source.replace('"', "|")]
    assert missing == []


def test_a_visitor_who_says_who_they_are_is_linked_to_the_person(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/account")
    page.goto(url)
    page.evaluate("headwater('identify', {id: 7, email: 'ada@example.org', name: 'Ada'})")
    (told,) = stored.events(url, "identify")
    links = [
        row
        for row in stored.collecting.facts(FactKind.IDENTITY_LINK)
        if row["visitor_id"] == told["visitor_id"]
    ]
    assert [row["external_id"] for row in links] == ["7"]
    assert stored.collecting.opened(links[0])["email"] == "ada@example.org"


def test_a_purchase_is_an_order_with_its_value(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/thanks")
    page.goto(url)
    page.evaluate(
        "headwater('track', 'purchase', {transaction_id: 'T1', value: 1234.5, currency: 'EUR',"
        " items: [{item_id: 'a', item_name: 'Engine', price: 1234.5, quantity: 1}]})"
    )
    (bought,) = stored.events(url, "purchase")
    assert (bought["amount_minor"], bought["currency"]) == (123450, "EUR")
    assert bought["properties"]["items"][0]["item_name"] == "Engine"
    orders = [
        row
        for row in stored.collecting.facts(FactKind.ORDER)
        if row["visitor_id"] == bought["visitor_id"]
    ]
    assert [(row["order_id"], row["amount_minor"]) for row in orders] == [("T1", 123450)]


def test_what_a_tag_manager_is_told_of_a_shop_is_read(
    page: Page, website: Website, stored: Stored
) -> None:
    before = (
        "<script>dataLayer = [{event: 'view_item', ecommerce: {currency: 'EUR', value: 5,"
        " items: [{item_id: 'a', price: 5}]}}, {'gtm.start': 1, event: 'gtm.js'}];"
        "function gtag() { dataLayer.push(arguments) }</script>"
    )
    url = website.put("/shop", head=before, datalayer="dataLayer")
    page.goto(url)
    page.evaluate(
        "gtag('event', 'purchase', {transaction_id: 'T2', value: 9.99, currency: 'EUR'});"
        "gtag('config', 'G-1'); gtag('event', 'scroll', {});"
        "dataLayer.push({event: 'add_to_cart', ecommerce: {value: 5, currency: 'EUR'}}, null)"
    )
    (bought,) = stored.events(url, "purchase")
    assert bought["amount_minor"] == 999
    assert bought["properties"]["order_id"] == "T2"
    assert sorted(stored.names(url)) == ["add_to_cart", "page_view", "purchase", "view_item"]
    assert page.evaluate("dataLayer.length") == 7


def test_a_damaged_cookie_begins_anew(page: Page, website: Website, stored: Stored) -> None:
    page.context.add_cookies(
        [
            {"name": name, "value": value, "domain": ".example.com", "path": "/"}
            for name, value in (("hw_v", "x%"), ("hw_s", "%E0%A4%A|%"), ("hw_c", "%&=%"))
        ]
    )
    url = website.put("/damaged")
    page.goto(url)
    (seen,) = stored.events(url, "page_view")
    assert len(seen["visitor_id"]) == 32
    assert unquote(cookie(page.context, "hw_s")).split("|")[1] == url
    assert json.dumps(seen["properties"])
