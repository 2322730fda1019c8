"""Other telephone numbers on the page, places that are filled, and hidden fields of forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tracker.watching import Stored
from tracker.website import Website

pytestmark = pytest.mark.browser
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
MAP = '{"+49 30 1234567": "+49 30 7654321", "0800 555 0199": "+49 151 22223333"}'
WRITTEN = [
    ("030 1234567", "030 7654321"),
    ("030/123 45 67", "030/765 43 21"),
    ("(030) 12 34 567", "(030) 76 54 321"),
    ("+49 (0)30 1234567", "+49 (0)30 7654321"),
    ("+49-30-123-45-67", "+49-30-765-43-21"),
    ("0049 30 1234567", "0049 30 7654321"),
    ("Call 123 4567 or write", "Call 765 4321 or write"),
    ("030 1234567 / 030 1234567", "030 7654321 / 030 7654321"),
    ("0800 555 0199", "+49 151 22223333"),
    ("030 12345678", "030 12345678"),
    ("9030 1234567", "9030 1234567"),
    ("Order 1030123456799", "Order 1030123456799"),
]


def test_numbers_are_replaced_however_they_are_written(page: Page, website: Website) -> None:
    body = "".join(f"<p>{text}</p>" for text, _ in WRITTEN)
    links = (
        "<a href='tel:+49301234567'>Call</a><a href='tel:030-1234567'>Call</a>"
        "<a href='/030-1234567'>No number</a><textarea>030 1234567</textarea>"
        "<script type=text/plain>030 1234567</script>"
    )
    page.goto(website.put("/numbers", body + links, head=f"<script>{SHIFTS}</script>"))
    page.evaluate(f"headwater('numbers', (about) => Promise.resolve({MAP}))")
    page.wait_for_function("document.body.innerText.includes('7654321')")
    assert page.locator("p").all_inner_texts() == [shown for _, shown in WRITTEN]
    assert [link.get_attribute("href") for link in page.locator("a").all()] == [
        "tel:+49307654321",
        "tel:+49307654321",
        "/030-1234567",
    ]
    assert page.locator("textarea").input_value() == "030 1234567"
    assert "030 1234567" in page.content()
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        " '<div><b>030 1234567</b><a href=\"tel:0301234567\">Late</a></div>')"
    )
    page.wait_for_function("document.querySelector('b').innerText === '030 7654321'")
    assert page.get_by_text("Late").get_attribute("href") == "tel:+49307654321"
    assert page.evaluate("shifts") == 0


def test_a_map_that_cannot_be_had_leaves_the_page_as_it_is(
    page: Page, website: Website
) -> None:
    page.goto(website.put("/failing", "<p>030 1234567</p>"))
    page.evaluate(
        "headwater('numbers', () => { throw new Error('no') });"
        "headwater('numbers', () => Promise.reject(new Error('no')));"
        "headwater('numbers', () => undefined)"
    )
    page.wait_for_timeout(100)
    assert page.locator("p").inner_text() == "030 1234567"


def test_slots_are_filled_once_and_shift_nothing_else(page: Page, website: Website) -> None:
    body = (
        "<div data-hw-slot=offer style='height: 100px'></div><p>Below</p>"
        "<div data-hw-slot=broken></div>"
    )
    page.goto(
        website.put("/slots", body, head=f"<script>{SHIFTS}</script>") + "?utm_source=news"
    )
    page.evaluate(
        "headwater('slots', (name, element, about) => {"
        " if (name === 'broken') throw new Error('no');"
        " element.textContent += `${name} for ${about.source}` })"
    )
    slot = page.locator("[data-hw-slot=offer]").first
    assert slot.inner_text() == "offer for news"
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        " '<section><i data-hw-slot=late></i></section>')"
    )
    page.wait_for_function("document.querySelector('i').innerText === 'late for news'")
    assert slot.inner_text() == "offer for news"
    assert page.evaluate("shifts") == 0


FIELDS = """<form>
<input type=hidden name=hw_visitor><input type=hidden name=hw_session>
<input type=hidden name=hw_source><input type=hidden name=hw_medium>
<input type=hidden name=hw_campaign><input type=hidden name=hw_gclid>
<input type=hidden name=hw_landing><input type=hidden name=hw_referrer>
<input type=hidden name=hw_ga_client_id><input type=hidden name=hw_serial value=own>
<input type=hidden name=f17 data-hw-field=source>
<input name=email></form>"""


def values(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('input')]"
        ".map((input) => [input.name, input.value]))"
    )
    return found


SOURCES = [
    ("?utm_source=News&utm_medium=email", "https://x.example.org/", "News", "email"),
    ("?gclid=G1", "https://www.google.com/", "google.com", "cpc"),
    ("", "https://www.google.com/", "google.com", "organic"),
    ("", "https://www.partner.example.org/page", "partner.example.org", "referral"),
    ("", "", "(direct)", "(none)"),
]


def test_hidden_fields_of_any_form_say_where_the_visitor_came_from(
    page: Page, website: Website, stored: Stored
) -> None:
    for query, referrer, source, medium in SOURCES:
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": "_ga", "value": "GA1.1.12.34", "domain": ".example.com", "path": "/"}]
        )
        url = website.put("/landing")
        page.goto(url + query, **({"referer": referrer} if referrer else {}))
        (seen,) = stored.events(url, "page_view")
        page.goto(website.put("/form", FIELDS))
        told = values(page)
        assert (told["hw_source"], told["hw_medium"]) == (source, medium)
        assert told["f17"] == source
        assert told["hw_landing"] == url + query
        assert told["hw_referrer"] == referrer
        assert told["hw_visitor"] == seen["visitor_id"]
        assert told["hw_session"] == seen["properties"]["session"]
        assert told["hw_gclid"] == ("G1" if "gclid" in query else "")
        assert told["hw_ga_client_id"] == "12.34"
        assert (told["hw_serial"], told["email"]) == ("own", "")


def test_fields_that_come_later_are_filled_when_the_form_is_used(
    page: Page, website: Website
) -> None:
    page.goto(website.put("/late") + "?utm_source=news")
    page.evaluate(f"document.body.innerHTML = `{FIELDS}`")
    page.locator("[name=email]").focus()
    assert values(page)["hw_source"] == "news"
    page.evaluate("headwater('consent', 'denied'); document.activeElement.blur()")
    page.locator("[name=email]").focus()
    assert values(page)["hw_source"] == values(page)["hw_visitor"] == ""


def test_a_page_can_ask_what_is_known(page: Page, website: Website) -> None:
    page.goto(website.put("/ask") + "?utm_campaign=spring&wbraid=W1")
    told = page.evaluate("new Promise((done) => headwater('get', done))")
    assert told["campaign"] == "spring"
    assert told["wbraid"] == "W1"
    assert told["gclid"] == ""
    assert len(told["visitor"]) == 32
