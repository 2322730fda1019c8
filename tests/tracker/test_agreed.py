"""Consent: what is kept and sent under each mode, and when the visitor changes their mind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tracker.watching import Stored, Wire
from tracker.website import Website

pytestmark = pytest.mark.browser
KEPT = "[document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)]"
NOTHING = ["", "{}", "{}"]
SIGNAL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true})"


def act(page: Page) -> None:
    """Do what would be told."""
    page.evaluate(
        "headwater('track', 'acted'); headwater('identify', {email: 'ada@example.org'});"
        "history.pushState({}, '', location.pathname + '/next')"
    )


def test_denied_keeps_and_sends_nothing(page: Page, website: Website) -> None:
    wire = Wire(page)
    url = website.put("/denied", "<input name=hw_visitor>", consent="denied")
    page.goto(f"{url}?gclid=G1&utm_source=news")
    act(page)
    page.wait_for_timeout(1_200)
    assert page.evaluate(KEPT) == NOTHING
    assert page.locator("input").input_value() == ""
    page.goto(website.put("/next", script=""))
    page.wait_for_timeout(200)
    assert wire.batches == []
    assert page.context.cookies() == []


def test_consent_given_later_goes_on_from_where_the_visitor_came(
    page: Page, website: Website, stored: Stored
) -> None:
    wire = Wire(page)
    url = website.put("/asked", consent="denied")
    landing = f"{url}?gclid=G1&utm_source=news"
    page.goto(landing, referer="https://www.google.com/")
    act(page)
    page.evaluate("headwater('consent', 'granted')")
    page.evaluate("headwater('track', 'after')")
    stored.events(url, "after")
    assert stored.names(url) == ["consent", "page_view", "after"]
    agreed, seen, _ = stored.rows(url)
    assert (agreed["url"], agreed["referrer"]) == (landing, "https://www.google.com/")
    assert seen["url"] == f"{url}/next"
    assert wire.batches[-1]["landing"]["url"] == landing
    assert wire.batches[-1]["clicks"] == {"gclid": "G1"}
    assert "hw_v" in page.evaluate("document.cookie")


def test_cookieless_sends_without_any_id_and_keeps_nothing(
    page: Page, website: Website, stored: Stored
) -> None:
    page.context.add_cookies(
        [{"name": "_ga", "value": "GA1.1.1.2", "domain": ".example.com", "path": "/"}]
    )
    wire = Wire(page)
    url = website.put("/cookieless", consent="cookieless")
    page.goto(f"{url}?gclid=G1")
    act(page)
    (seen, _) = stored.events(url, "page_view", 2)
    assert [one["name"] for one in page.context.cookies()] == ["_ga"]
    assert page.evaluate(KEPT)[1:] == NOTHING[1:]
    for batch in wire.batches:
        assert batch["consent"] == "cookieless"
        assert not {"visitor", "session", "ga", "linked"} & set(batch)
    assert seen["visitor_id"]


def test_consent_after_cookieless_tells_the_visitor_s_source_but_no_page_twice(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/banner", consent="cookieless")
    page.goto(f"{url}?utm_source=news", referer="https://mail.example.org/")
    stored.events(url, "page_view")
    page.evaluate("headwater('consent', 'granted')")
    (agreed,) = stored.events(url, "consent")
    assert agreed["url"] == f"{url}?utm_source=news"
    assert agreed["referrer"] == "https://mail.example.org/"
    assert agreed["properties"]["before"] == "cookieless"
    page.wait_for_timeout(300)
    (seen,) = stored.events(url, "page_view")
    assert seen["visitor_id"] != agreed["visitor_id"]


@pytest.mark.parametrize("mode", ["denied", "cookieless"])
def test_withdrawal_deletes_what_was_kept(
    page: Page, website: Website, stored: Stored, mode: str
) -> None:
    wire = Wire(page)
    url = website.put("/withdrawn")
    page.goto(f"{url}?gclid=G1")
    stored.events(url, "page_view")
    page.context.set_offline(True)
    page.evaluate("headwater('track', 'unsent')")
    page.wait_for_function("JSON.stringify(localStorage).includes('unsent')")
    page.evaluate(f"headwater('track', 'unkept'); headwater('consent', '{mode}')")
    assert page.evaluate(KEPT) == NOTHING
    page.context.set_offline(False)
    sent = len(wire.batches)
    page.evaluate("headwater('track', 'later')")
    if mode == "cookieless":
        wire.wait_for("later")
    page.wait_for_timeout(1_000)
    assert ("later" in wire.names()) == (mode == "cookieless")
    assert "unkept" not in stored.names(url)
    assert "unsent" not in stored.names(url)
    assert page.evaluate(KEPT) == NOTHING
    assert all(batch["consent"] == mode for batch in wire.batches[sent:])


def test_an_answer_under_way_does_not_bring_a_withdrawn_id_back(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/race")
    page.goto(url)
    page.evaluate("headwater('track', 'last')")
    with page.expect_response("**/e"), page.expect_request("**/e"):
        page.wait_for_timeout(205)
        page.evaluate("headwater('consent', 'denied')")
    page.wait_for_timeout(100)
    assert page.evaluate(KEPT) == NOTHING


def test_agreeing_again_makes_a_new_visitor(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/again")
    page.goto(url)
    (before,) = stored.events(url, "page_view")
    page.evaluate("headwater('consent', 'denied'); headwater('consent', 'granted')")
    page.evaluate("headwater('track', 'after')")
    (after,) = stored.events(url, "after")
    assert after["visitor_id"] != before["visitor_id"]
    assert after["properties"]["session"] != before["properties"]["session"]
    assert len(stored.events(url, "page_view")) == 1


def test_the_privacy_signal_of_a_browser_is_honoured_where_the_site_says_so(
    page: Page, website: Website
) -> None:
    page.add_init_script(SIGNAL)
    wire = Wire(page)
    for gpc, consent, mode in (
        ("denied", "granted", None),
        ("cookieless", "denied", None),
        ("cookieless", "granted", "cookieless"),
        ("", "granted", "granted"),
    ):
        wire.batches.clear()
        page.goto(website.put("/signal", consent=consent, gpc=gpc))
        if mode:
            wire.wait_for("page_view")
        page.wait_for_timeout(400)
        told = [(one["consent"], one["gpc"]) for one in wire.batches]
        assert told == ([(mode, True)] if mode else [])
        assert bool(page.context.cookies()) == (mode == "granted")
