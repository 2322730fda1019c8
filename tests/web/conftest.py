"""The company that the screens show, and the people who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chromium import ARGUMENTS, CHROMIUM
from headwater.web import house, tasks
from headwater.web.accounts.models import FailedSignIn, Role, SignInLink, User
from headwater.workspace import Workspace
from web import DIRECTORY
from web.running import App
from web.scene import PASSWORD, Company, tell


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    with Workspace.open(DIRECTORY) as workspace:
        tell(workspace.facts)
        workspace.rebuild(full=True)
        rows = workspace.warehouse.query(
            "select person_id, external_id from persons"
        ).to_pylist()
        ids = {row["external_id"]: row["person_id"] for row in rows}
        house.use(workspace)
        yield Company(workspace, ids["crm:1"], ids["crm:2"])
        house.use(None)


@pytest.fixture(autouse=True)
def _nobody_yet(company: Company) -> None:
    for model in (SignInLink, FailedSignIn, User):
        model.objects.all().delete()


@pytest.fixture
def alice() -> User:
    """An owner."""
    return User.objects.add("alice@example.com", PASSWORD, Role.OWNER, "Alice")


@pytest.fixture
def bob() -> User:
    """A viewer."""
    return User.objects.add("bob@example.com", PASSWORD, Role.VIEWER, "Bob")


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return _signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return _signed_in(bob)


@pytest.fixture
def as_charlie() -> Client:
    """Somebody from outside."""
    return Client()


@pytest.fixture
def own(tmp_path: Path, company: Company) -> Iterator[Workspace]:
    """The told company in a directory of its own."""
    with Workspace.open(tmp_path) as workspace:
        tell(workspace.facts)
        workspace.rebuild()
        house.use(workspace)
        yield workspace
        tasks.stop()
        house.use(company.workspace)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def owner(app: App, browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=app.url, locale="en-GB") as context:
        context.new_page().goto(app.link)
        yield context


@pytest.fixture
def page(owner: BrowserContext) -> Iterator[Page]:
    """An owner's page that fails the test for any error in its console."""
    opened = owner.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on(
        "console", lambda said: troubles.append(said.text) if said.type == "error" else None
    )
    yield opened
    opened.close()
    assert not troubles
