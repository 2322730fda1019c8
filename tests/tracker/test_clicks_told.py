"""Clicks that lead away: to other sites, to files, to the phone, to the mail."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tracker.watching import Stored
from tracker.website import Website

pytestmark = pytest.mark.browser
LINKS = """
<a id=out href="http://partner.example.org/offer?mail=ada@example.org#x">Partner</a>
<a id=file href="/files/Prices.PDF?v=2"><b>Price list</b></a>
<a id=phone href="tel:+49-30-1234567">Call</a>
<a id=mail href="mailto:ada@example.org,bob@example.org?subject=Hi">Write</a>
<a id=own href="http://www.example.com/other">Other</a>
<a id=linked href="http://example.net/other">Sister</a>
<a id=here href="#here">Here</a>
<svg width=20 height=20>
  <a href="http://partner.example.org/svg"><rect id=svg width=20 height=20 /></a>
</svg>
<div id=shadow></div>
<script>
  document.getElementById("shadow").attachShadow({mode: "open"}).innerHTML =
    '<a href="http://partner.example.org/shadow">In a shadow</a>';
  addEventListener("click", (event) => event.preventDefault());
</script>
"""


def test_clicks_that_lead_away_are_told(page: Page, website: Website, stored: Stored) -> None:
    url = website.put("/links", LINKS, domains="example.net")
    page.goto(url)
    for link in ("#out", "#shadow a", "#svg", "#phone", "#mail", "#file b"):
        page.locator(link).click()
    out = [row["properties"] for row in stored.events(url, "outbound_click", 3)]
    assert {row["link_domain"] for row in out} == {"partner.example.org"}
    assert [row["link_url"].rsplit("/")[-1] for row in out] == ["offer", "shadow", "svg"]
    (phone,) = stored.events(url, "phone_click")
    assert phone["properties"]["number"] == "+49-30-1234567"
    (mail,) = stored.events(url, "email_click")
    assert mail["properties"]["link_domain"] == "example.org"
    (file,) = stored.events(url, "file_download")
    assert file["properties"]["file_name"] == "Prices.PDF"
    assert file["properties"]["file_extension"] == "PDF"
    assert file["properties"]["link_url"].endswith(f":{website.port}/files/Prices.PDF")
    assert not re.search(r"\b(ada|bob)\b", str(stored.rows(url)))


def test_links_within_the_company_s_domains_are_not_told(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/links", LINKS, domains="example.net")
    page.goto(url)
    for link in ("#own", "#linked", "#here"):
        page.locator(link).click()
    page.evaluate("headwater('track', 'done')")
    stored.events(url, "done")
    assert stored.names(url) == ["page_view", "done"]


def test_a_click_that_opens_a_page_at_once_is_not_lost(
    page: Page, website: Website, stored: Stored
) -> None:
    away = website.put("/away", host="partner.example.org", script="")
    url = website.put("/leave", f'<a href="{away}">Away</a>')
    page.goto(url)
    page.get_by_text("Away").click()
    page.wait_for_url(away)
    stored.events(url, "outbound_click")
