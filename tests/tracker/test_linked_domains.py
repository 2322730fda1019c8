"""A visitor of one domain is the same visitor on another domain of the company."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tracker.watching import Stored, Wire
from tracker.website import Website

pytestmark = pytest.mark.browser
DOMAINS = "example.com, example.net"


def two(website: Website, body: str) -> tuple[str, str]:
    """A page of each domain; `body` of the first has the second's address as {there}."""
    there = website.put("/there", host="example.net", domains=DOMAINS)
    return website.put("/here", body.format(there=there), domains=DOMAINS), there


WAYS = [
    "<a href='{there}?x=1#part'>Go</a>",
    "<a href='{there}?_hw=old.old.old&x=1'>Go</a>",
    "<form action='{there}' method=get><input name=x value=1><button>Go</button></form>",
    "<form action='{there}?x=1' method=post><button>Go</button></form>",
]


def test_the_id_goes_along_and_leaves_the_address(
    page: Page, website: Website, stored: Stored
) -> None:
    for body in WAYS:
        page.context.clear_cookies()
        here, there = two(website, body)
        page.goto(here)
        page.get_by_text("Go").click()
        page.wait_for_url(re.compile(re.escape(there)))
        (first,) = stored.events(here, "page_view")
        (second,) = stored.events(there, "page_view")
        assert second["visitor_id"] == first["visitor_id"]
        assert second["url"] == f"{there}?x=1"
        assert page.evaluate("location.search") == "?x=1"
        kept = [one for one in page.context.cookies() if one["name"] == "hw_v"]
        assert {(one["domain"], one["value"]) for one in kept} == {
            (".example.com", first["visitor_id"]),
            (".example.net", first["visitor_id"]),
        }
        assert "outbound_click" not in stored.names(here)


def test_the_id_that_came_along_wins_over_one_that_was_there(
    page: Page, website: Website, stored: Stored
) -> None:
    here, there = two(website, "<a href='{there}' target=_blank>Go</a>")
    page.goto(there)
    (before,) = stored.events(there, "page_view")
    page.goto(here)
    with page.context.expect_page() as opened:
        page.get_by_text("Go").click()
    opened.value.wait_for_load_state()
    (first,) = stored.events(here, "page_view")
    _, after = stored.events(there, "page_view", 2)
    assert after["visitor_id"] == first["visitor_id"] != before["visitor_id"]


def decorated(page: Page, website: Website) -> tuple[str, str]:
    """The address that a click leads to, and the visitor it is made for."""
    here, _ = two(website, "<a href='{there}' onclick='event.preventDefault()'>Go</a>")
    wire = Wire(page)
    with page.expect_response("**/e"):
        page.goto(here)
    page.get_by_text("Go").click()
    return str(page.get_by_text("Go").get_attribute("href")), wire.batches[0]["visitor"]


def test_a_link_that_is_old_or_forged_gives_no_id(
    page: Page, website: Website, stored: Stored
) -> None:
    link, visitor = decorated(page, website)
    match = re.search(r"_hw=(\w+)\.(\w+)\.(\w+)$", link)
    assert match is not None
    assert match[1] == visitor
    there = link.partition("?")[0]
    forged = "f" * 32
    for number, told in enumerate(
        (f"{forged}.{match[2]}.{match[3]}", f"{visitor}.{match[2]}.x", "junk", ""), 1
    ):
        page.goto(f"{there}?_hw={told}")
        *_, seen = stored.events(there, "page_view", number)
        assert seen["visitor_id"] not in (visitor, forged)
        assert page.url == there
    page.clock.install()
    page.clock.fast_forward(121_000)
    page.goto(link)
    page.clock.run_for(500)
    *_, seen = stored.events(there, "page_view", 5)
    assert seen["visitor_id"] != visitor


def test_a_link_that_is_passed_on_to_somebody_else_welds_nobody(
    page: Page, browser: Browser, website: Website, stored: Stored
) -> None:
    link, visitor = decorated(page, website)
    there = link.partition("?")[0]
    with browser.new_context(user_agent="Another browser", locale="en-GB") as context:
        context.new_page().goto(link)
        (seen,) = stored.events(there, "page_view")
    assert seen["visitor_id"] != visitor


def test_links_to_others_and_within_the_site_stay_as_they_are(
    page: Page, website: Website
) -> None:
    links = (
        "<a href='http://partner.example.org/'>Out</a><a href='/in?x'>In</a>"
        "<a href='http://www.example.com/'>Www</a><a href='mailto:a@example.net'>Mail</a>"
        "<script>addEventListener('click', (event) => event.preventDefault())</script>"
    )
    page.goto(website.put("/links", links, domains=DOMAINS))
    for link in page.get_by_role("link").all():
        before = link.get_attribute("href")
        link.click()
        assert link.get_attribute("href") == before


def test_without_consent_nobody_is_taken_along(page: Page, website: Website) -> None:
    there = website.put("/there", host="example.net", domains=DOMAINS)
    link = f"<a href='{there}' onclick='event.preventDefault()'>Go</a>"
    page.goto(website.put("/here", link, domains=DOMAINS, consent="cookieless"))
    page.get_by_text("Go").click()
    assert page.get_by_text("Go").get_attribute("href") == there
