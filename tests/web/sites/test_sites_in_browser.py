"""From an empty list of sites to a lead with its journey, in a real browser.

The form on the visited page is another service's: its server sends what it was sent on to us,
with the visitor that the tracker wrote into its hidden field.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from chromium import CHROMIUM
from headwater.capture.collector.supervising import Supervisor
from web.running import App, free_port, served

AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]


@pytest.fixture(autouse=True)
def _no_sites_yet() -> None:
    """The app's own process has the sites here."""


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    """The app's own process has the people here."""


@dataclass
class FormService:
    """A page with a form, and the server that takes it and passes it on."""

    line: str = ""
    passed_to: str = ""
    taken: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    def page(self) -> str:
        return (
            f"<!doctype html><title>Shop</title>{self.line}<h1>Shop</h1>"
            '<form method="post" action="/send" data-hw-form="none"><input name="your-name">'
            '<input name="your-email"><input name="f17" type="hidden" data-hw-field="visitor">'
            '<button id="send">Send</button></form>'
        )

    def take(self, body: bytes) -> None:
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.taken.append(fields)
        told = {**fields, "hw_visitor": fields.get("f17", ""), "hw_form": "partner"}
        httpx.post(self.passed_to, json=told, trust_env=False).raise_for_status()


@pytest.fixture
def service() -> Iterator[FormService]:
    made = FormService()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(made.page() if self.path.startswith("/page") else "")

        def do_POST(self) -> None:
            made.take(self.rfile.read(int(self.headers["content-length"])))
            self._answer("<!doctype html><title>Sent</title><h1>Sent</h1>")

        def _answer(self, text: str) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    directory = tmp_path_factory.mktemp("followed")
    with pytest.MonkeyPatch.context() as patch:
        port = free_port()
        patch.setenv("HEADWATER_COLLECTOR_URL", f"http://127.0.0.1:{port}")
        with served(directory) as running, Supervisor(directory, port=port):
            yield running


def add_site(page: Page, domain: str) -> None:
    page.goto("/sites/add")
    page.get_by_label("Domain").fill(domain)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name=domain).wait_for()


def test_from_an_empty_list_to_a_lead_and_how_it_came(
    page: Page, browser: Browser, service: FormService
) -> None:
    page.goto("/sites")
    page.get_by_role("link", name="Add a site").first.click()
    page.get_by_label("Domain").fill("http://LOCALHOST/")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Further hosts").fill("127.0.0.1")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Waiting for the first event").wait_for()
    service.line = page.locator("#snippet").inner_text()
    found = re.search(r'src="(.*)/hw.js" data-key="(.*)"', service.line)
    assert found is not None
    service.passed_to = f"{found[1]}/f/{found[2]}"

    with browser.new_context(user_agent=AGENT) as context:
        visited = context.new_page()
        visited.goto(f"http://127.0.0.1:{service.port}/page?utm_source=letter&utm_medium=email")
        page.get_by_text("Events arrive from localhost").wait_for(timeout=15_000)
        page.get_by_role("cell", name="Email").first.wait_for()
        assert page.locator(".steps-line [aria-current]").inner_text().endswith("first event")
        visited.locator("[name=your-name]").fill("Hana Sato")
        visited.locator("[name=your-email]").fill("hana@example.com")
        visited.locator("#send").click()
        visited.get_by_text("Sent").wait_for()
    (taken,) = service.taken
    assert re.fullmatch("[0-9a-f]{32}", taken["f17"])
    wait_for_lead(page)
    page.get_by_text("letter / email").wait_for()
    page.locator(".milestone", has_text="lead").wait_for()


def wait_for_lead(page: Page) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        page.goto("/leads?q=hana%40example.com")
        if page.get_by_role("link", name="Hana Sato").count():
            page.get_by_role("link", name="Hana Sato").click()
            return
        time.sleep(1)
    pytest.fail("the lead did not show up within 40 seconds")


def test_the_line_is_copied_by_one_click(owner: BrowserContext, page: Page) -> None:
    owner.grant_permissions(["clipboard-read", "clipboard-write"])
    add_site(page, "copied.example")
    page.locator('button[data-copy="snippet"]').click()
    page.get_by_role("button", name="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == page.locator("#snippet").inner_text()


def test_a_link_is_made_with_the_keyboard_and_its_code_is_drawn(page: Page) -> None:
    add_site(page, "linked.example")
    page.goto("/links")
    page.get_by_label("Site", exact=True).select_option(label="linked.example")
    page.get_by_label("Short name").fill("fair")
    page.get_by_label("Leads to").fill("https://linked.example/")
    page.get_by_label("Source").fill("fair-berlin")
    page.get_by_label("Medium").fill("event")
    page.keyboard.press("Enter")
    page.get_by_text("/l/fair works now.").wait_for()
    drawn = page.locator('img[src="/links/fair.svg"]')
    drawn.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.qr img').naturalWidth > 0")


@pytest.fixture(scope="module")
def known_site(owner: BrowserContext) -> str:
    """The address of a site from which nothing has come."""
    opened = owner.new_page()
    add_site(opened, "phone.example")
    return opened.url


@pytest.mark.parametrize("language", ["tr", "th", "id", "ru"])
def test_a_phone_never_scrolls_sideways_in_any_language(
    owner: BrowserContext, app: App, browser: Browser, known_site: str, language: str
) -> None:
    with browser.new_context(
        base_url=app.url,
        storage_state=owner.storage_state(),
        viewport={"width": 390, "height": 800},
        locale=language,
    ) as context:
        shown = context.new_page()
        for path in ("/sites", known_site, f"{known_site}/settings", "/links", "/promo-codes"):
            shown.goto(path)
            assert shown.locator("html").get_attribute("lang") == language
            width = shown.evaluate("document.documentElement.scrollWidth")
            assert width <= 390, path
