"""Chromium, a collector, and pages that have the tracker."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from capture.collecting import KEY, Collecting, collector
from chromium import ARGUMENTS, CHROMIUM
from headwater.capture.snapshot import Site
from tracker.watching import Stored
from tracker.website import HOSTS, Website, serving

_RESOLVING = f"--host-resolver-rules={HOSTS}"
SITE = Site(
    domain="example.com",
    aliases=("example.net", "127.0.0.1", "localhost"),
    own_domains=("example.com", "example.net"),
    write_keys=(KEY,),
    region="DE",
)


@pytest.fixture(scope="session")
def collecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collecting]:
    with collector(tmp_path_factory.mktemp("tracked"), [SITE]) as running:
        yield running


@pytest.fixture
def stored(collecting: Collecting, context: BrowserContext) -> Stored:
    return Stored(collecting, context)


@pytest.fixture(scope="session")
def website(collecting: Collecting) -> Iterator[Website]:
    port = urlsplit(collecting.url).port
    with serving(f"http://collect.example.com:{port}") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*ARGUMENTS, _RESOLVING]
        )
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1000, "height": 500}, locale="en-GB") as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test for any error that a script of it did not mean to make."""
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    yield opened
    assert not troubles
