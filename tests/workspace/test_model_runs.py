"""Data-driven models over a company: learned on a schedule, kept, credited by, made again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.domain.errors import InputError, StoreError, UnknownName
from headwater.domain.times import DAY, now_micros
from headwater.domain.words import FactKind
from headwater.facts import PersonKeys
from headwater.reports import ReportRequest
from headwater.workspace import Keeper, Workspace
from headwater.workspace.modelling import kinds_named, wanted
from story import deal, lead, page
from telling import Facts, company, rows, tell

pytestmark = pytest.mark.slow

PAID = "/?utm_source=google&utm_medium=cpc"
MAIL = "/?utm_source=news&utm_medium=email"
SOCIAL = "/?utm_source=facebook&utm_medium=paid_social"
MODELS = ("markov", "shapley")

TOLD: Facts = {
    "event": [
        page("ann", 0, PAID),
        page("ann", 1, MAIL),
        page("bob", 0, MAIL),
        page("cleo", 0, PAID),
        page("cleo", 1, SOCIAL),
        page("dan", 0, SOCIAL),
        page("eve", 0, PAID),
    ],
    "lead": [
        lead(2, visitor_id="ann", email="ann@example.org"),
        lead(2, visitor_id="bob", email="bob@example.org"),
        lead(2, visitor_id="cleo", email="cleo@example.org"),
    ],
    "deal": [
        deal("d1", 9, "won", 1000, email="ann@example.org"),
        deal("d2", 9, "won", 501, email="cleo@example.org"),
    ],
}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Workspace]:
    with company(tmp_path, TOLD) as workspace:
        yield workspace


def learn(workspace: Workspace, *models: str) -> None:
    workspace.run_models(wanted(models or MODELS))


def credited(workspace: Workspace) -> list[dict[str, object]]:
    return rows(workspace, "from model_credits order by model, conversion_id, touch_id")


def won_by_channel(workspace: Workspace, model: str) -> dict[str, tuple[float, int]]:
    report = workspace.report("channels", ReportRequest(model=model))
    assert report.balance.is_exact
    return {row["channel"]: (row["won"], row["revenue"]) for row in report.rows.to_pylist()}


def test_a_report_by_a_model_that_was_not_learned_says_how_it_is(told: Workspace) -> None:
    with pytest.raises(InputError, match=r"headwater models run --model 'markov\(order=2\)'"):
        told.report("channels", ReportRequest(model="markov(order=2)"))


def test_a_report_is_credited_by_what_was_learned(told: Workspace) -> None:
    learn(told)
    found = won_by_channel(told, "shapley")
    assert found["Paid Search"] == (1.0, pytest.approx(750.5, abs=1))
    assert sum(revenue for _, revenue in found.values()) == 1501


def test_a_report_says_what_its_model_was_learned_from(told: Workspace) -> None:
    learn(told)
    notes = told.report("channels", ReportRequest(model="markov")).header.notes
    (note,) = [one for one in notes if "markov, won deals: learned" in one]
    watermark = told.warehouse.state()["watermark"]
    assert f"from 2 of them and 3 persons without, facts up to {watermark}" in note


def test_every_report_and_journey_takes_a_learned_model(told: Workspace) -> None:
    learn(told)
    for name in ("channels", "overview", "models", "opportunities", "lead-sources"):
        assert told.report(name, ReportRequest(model="markov")).balance.is_exact
    side_by_side = told.report("models", ReportRequest())
    assert {"linear", "markov", "shapley"} <= {column.key for column in side_by_side.columns}
    journey = told.journey("ann", ReportRequest(models=("markov", "linear")))
    for model in ("markov", "linear"):
        shares = [
            one.weight
            for one in journey.credits
            if one.model == model and one.conversion_id == "won:d1"
        ]
        assert sum(shares) == pytest.approx(1)


def test_another_lookback_is_credited_with_the_same_factors_and_says_so(
    told: Workspace,
) -> None:
    learn(told)
    report = told.report("channels", ReportRequest(model="markov", lookback=30 * DAY))
    assert report.balance.is_exact
    assert any("learned with a lookback of 90d" in one for one in report.header.notes)
    journey = told.journey("ann", ReportRequest(models=("markov",), lookback=None))
    assert journey.credits


def test_learning_twice_changes_nothing(told: Workspace) -> None:
    learn(told)
    before, history = credited(told), told.runs.runs()
    learn(told)
    assert told.runs.runs() == history
    assert credited(told) == before
    assert before


def test_conversions_after_a_run_are_credited_and_counted(told: Workspace) -> None:
    learn(told)
    tell(told, {"deal": [deal("d3", 12, "won", 70, email="bob@example.org")]})
    assert won_by_channel(told, "markov")["Email"][0] > 1
    notes = told.report("channels", ReportRequest(model="markov")).header.notes
    assert any("1 newer ones are credited with what was learned then" in one for one in notes)


def test_runs_outlive_a_full_rebuild_which_gives_the_same_credit(told: Workspace) -> None:
    learn(told)
    before = credited(told)
    told.rebuild(full=True)
    assert credited(told) == before


def test_credit_of_new_facts_is_what_a_full_rebuild_gives(told: Workspace) -> None:
    learn(told)
    done = None
    for day, who in ((12, "bob"), (13, "ann"), (14, "cleo")):
        told.facts.append(
            FactKind.DEAL,
            [deal(f"new-{who}", day, "won", 70 + day, email=f"{who}@example.org")],
        )
        done = told.rebuild()
    assert done is not None
    assert not done.is_full
    piecewise = credited(told)
    told.rebuild(full=True)
    assert credited(told) == piecewise
    assert {row["conversion_id"] for row in piecewise} >= {"won:new-bob", "won:new-ann"}


def test_old_runs_stay_listed_and_the_newest_is_used(told: Workspace) -> None:
    learn(told)
    first = told.runs.in_use()
    tell(told, {"deal": [deal("d3", 12, "won", 70, email="bob@example.org")]})
    learn(told)
    assert len(told.runs.runs()) == 2 * len(MODELS) * 4
    assert told.runs.in_use().version != first.version
    assert told.warehouse.state()["model_runs"] == told.runs.in_use().version
    kept = told.runs.runs()[-1]
    assert told.runs.results(kept.run_id)


def test_one_kind_may_be_learned_alone(told: Workspace) -> None:
    told.run_models(wanted(["leave_one_out"], kinds_named(["deal"])))
    (run,) = told.runs.runs()
    assert (run.model, run.kind, run.lookback) == ("leave_one_out", "won", "90d")
    report = told.report("channels", ReportRequest(model="leave_one_out"))
    assert report.balance.is_exact
    assert any("not learned for leads, opportunities, orders" in n for n in report.header.notes)


def test_a_kind_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match="opportunity"):
        kinds_named(["visit"])


def test_there_is_nothing_to_learn_before_the_first_rebuild(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace, pytest.raises(StoreError, match="rebuild"):
        learn(workspace)


def test_of_an_erased_person_no_learned_credit_is_left(told: Workspace) -> None:
    learn(told)
    (person,) = {
        row["person_id"]
        for row in rows(told, "from conversions where conversion_id = 'won:d1'")
    }
    assert any(row["person_id"] == person for row in credited(told))
    told.facts.erase(PersonKeys(emails=("ann@example.org",), visitor_ids=("ann",)))
    told.rebuild()
    left = credited(told)
    assert left
    assert not any(person in map(str, row.values()) for row in left)
    assert won_by_channel(told, "markov")
    assert told.models_due() == wanted(MODELS), "what was learned with them is learned anew"


# The schedule


def test_models_are_due_once_then_when_new_facts_are_a_day_old(told: Workspace) -> None:
    assert told.models_due() == wanted(MODELS)
    told.run_models(told.models_due())
    later = now_micros() + 2 * DAY
    assert told.modeller.due(-1) == ()
    assert told.modeller.due(-1, later) == (), "nothing new came in"
    tell(told, {"deal": [deal("d3", 12, "won", 70, email="bob@example.org")]})
    assert told.modeller.due(-1) == ()
    assert told.modeller.due(-1, later) == wanted(MODELS)


def test_models_are_due_at_once_under_other_settings(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        learn(workspace)
    with company(tmp_path, {}, 'lookback = "7d"\n') as workspace:
        assert workspace.models_due() == wanted(MODELS)
        learn(workspace)
        assert {run.lookback for run in workspace.runs.runs()[:8]} == {"7d"}


def test_a_schedule_may_be_off(tmp_path: Path) -> None:
    with company(tmp_path, TOLD, 'data_driven_every = "off"\n') as workspace:
        assert workspace.models_due() == ()


def test_the_keeper_learns_what_is_due(told: Workspace) -> None:
    keeper = Keeper(told)
    keeper.learn_once()
    assert not keeper.last_error
    assert len(told.runs.runs()) == 8
    assert credited(told)


def test_a_keeper_that_is_told_to_stop_learns_nothing_more(told: Workspace) -> None:
    assert told.run_models(wanted(MODELS), is_stopping=lambda: True) == ()
    assert not told.runs.runs()


KILLED = """
import os, signal, sys
from pathlib import Path
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted

def tell(what, done, of):
    if done == 3:
        os.kill(os.getpid(), signal.SIGKILL)

with Workspace.open(Path(sys.argv[1])) as workspace:
    workspace.run_models(wanted(["markov", "shapley"]), tell=tell)
"""


def test_a_learner_that_is_killed_leaves_whole_runs_and_is_finished_later(
    tmp_path: Path,
) -> None:
    with company(tmp_path, TOLD) as workspace:
        learn(workspace, "leave_one_out")
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=120
    )
    assert child.returncode == -9
    with Workspace.open(tmp_path) as workspace:
        assert len(workspace.runs.runs()) == 4 + 3
        workspace.rebuild()
        learned = {row["model"] for row in rows(workspace, "from model_credits")}
        assert "leave_one_out" in learned
        report = workspace.report("channels", ReportRequest(model="leave_one_out"))
        assert report.balance.is_exact
        learn(workspace)
        assert len(workspace.runs.runs()) == 4 + 8
        assert won_by_channel(workspace, "markov")
