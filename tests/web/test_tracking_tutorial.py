"""The tutorial of tracking works as it is written, in a shell and in a browser.

Its commands, its page and its address are read from it. Only the ports are others, so that the
test can run beside anything.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from chromium import ARGUMENTS, CHROMIUM
from web.running import free_port
from web.sites.test_sites_in_browser import AGENT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]
TEXT = (Path(__file__).parents[2] / "docs" / "tutorial" / "track-your-site.md").read_text(
    "utf-8"
)
ADD, SERVE, SHOW, JOURNEY = re.findall(r"```sh\n(.*?)\n```", TEXT, re.DOTALL)
(PAGE,) = re.findall(r"```html\n(.*?)```", TEXT, re.DOTALL)
(ADDRESS,) = re.findall(r"```text\n(.*?)\n```", TEXT, re.DOTALL)
PASSWORD = re.compile(r"can sign in with the password (\S+)\.")


@pytest.fixture(autouse=True)
def _nobody_yet() -> None:
    """The tutorial makes its own account, in its own directory."""


class Learner:
    """Somebody who types along in an empty directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.password = ""
        self.app, self.collector, self.shop = (str(free_port()) for _ in range(3))
        kept = {name: text for name, text in os.environ.items() if "HEADWATER" not in name}
        scripts = Path(sys.executable).parent
        self._environment = {
            **kept,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
        }

    def here(self, text: str) -> str:
        """What is written, with the ports of this run."""
        for written, port in (
            ("8000", self.app),
            ("8001", self.collector),
            ("8080", self.shop),
        ):
            text = re.sub(rf"\b{written}\b", port, text)
        return text

    def type(self, command: str, answer: str = "") -> str:
        """Run a command to its end, and return what it printed."""
        done = subprocess.run(
            ["/bin/bash", "-euc", self.here(command)],
            cwd=self.directory, env=self._environment, input=answer, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    @contextmanager
    def leave_running(self, command: str, address: str) -> Iterator[None]:
        """Run a command until the block ends, which begins when the address answers."""
        with subprocess.Popen(
            ["/bin/bash", "-euc", f"exec {self.here(command)}"],
            cwd=self.directory, env=self._environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                _wait_for(self.here(address))
                yield
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(30)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(address, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{address} did not answer")


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    """Who has done the first command and left the app running."""
    made = Learner(tmp_path)
    with ExitStack() as opened:
        said = made.type(ADD, answer="\n")
        found = PASSWORD.search(said)
        assert found is not None, said
        made.password = found[1]
        serving = f"{SERVE} --port {made.app} --collector-port {made.collector}"
        opened.enter_context(made.leave_running(serving, "http://127.0.0.1:8000/sign-in"))
        yield made


def test_the_tutorial_works_as_it_is_written(learner: Learner) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(ARGUMENTS)
        )
        with browser.new_context(locale="en-GB", user_agent=AGENT) as context:
            owner = context.new_page()
            _sign_in(owner, learner)
            line = _add_site(owner)
            _make_page(learner, line)
            with learner.leave_running(SHOW, "http://127.0.0.1:8080/"):
                visited = context.new_page()
                visited.goto(learner.here(ADDRESS))
                owner.get_by_text("Events arrive from localhost").wait_for(timeout=20_000)
                owner.get_by_role("cell", name="Email").first.wait_for()
                _become_a_lead(visited)
                _look_at_yourself(owner, learner)
            assert "newsletter" in learner.type(JOURNEY)
            _teach_it_a_channel(owner, learner)
        browser.close()


def _sign_in(page: Page, learner: Learner) -> None:
    page.goto(learner.here("http://127.0.0.1:8000"))
    page.get_by_label("E-mail").fill("you@example.com")
    page.get_by_label("Password").fill(learner.password)
    page.keyboard.press("Enter")


def _add_site(page: Page) -> str:
    page.get_by_role("link", name="Sites", exact=True).click()
    page.get_by_role("link", name="Add a site").first.click()
    page.get_by_label("Domain").fill("localhost")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Further hosts").fill("127.0.0.1")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Waiting for the first event").wait_for()
    return page.locator("#snippet").inner_text()


def _make_page(learner: Learner, line: str) -> None:
    """Put the line in place of the second one, and the key into the form's address."""
    written = learner.here(PAGE).splitlines()
    key = re.search(r'data-key="(hw_\w+)"', line)
    assert key is not None
    assert line == written[1].replace("hw_...", key[1]), "the tutorial shows the line as it is"
    text = "\n".join((written[0], line, *written[2:])).replace("hw_...", key[1])
    (learner.directory / "shop").mkdir()
    (learner.directory / "shop" / "index.html").write_text(text, "utf-8")


def _become_a_lead(page: Page) -> None:
    page.get_by_placeholder("Name").fill("Hana Sato")
    page.get_by_placeholder("E-mail").fill("you@example.com")
    page.get_by_placeholder("How did you hear of us?").fill("a friend")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you").wait_for()


def _look_at_yourself(page: Page, learner: Learner) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        page.goto(learner.here("http://127.0.0.1:8000/leads"))
        if page.get_by_role("link", name="Hana Sato").count():
            break
        time.sleep(0.5)
    page.get_by_role("link", name="Hana Sato").click()
    page.get_by_text("newsletter / email · first").wait_for()
    page.get_by_text("“a friend”").wait_for()
    page.get_by_text("Raw facts and the rule that decided").first.click()
    page.get_by_text("by the rule “email”").wait_for()


def _teach_it_a_channel(page: Page, learner: Learner) -> None:
    page.get_by_role("link", name="Channels", exact=True).click()
    page.get_by_role("link", name="Channel rules").click()
    page.get_by_role("link", name="Add a rule").first.click()
    page.get_by_label("Name").fill("newsletter")
    page.get_by_label("Channel", exact=True).fill("House mail")
    page.get_by_label("What the rule looks at").select_option(label="Source")
    page.locator("[data-row] input").fill("newsletter")
    page.get_by_role("button", name="See what it does").last.click()
    page.get_by_role("row", name="Email → House mail").get_by_role("cell").first.wait_for()
    moved = page.get_by_role("row", name="Email → House mail").get_by_role("cell")
    assert moved.first.inner_text() == "1"
    page.get_by_role("button", name="Save, and make the past anew").click()
    page.get_by_text("All reports are by the saved rules.").wait_for(timeout=30_000)
    assert "House mail" in learner.type(JOURNEY)


def test_every_block_of_the_tutorial_is_used() -> None:
    assert TEXT.count("```") == 2 * (4 + 1 + 1)
