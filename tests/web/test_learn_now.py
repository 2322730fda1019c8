"""Models are learned when an owner presses the button: once at a time, with how far it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from headwater.web import house, tasks
from headwater.web.accounts.models import User
from headwater.web.tasks import Task
from headwater.workspace import Workspace
from web import pages
from web.scene import Company

pytestmark = pytest.mark.slow


@pytest.fixture
def lesson(own: Workspace) -> Iterator[threading.Event]:
    """Models are being learned until the event is set."""
    go_on, begun = threading.Event(), threading.Event()

    def work(tell: tasks.Tell, _is_stopping: tasks.IsStopping) -> None:
        tell("markov, lead", 3, 8)
        begun.set()
        go_on.wait(20)

    assert tasks.start(Task.MODELS, work)
    assert begun.wait(10)
    yield go_on
    go_on.set()
    tasks.wait(Task.MODELS)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(pages.read(answer.content).text.split())


def test_an_owner_has_the_models_learned_at_once(as_alice: Client, own: Workspace) -> None:
    assert "Learn now" in text(as_alice, "/models")
    answer = as_alice.post("/models/learn")
    assert answer.headers["Location"] == "/models"
    tasks.wait(Task.MODELS, 60)
    assert {run.model for run in own.runs.runs()} == {"markov", "shapley"}
    assert "Markov chain (data-driven)" in text(as_alice, "/models")


def test_while_they_are_learned_the_screen_says_how_far_it_is(
    as_bob: Client, lesson: threading.Event
) -> None:
    for address in ("/models", "/models/learning"):
        shown = text(as_bob, address)
        assert "The models are being learned" in shown
        assert "3 of 8" in shown
        assert "Markov chain (data-driven) for Leads" in shown
    assert "HX-Refresh" not in as_bob.get("/models/learning").headers
    lesson.set()
    tasks.wait(Task.MODELS, 10)
    assert as_bob.get("/models/learning").headers["HX-Refresh"] == "true"


def test_a_second_press_says_that_it_is_under_way(
    as_alice: Client, own: Workspace, lesson: threading.Event
) -> None:
    shown = as_alice.post("/models/learn", follow=True).content.decode()
    assert "The models are being learned already." in shown
    assert not own.runs.runs()


def test_what_went_wrong_is_shown(as_alice: Client, tmp_path: Path, company: Company) -> None:
    with Workspace.open(tmp_path) as empty:
        house.use(empty)
        as_alice.post("/models/learn")
        tasks.wait(Task.MODELS, 20)
        house.use(company.workspace)
    assert "nothing to learn from yet" in text(as_alice, "/models")
    tasks.start(Task.MODELS, lambda _tell, _is_stopping: None)
    tasks.wait(Task.MODELS, 10)


def test_only_an_owner_s_own_form_begins_it(
    as_bob: Client, as_charlie: Client, as_alice: Client, alice: User, own: Workspace
) -> None:
    assert "Learn now" not in text(as_bob, "/models")
    assert as_bob.post("/models/learn").status_code == 403
    assert as_charlie.post("/models/learn").headers["Location"].startswith("/sign-in")
    assert as_charlie.get("/models/learning").headers["Location"].startswith("/sign-in")
    assert as_alice.get("/models/learn").status_code == 405
    foreign = Client(enforce_csrf_checks=True)
    foreign.force_login(alice)
    assert foreign.post("/models/learn").status_code == 403
    assert not tasks.progress(Task.MODELS).is_running
    assert not own.runs.runs()
