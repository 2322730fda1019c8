"""Page views: of pages that load, of single-page apps, and what they say of the visitor."""

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
    page.goto(f"{url}?utm_source=news&gclid=G1", referer="https://www.google.com/")
    (seen,) = stored.events(url, "page_view")
    assert seen["url"] == f"{url}?utm_source=news&gclid=G1"
    assert seen["referrer"] == "https://www.google.com/"
    assert seen["title"] == "Page"
    assert seen["language"] == "en-GB"
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["hw_v"]["value"] == seen["visitor_id"]
    assert cookies["hw_v"]["domain"] == ".example.com"
    assert seen["properties"]["session"] == cookies["hw_s"]["value"].split("|")[0]
