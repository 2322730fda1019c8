"""What people see of data-driven models: how to get them, what they found, how sure it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from headwater.web import house
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted
from web.scene import Company, tell

pytestmark = pytest.mark.slow

SPAN = "period=all"


def _told(directory: Path) -> Iterator[Workspace]:
    """The told company in a directory of its own, where nothing has been learned."""
    with Workspace.open(directory) as workspace:
        tell(workspace.facts)
        workspace.rebuild()
        yield workspace


@pytest.fixture
def untaught(tmp_path: Path, company: Company) -> Iterator[Workspace]:
    for workspace in _told(tmp_path):
        house.use(workspace)
        yield workspace
        house.use(company.workspace)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    for workspace in _told(tmp_path_factory.mktemp("learned")):
        workspace.run_models(wanted(["markov", "markov(order=2)", "shapley"]))
        yield workspace


@pytest.fixture
def taught(learned: Workspace, company: Company) -> Iterator[Workspace]:
    house.use(learned)
    yield learned
    house.use(company.workspace)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_before_anything_is_learned_the_screen_says_how(
    as_bob: Client, untaught: Workspace
) -> None:
    assert "headwater models run" in page(as_bob, "/models")
    assert 'value="markov"' not in page(as_bob, "/channels")


def test_a_model_not_learned_is_answered_with_what_to_do(
    as_bob: Client, untaught: Workspace
) -> None:
    answer = as_bob.get("/channels?model=markov")
    assert answer.status_code == 400
    assert "headwater models run" in answer.content.decode()


def test_a_learned_model_is_among_the_choices_and_explained(
    as_bob: Client, taught: Workspace
) -> None:
    shown = page(as_bob, f"/channels?model=markov&{SPAN}")
    assert '<option value="markov" selected>Markov chain (data-driven)</option>' in shown
    assert "Markov chain of order 2 (data-driven)" in shown
    assert "How sure is this? Markov chain (data-driven), Revenue" in shown
    assert "Balances to the CRM to the cent" in shown
    assert "from 1 conversions and 1 people who did not convert" in shown
    assert "too few conversions" in shown
    assert "Lost without it" in shown


@pytest.mark.parametrize("metric", ["leads", "opportunities", "won", "revenue", "orders"])
def test_every_conversion_of_the_screen_has_its_own_run(
    as_bob: Client, taught: Workspace, metric: str
) -> None:
    shown = page(as_bob, f"/channels?model=shapley&metric={metric}&{SPAN}")
    assert "How sure is this? Shapley (data-driven)" in shown
    assert "Lost without it" not in shown


def test_a_rule_needs_no_proof_of_being_sure(as_bob: Client, taught: Workspace) -> None:
    assert "How sure is this" not in page(as_bob, f"/channels?model=linear&{SPAN}")


def test_models_stand_side_by_side_with_the_runs_below(
    as_bob: Client, taught: Workspace
) -> None:
    shown = page(as_bob, f"/models?{SPAN}")
    assert "Markov chain (data-driven)" in shown
    assert "Won deals" in shown
    assert "Under every model" in shown


def test_the_overview_and_a_journey_take_a_learned_model(
    as_bob: Client, taught: Workspace
) -> None:
    assert "Markov chain" in page(as_bob, f"/?model=markov&{SPAN}")
    assert "Markov chain" in page(as_bob, "/journeys/v-ada?model=markov")


def test_another_lookback_says_what_was_learned_under(
    as_bob: Client, taught: Workspace
) -> None:
    shown = page(as_bob, f"/channels?model=markov&lookback=30d&{SPAN}")
    assert "learned with a lookback of 90 days" in shown


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("tr", "Modele göre"),
        ("th", "ตามโมเดล"),
        ("id", "Menurut model"),
        ("ru", "По модели"),
    ],
)
def test_the_screen_speaks_the_readers_language(
    as_bob: Client, taught: Workspace, language: str, words: str
) -> None:
    with translation.override(language):
        answer = as_bob.get(
            f"/channels?model=markov&{SPAN}", headers={"accept-language": language}
        )
    assert words in answer.content.decode()


def test_a_run_is_seen_at_once(as_bob: Client, untaught: Workspace) -> None:
    assert 'value="leave_one_out"' not in page(as_bob, f"/channels?{SPAN}")
    untaught.run_models(wanted(["leave_one_out"]))
    assert 'value="leave_one_out"' in page(as_bob, f"/channels?{SPAN}")


# The API


def test_the_api_lists_runs_with_what_they_were_made_of(
    as_bob: Client, taught: Workspace
) -> None:
    runs = json.loads(page(as_bob, "/api/v1/models"))["runs"]
    assert len(runs) == 12
    (won,) = (one for one in runs if (one["model"], one["kind"]) == ("markov", "won"))
    assert won["is_in_use"]
    assert won["lookback"] == "90d"
    assert str(won["watermark"]) == taught.warehouse.state()["watermark"]
    assert won["rule_version"] == taught.rules.version


def test_the_api_lets_nobody_learn_without_the_token(
    as_bob: Client, untaught: Workspace
) -> None:
    answer = as_bob.post("/api/v1/models/run", "{}", content_type="application/json")
    assert answer.status_code == 401
    assert not untaught.runs.runs()


def test_the_api_answers_a_report_by_a_learned_model_however_it_is_written(
    as_bob: Client, taught: Workspace
) -> None:
    told = json.loads(page(as_bob, "/api/v1/reports/channels?model=markov(2)"))
    assert told["header"]["model"] == "markov(order=2)"
