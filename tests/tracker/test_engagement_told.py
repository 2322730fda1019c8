"""How long a page is looked at and how far it is read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tracker.watching import Stored
from tracker.website import Website

pytestmark = pytest.mark.browser
TALL = "<p>Top</p><div id=tall></div><style>#tall { height: 1984px }</style>"


def test_leaving_a_page_tells_how_long_it_was_visible_and_how_far_it_was_read(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/read", body=TALL)
    page.goto(url)
    page.wait_for_timeout(1200)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.wait_for_timeout(200)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("scrollTo(0, 0)")
    page.goto(website.put("/next"))
    (told,) = stored.events(url, "engagement")
    assert 1300 <= told["properties"]["engagement_time_msec"] < 6000
    assert told["properties"]["percent_scrolled"] == pytest.approx(
        100 * (height // 2 + 500) / height, abs=1
    )


def test_moving_on_within_an_app_tells_of_the_page_that_is_left(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/app", body=TALL)
    page.goto(url)
    page.wait_for_timeout(1100)
    page.evaluate("history.pushState({}, '', location.pathname + '/next')")
    (told,) = stored.events(url, "engagement")
    assert told["url"] == url


def test_a_glance_is_not_told(page: Page, website: Website, stored: Stored) -> None:
    page.add_init_script("window.at = 100; performance.now = () => at")
    url = website.put("/glance")
    page.goto(url)
    page.evaluate("at = 1050")
    after = website.put("/next")
    page.goto(after)
    stored.events(after, "page_view")
    assert stored.names(url) == ["page_view"]


def test_a_page_that_stays_open_tells_ever_more_rarely(
    page: Page, website: Website, stored: Stored
) -> None:
    page.clock.install()
    url = website.put("/open")
    page.goto(url)
    page.clock.run_for(16_000)
    page.clock.run_for(60 * 60_000)
    told = stored.events(url, "engagement", 7)
    page.wait_for_timeout(300)
    assert len(told) <= 9
    total = sum(row["properties"]["engagement_time_msec"] for row in told)
    assert total <= 61 * 60_000
