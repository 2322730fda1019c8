"""Page views: of pages that load and of single-page apps, and what they say."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tracker.watching import Stored
from tracker.website import Website

pytestmark = pytest.mark.browser


def test_a_page_view_says_who_saw_what_and_from_where(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/landing")
    page.goto(f"{url}?utm_source=news&gclid=G1#top", referer="https://www.google.com/")
    (seen,) = stored.events(url, "page_view")
    assert seen["url"] == f"{url}?utm_source=news&gclid=G1"
    assert seen["referrer"] == "https://www.google.com/"
    assert seen["title"] == "Page"
    assert seen["language"] == "en-GB"
    assert seen["properties"]["screen"] == "1000x500"


def test_a_single_page_app_s_pages_are_seen_with_their_titles(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/app")
    page.goto(url)
    page.evaluate(
        "history.pushState({}, '', location.pathname + '/prices');"
        "queueMicrotask(() => { document.title = 'Prices' })"
    )
    page.evaluate("history.pushState({}, '', location.pathname)")  # no other page
    page.go_back()
    page.go_back()
    first, second, third = stored.events(url, "page_view", 3)
    assert [first["url"], second["url"], third["url"]] == [url, f"{url}/prices", url]
    assert second["title"] == "Prices"
    assert [second["referrer"], third["referrer"]] == [url, f"{url}/prices"]


def test_an_app_that_tidies_its_address_shows_no_other_page(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/tidy")
    page.goto(f"{url}?utm_source=news")
    page.evaluate("history.replaceState({}, '', location.pathname)")
    page.evaluate("history.replaceState({}, '', location.pathname + '/other')")
    stored.events(url, "page_view", 2)
    page.wait_for_timeout(400)
    seen = stored.events(url, "page_view", 2)
    assert [row["url"] for row in seen] == [f"{url}?utm_source=news", f"{url}/other"]


@pytest.mark.parametrize(("setting", "views"), [({}, 1), ({"hash": "true"}, 3)])
def test_hashes_are_pages_where_the_site_says_so(
    page: Page, website: Website, stored: Stored, setting: dict[str, str], views: int
) -> None:
    url = website.put("/hash", **setting)
    page.goto(f"{url}#/a")
    page.evaluate("location.hash = '#/b'")
    page.evaluate("location.hash = '#/c'")
    page.evaluate("headwater('track', 'done')")
    stored.events(url, "done")
    assert len(stored.events(url, "page_view", views)) == views


def test_pages_are_told_by_the_page_itself_where_it_wants(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/manual", pages="manual")
    page.goto(url)
    page.evaluate(f"headwater('page', {{url: '{url}/virtual', title: 'Virtual'}})")
    (seen,) = stored.events(url, "page_view")
    assert (seen["url"], seen["title"]) == (f"{url}/virtual", "Virtual")


def test_calls_before_the_script_are_answered_once_it_is_there(
    page: Page, website: Website, stored: Stored
) -> None:
    stub = (
        "<script>window.headwater = window.headwater || function () {"
        "(headwater.q = headwater.q || []).push(arguments) };"
        "headwater('track', 'early', {colour: 'red'})</script>"
    )
    url = website.put("/stub", head=stub)
    page.goto(url)
    (early,) = stored.events(url, "early")
    assert early["properties"]["colour"] == "red"
    stored.events(url, "page_view")


def test_a_second_copy_of_the_script_does_nothing(
    page: Page, website: Website, stored: Stored
) -> None:
    again = f'<script defer src="{website.script}/hw-core.js" data-key="hw_test"></script>'
    url = website.put("/twice", body=again)
    page.goto(url)
    page.evaluate("headwater('track', 'once')")
    stored.events(url, "once")
    assert len(stored.events(url, "page_view")) == 1


def test_the_core_alone_sees_pages_and_tells_custom_events(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/core", script="hw-core.js")
    page.goto(url)
    page.evaluate("headwater('track', 'asked', {value: 12.5, currency: 'EUR', about: 'price'})")
    (asked,) = stored.events(url, "asked")
    assert (asked["amount_minor"], asked["currency"]) == (1250, "EUR")
    assert asked["properties"]["about"] == "price"
    assert stored.names(url) == ["page_view", "asked"]
