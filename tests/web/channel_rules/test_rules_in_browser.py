"""Channel rules are written in a real browser, with the keyboard, and change the past."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from chromium import CHROMIUM
from web.running import App, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]
NESTED = """
[[rules]]
name = "nested"
channel = "Audio"
when = { all = [{ term = "paid" }, { any = [
    { field = "source", starts_with = "a" }, { not = { field = "medium", matches = "b" } },
] }] }
"""
SPAN = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    """The app's own process has the people here."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with served(tmp_path_factory.mktemp("ruled")) as running:
        yield running


def test_a_rule_is_written_seen_saved_and_every_report_follows(page: Page) -> None:
    page.goto(f"/channels?{SPAN}")
    page.get_by_role("link", name="Channel rules").click()
    page.get_by_label("Address of the landing page").press_sequentially(
        "https://example.com/?utm_source=newsletter&utm_medium=email"
    )
    page.get_by_text("by the shipped rule “email”").wait_for()
    page.get_by_role("link", name="Add a rule").first.click()
    page.get_by_label("Name").fill("house-mail")
    page.get_by_label("Channel", exact=True).fill("House mail")
    fields, values = (
        page.get_by_label("What the rule looks at"),
        page.locator("[data-row] input"),
    )
    fields.first.select_option(label="Source")
    values.first.fill("newsletter")
    page.get_by_role("button", name="Add a row").click()
    values.nth(1).wait_for()
    assert values.first.input_value() == "newsletter"
    fields.nth(1).select_option(label="Campaign")
    page.get_by_label("How it is compared").nth(1).select_option(label="is known")
    values.nth(1).wait_for(state="hidden")
    page.get_by_label("Name").press("Enter")
    page.get_by_text("Email → House mail").wait_for()
    page.get_by_role("button", name="Save, and make the past anew").click()
    page.get_by_text("All reports are by the saved rules.").wait_for(timeout=30_000)
    page.goto(f"/channels?{SPAN}")
    page.get_by_role("link", name="House mail").first.wait_for()


def test_rules_change_places_with_the_keyboard(page: Page) -> None:
    for name in ("one", "two"):
        page.goto("/channels/rules/rule")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Channel", exact=True).fill("Audio")
        page.get_by_label("What the rule looks at").select_option(label="Source")
        page.locator("[data-row] input").fill(name)
        page.get_by_role("button", name="See what it does").last.click()
        page.get_by_role("link", name=name, exact=True).wait_for()
    page.get_by_role("button", name="Try it earlier: two").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('#rules tbody').textContent.match(/two[^]*one/) !== null"
    )
    page.get_by_role("button", name="Discard the changes").click()
    page.get_by_text("Your changes are discarded").wait_for()


@pytest.mark.parametrize("language", ["en", "tr", "th", "id", "ru"])
def test_a_phone_never_scrolls_sideways_in_any_language(
    owner: BrowserContext, app: App, browser: Browser, language: str
) -> None:
    with browser.new_context(
        base_url=app.url,
        storage_state=owner.storage_state(),
        viewport={"width": 390, "height": 800},
        locale=language,
        color_scheme="dark",
    ) as context:
        shown = context.new_page()
        shown.goto("/channels/rules/text")
        shown.locator("#text").fill(NESTED)
        shown.locator("form .btn-primary").click()
        shown.wait_for_url("**/channels/rules")
        for path in ("", "/rule", "/rule?name=nested", "/text"):
            shown.goto(f"/channels/rules{path}")
            assert shown.locator("html").get_attribute("lang") == language
            width = shown.evaluate("document.documentElement.scrollWidth")
            assert width <= 390, path
