"""What people see of incrementality: how to get it, what it says, when not to trust it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

import story
from headwater.domain.words import FactKind
from headwater.reports import ReportRequest
from headwater.web import catalogue, house, tasks
from headwater.web.tasks import Task
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted
from web import pages
from web.scene import Company

pytestmark = pytest.mark.slow

PAID = "/?utm_source=google&utm_medium=cpc"
MAIL = "/?utm_source=news&utm_medium=email"


def _tell(workspace: Workspace) -> None:
    """Sixty people: odd ones met an ad, most others a mail, and every fourth gave a lead."""
    seen, leads = [], []
    for number in range(1, 61):
        name = f"v{number}"
        if number % 2:
            seen.append(story.page(name, 0, PAID))
        if number % 3 == 0 or not number % 2:
            seen.append(story.page(name, 1, MAIL))
        if number % 4 == 1:
            leads.append(story.lead(2, visitor_id=name, email=f"{name}@example.org"))
    workspace.facts.append(FactKind.EVENT, seen)
    workspace.facts.append(FactKind.LEAD, leads)
    workspace.facts.append(
        FactKind.DEAL, [story.deal("d1", 9, "won", 1000, email="v1@example.org")]
    )
    workspace.rebuild(full=True)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.open(tmp_path_factory.mktemp("crowd")) as workspace:
        _tell(workspace)
        workspace.run_models(wanted(["incremental"]))
        yield workspace


@pytest.fixture
def taught(crowd: Workspace, company: Company) -> Iterator[Workspace]:
    house.use(crowd)
    yield crowd
    house.use(company.workspace)


@pytest.fixture
def untaught(tmp_path: Path, company: Company) -> Iterator[Workspace]:
    with Workspace.open(tmp_path) as workspace:
        _tell(workspace)
        house.use(workspace)
        yield workspace
        tasks.stop()
        house.use(company.workspace)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return " ".join(pages.read(answer.content).text.split())


def test_before_it_is_learned_the_screen_says_how_and_the_button_does_it(
    as_alice: Client, untaught: Workspace
) -> None:
    page = as_alice.get("/incrementality").content.decode()
    assert "Not learned yet for these conversions" in page
    assert 'name="model" value="incremental"' in page
    answer = as_alice.post("/models/learn", {"model": "incremental"})
    assert answer.headers["Location"] == "/incrementality"
    tasks.wait(Task.MODELS, 60)
    assert {run.model for run in untaught.runs.runs()} == {"incremental"}
    assert "Brought by the channels" in text(as_alice, "/incrementality")


def test_who_has_the_app_keep_it_learned_is_not_told_to(
    as_alice: Client, untaught: Workspace
) -> None:
    assert "in the setting data_driven_models" in text(as_alice, "/incrementality")
    named = {"data_driven_models": ("markov", "incremental")}
    untaught.settings = untaught.settings.model_copy(update=named)
    shown = text(as_alice, "/incrementality")
    assert "in the setting data_driven_models" not in shown
    assert "Learn now" in shown


def test_a_viewer_is_told_whom_to_ask(as_bob: Client, untaught: Workspace) -> None:
    shown = text(as_bob, "/incrementality")
    assert "Ask an owner to have it learned." in shown
    assert "Learn now" not in shown


def test_it_shows_what_came_anyway_beside_what_each_channel_brought(
    as_bob: Client, taught: Workspace
) -> None:
    shown = text(as_bob, "/incrementality")
    assert "Would have come anyway" in shown
    assert "When not to trust it" in shown
    assert "from 15 conversions with a touch and 45 people who did not convert" in shown
    assert "Balances to the CRM to the cent" in shown
    assert "too few conversions" in shown


def test_the_picture_has_the_shares_of_the_report_and_those_of_the_rules(
    as_bob: Client, taught: Workspace
) -> None:
    page = as_bob.get("/incrementality").content.decode()
    found = re.search(r'<script id="data-incrementality"[^>]*>(.*?)</script>', page)
    assert found
    drawn = json.loads(found[1])
    report = taught.report("incrementality", ReportRequest(metric="leads"))
    shares = {row["channel"]: row["share"] for row in report.rows.to_pylist()}
    for channel, row in zip(drawn["categories"], drawn["rows"], strict=True):
        assert row["share"] == pytest.approx(shares[channel])
    assert set(drawn["categories"]) == {"Paid Search", "Email"}
    for row in drawn["rows"]:
        assert row["low"] <= row["share"] <= row["high"]
    for mark in drawn["marks"]:
        assert sum(mark["values"]) == pytest.approx(1.0)
    assert [mark["name"] for mark in drawn["marks"]] == ["Last touch", "First touch"]


def test_money_is_shown_as_money(as_bob: Client, taught: Workspace) -> None:
    assert "€10.00" in text(as_bob, "/incrementality?metric=revenue")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/incrementality?metric=luck", "There is no metric of incrementality"),
        ("/incrementality?from=2026-01-01", "There is no option of this screen"),
    ],
)
def test_a_wrong_question_is_answered(
    as_bob: Client, taught: Workspace, address: str, said: str
) -> None:
    answer = as_bob.get(address)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_model_that_is_none_is_not_learned(as_alice: Client, taught: Workspace) -> None:
    answer = as_alice.post("/models/learn", {"model": "luck"})
    assert answer.status_code == 400
    assert "luck" in answer.content.decode()


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_it_speaks_the_readers_language(
    as_bob: Client, taught: Workspace, language: str
) -> None:
    with translation.override(language):
        wanted_words = [
            translation.gettext(one)
            for one in ("Would have come anyway", "When not to trust it", "too few conversions")
        ]
    answer = as_bob.get("/incrementality", headers={"accept-language": language})
    shown = answer.content.decode()
    assert all(one in shown for one in wanted_words)
    assert "Likely between" not in shown
