"""The tracker never breaks or slows a page, and works where much is forbidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from tracker.watching import Stored, Wire
from tracker.website import Website

pytestmark = pytest.mark.browser
FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, {get() { throw new DOMException("forbidden") }});
}
Object.defineProperty(Document.prototype, "cookie", {
    get() { throw new DOMException("forbidden") },
    set() { throw new DOMException("forbidden") },
});
"""


def test_a_page_that_throws_is_watched_all_the_same(
    context: BrowserContext, website: Website, stored: Stored
) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    throwing = (
        "<script>headwater = function () { (headwater.q = headwater.q || []).push(arguments) };"
        "headwater(); headwater('nonsense', 1); headwater('track', 'odd', 7);"
        "headwater('get', () => { throw new Error('callback') });"
        "addEventListener('click', () => { throw new Error('click') });"
        "const push = history.pushState; history.pushState = function () {"
        " if (arguments.length < 3) throw new Error('push');"
        " return push.apply(this, arguments) };"
        "undefined.field</script>"
    )
    url = website.put("/throwing", "<a href='tel:123'>Call</a>", head=throwing)
    page.goto(url)
    page.evaluate("dispatchEvent(new Event('error')); headwater('track'); headwater('form', 1)")
    page.evaluate("const round = {}; round.self = round; headwater('track', 'round', round)")
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    page.get_by_text("Call").click()
    page.evaluate("headwater('track', 'after'); try { history.pushState(1) } catch (e) { }")
    stored.events(url, "after")
    assert sorted(stored.names(url)) == ["after", "odd", "page_view", "phone_click"]
    assert [error for error in errors if error != "click"] == [
        "Cannot read properties of undefined (reading 'field')"
    ]


def test_a_strict_content_policy_is_kept_to(
    page: Page, website: Website, stored: Stored
) -> None:
    policy = f"default-src 'none'; script-src {website.script}; connect-src {website.script}"
    policy += "; base-uri 'none'; require-trusted-types-for 'script'; img-src data:"
    form = "<form><input type=hidden name=hw_source><input name=email value=a@b.example></form>"
    url = website.put(
        "/strict",
        form + "<p>030 1234567</p><a href='tel:1'>Call</a><div data-hw-slot=a></div>",
        headers={"Content-Security-Policy": policy},
        domains="example.com,example.net",
    )
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(url)
    page.evaluate("headwater('numbers', () => ({'030 1234567': '030 7654321'}))")
    page.evaluate("headwater('slots', (name, element) => { element.textContent = name })")
    page.evaluate("headwater('form', document.forms[0])")
    page.evaluate("history.pushState({}, '', location.pathname + '/b')")
    stored.events(url, "form_submit")
    stored.events(url, "page_view", 2)
    assert page.locator("p").inner_text() == "030 7654321"
    assert page.locator("[name=hw_source]").input_value() == "(direct)"
    assert said == []


def test_a_page_without_cookies_and_storage_is_watched(
    page: Page, website: Website, stored: Stored
) -> None:
    page.add_init_script(FORBIDDEN)
    url = website.put("/forbidden")
    page.goto(url)
    page.evaluate("headwater('track', 'acted')")
    (acted,) = stored.events(url, "acted")
    (seen,) = stored.events(url, "page_view")
    assert acted["visitor_id"] == seen["visitor_id"]
    page.evaluate("headwater('consent', 'denied'); headwater('consent', 'granted')")
    stored.events(url, "consent")


def test_the_collector_s_cookie_serves_where_script_may_write_none(
    page: Page, website: Website, stored: Stored
) -> None:
    page.add_init_script(FORBIDDEN)
    first, second = website.put("/first"), website.put("/second")
    page.goto(first)
    (one,) = stored.events(first, "page_view")
    page.goto(second)
    (two,) = stored.events(second, "page_view")
    assert one["visitor_id"] == two["visitor_id"]


def test_a_frame_in_a_sandbox_is_watched(page: Page, website: Website, stored: Stored) -> None:
    inner = website.put("/inner")
    page.goto(website.put("/outer", f"<iframe sandbox=allow-scripts src='{inner}'></iframe>"))
    wire = Wire(page)
    page.frames[1].evaluate("headwater('track', 'inside')")
    wire.wait_for("inside")
    assert stored.names(inner) == []  # its origin is nobody's: the collector refuses it


@pytest.mark.parametrize("setting", [{"consent": "nonsense"}, {"endpoint": "http://"}])
def test_a_wrong_setting_harms_nothing(
    page: Page, website: Website, setting: dict[str, str]
) -> None:
    wire = Wire(page)
    page.goto(website.put("/wrong", "<p>Fine</p>", **setting))
    page.wait_for_timeout(300)
    assert page.locator("p").inner_text() == "Fine"
    assert wire.batches == []


def test_the_script_takes_milliseconds_and_moves_nothing(page: Page, website: Website) -> None:
    body = "".join(f"<p><a href='/{n}'>Row {n}</a></p>" for n in range(2000))
    head = (
        "<script>window.shifts = 0;"
        "new PerformanceObserver((list) => { for (const one of list.getEntries())"
        " shifts += one.value }).observe({type: 'layout-shift', buffered: true});"
        "</script>"
    )
    page.goto(website.put("/large", body, head=head))
    spent = page.evaluate(
        "const before = performance.now();"
        "for (let n = 0; n < 200; n++) headwater('track', 'many', {n});"
        "(performance.now() - before) / 200"
    )
    assert spent < 5
    assert page.evaluate("shifts") == 0


def test_a_page_that_the_back_key_revives_is_seen_again(
    page: Page, website: Website, stored: Stored
) -> None:
    url = website.put("/revived")
    page.goto(url)
    stored.events(url, "page_view")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert len(stored.events(url, "page_view", 2)) == 2
