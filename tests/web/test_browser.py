"""The screens in a real browser: charts are drawn, parts are replaced, keys work."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from chromium import CHROMIUM
from web.running import App, served

SPAN = "from=2026-03-01&to=2026-03-31"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    """The app's own process has the people here; this one must not touch a database."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with served(tmp_path_factory.mktemp("browsed")) as running:
        yield running


@pytest.fixture(scope="module")
def session(app: App, browser: Browser) -> dict[str, object]:
    """The cookies of somebody who followed the link."""
    with browser.new_context() as context:
        context.new_page().goto(app.link)
        state: dict[str, object] = dict(context.storage_state())
        return state


@pytest.fixture
def page(app: App, browser: Browser, session: dict[str, object]) -> Iterator[Page]:
    """A page that fails the test for any error in its console or any foreign request."""
    with browser.new_context(
        base_url=app.url,
        storage_state=session,  # type: ignore[arg-type]
        viewport={"width": 1366, "height": 850},
        locale="en-GB",
    ) as context:
        opened = context.new_page()
        troubles: list[str] = []
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on(
            "console",
            lambda said: troubles.append(said.text) if said.type == "error" else None,
        )
        opened.on(
            "request",
            lambda asked: None if asked.url.startswith(app.url) else troubles.append(asked.url),
        )
        yield opened
        assert not troubles


@pytest.mark.parametrize("path", ["/", "/channels", "/models", "/opportunities"])
def test_charts_are_drawn(page: Page, path: str) -> None:
    page.goto(f"{path}?{SPAN}")
    page.wait_for_selector("[data-chart] canvas")
    assert page.locator("[data-chart] canvas").count() == page.locator("[data-chart]").count()


def test_a_choice_updates_the_report_and_its_address(page: Page) -> None:
    page.goto(f"/channels?{SPAN}")
    page.get_by_label("Model", exact=True).select_option("first")
    page.wait_for_url(re.compile("model=first"))
    page.get_by_text("€1,000.01").first.wait_for()
    page.reload()
    assert page.get_by_label("Model", exact=True).input_value() == "first"
    page.wait_for_selector("[data-chart] canvas")


def test_a_row_drills_and_the_way_back_works(page: Page) -> None:
    page.goto(f"/channels?{SPAN}")
    page.get_by_role("link", name="Paid Search").first.click()
    page.wait_for_url(re.compile("Paid"))
    page.get_by_text("Channel: Paid Search").wait_for()
    page.go_back()
    page.get_by_role("link", name="Paid Search").first.wait_for()


def test_two_clicks_from_a_figure_and_one_more_to_the_rule(page: Page) -> None:
    page.goto(f"/channels?{SPAN}&model=first")
    page.locator('a[href*="metric=won"]').first.click()
    page.get_by_role("link", name="Ada").first.click()
    page.locator(".milestone", has_text="Deal won").wait_for()
    page.locator(".touch summary").first.click()
    page.get_by_text("by the rule “paid-search”").wait_for()
    page.get_by_text("utm_campaign=brand").first.wait_for()


def test_keys_reach_the_content_and_close_menus(page: Page) -> None:
    page.goto("/leads")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    menu = page.locator("details[data-menu]").first
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None


def test_dark_is_chosen_and_kept(page: Page) -> None:
    page.goto("/leads")
    page.locator('summary[aria-label="Light or dark"]').click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_load_state()
    page.goto("/channels")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_the_system_s_dark_is_followed(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/leads")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


@pytest.mark.parametrize("path", ["/", "/channels", "/models", "/leads", "/journeys/crm:1"])
def test_a_phone_never_scrolls_sideways(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(path)
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


@pytest.mark.parametrize("path", ["/", "/models", "/opportunities", "/sites"])
def test_on_a_phone_the_place_where_one_is_stands_in_sight(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(path)
    page.wait_for_load_state()
    box = page.locator(".rail nav a[aria-current]").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_an_address_is_not_broken_letter_by_letter_in_any_language(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/leads")
    page.context.add_cookies([{"name": "headwater_language", "value": "tr", "url": page.url}])
    page.goto("/journeys/crm:1")
    label, value = (
        page.locator(".pairs").first.locator(one).first.bounding_box() for one in ("dt", "dd")
    )
    assert label
    assert value
    assert value["width"] > label["width"]


def test_everything_works_without_scripts(app: App, browser: Browser, session: object) -> None:
    with browser.new_context(
        base_url=app.url,
        storage_state=session,
        java_script_enabled=False,  # type: ignore[arg-type]
    ) as context:
        page = context.new_page()
        page.goto(f"/channels?{SPAN}")
        page.get_by_label("Model", exact=True).select_option("first")
        page.get_by_role("button", name="Apply").click()
        assert "model=first" in page.url
        page.goto("/journeys/crm:1")
        page.locator(".touch summary").first.click()
        page.get_by_role("link", name="Open the raw facts").first.click()
        assert "paid-search" in page.content()
