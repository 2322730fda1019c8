"""Every page as axe sees it: contrast, names, landmarks, order of headings, keyboard access."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from chromium import CHROMIUM
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted
from web.running import App, served
from web.scene import tell

AXE = Path(__file__).parents[2] / "var/clients/node/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPAN = "from=2026-03-01&to=2026-03-31"
PAGES = (
    f"/?{SPAN}",
    f"/channels?{SPAN}&model=markov",
    f"/conversions?{SPAN}&metric=revenue",
    f"/models?{SPAN}",
    "/incrementality?metric=won",
    f"/opportunities?{SPAN}",
    "/leads",
    "/journeys/crm:1",
    "/sites/add",
    "/channels/rules",
    "/channels/rules/rule",
    "/links",
    "/people",
    "/account",
    "/nowhere",
)
ON_A_PHONE = (f"/?{SPAN}", f"/channels?{SPAN}", "/incrementality?metric=won", "/people")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
    pytest.mark.skipif(not AXE.exists(), reason="make client-environment brings axe-core"),
]


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    """The app's own process has the people here; this one must not touch a database."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    directory = tmp_path_factory.mktemp("seen")
    with Workspace.open(directory) as workspace:
        tell(workspace.facts)
        workspace.rebuild(full=True)
        workspace.run_models(wanted(["markov", "incremental"]))
    with served(directory, is_told=False) as running:
        yield running


@pytest.fixture(scope="module")
def reader(app: App, browser: Browser) -> Iterator[BrowserContext]:
    # The page's policy lets nothing foreign run, so the check has to go round it.
    with browser.new_context(base_url=app.url, locale="en-GB", bypass_csp=True) as context:
        context.new_page().goto(app.link)
        yield context


def faults(context: BrowserContext, address: str, width: int) -> list[str]:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    page.close()
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_no_fault(reader: BrowserContext, app: App, address: str) -> None:
    reader.add_cookies([{"name": "headwater_theme", "value": "light", "url": app.url}])
    assert not faults(reader, address, 1440)


def test_what_axe_cannot_see_is_drawn(reader: BrowserContext) -> None:
    page = reader.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto("/incrementality?metric=won")
    page.locator("[data-chart] canvas").wait_for()
    page.locator("[data-chart] canvas").hover()
    page.close()
    assert not troubles


@pytest.mark.parametrize("address", ON_A_PHONE)
def test_nor_in_the_dark_on_a_phone(reader: BrowserContext, app: App, address: str) -> None:
    reader.add_cookies([{"name": "headwater_theme", "value": "dark", "url": app.url}])
    assert not faults(reader, address, 390)


def test_nor_has_the_way_in(app: App, browser: Browser) -> None:
    with browser.new_context(base_url=app.url, bypass_csp=True) as context:
        assert not faults(context, "/sign-in", 1440)
