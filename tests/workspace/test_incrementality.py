"""The incremental model over a company: learned in runs, shown with its baseline, and whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headwater.attribution.model_runs import pathways
from headwater.cli.app import app
from headwater.domain.errors import InputError, UnknownName
from headwater.reports import ReportRequest, RevenueFrom, parse, render
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted
from story import deal, lead, page
from telling import Facts, company, rows, tell

pytestmark = pytest.mark.slow

PAID = "/?utm_source=google&utm_medium=cpc"
MAIL = "/?utm_source=news&utm_medium=email"
SPECIAL = ["(baseline)", "(no touch)"]


def crowd(first: int, last: int) -> Facts:
    """Tell of persons: odd ones met an ad, every third a mail, and every fourth gave a lead."""
    found: Facts = {"event": [], "lead": [], "deal": []}
    for number in range(first, last):
        name = f"v{number}"
        if number % 2:
            found["event"].append(page(name, 0, PAID))
        if number % 3 == 0 or not number % 2:
            found["event"].append(page(name, 1, MAIL))
        if number % 4 == 1:
            found["lead"].append(lead(2, visitor_id=name, email=f"{name}@example.org"))
    found["deal"].append(deal(f"d{first}", 9, "won", 1000, email=f"v{first}@example.org"))
    return found


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Workspace]:
    with company(tmp_path, crowd(1, 61)) as workspace:
        yield workspace


def learn(workspace: Workspace, *models: str) -> None:
    workspace.run_models(wanted(models or ("incremental",)))


def asked(**given: str) -> ReportRequest:
    return parse(given, ReportRequest())


def test_a_run_is_shown_with_its_baseline_and_balances_with_all_conversions(
    told: Workspace,
) -> None:
    learn(told)
    report = told.report("incrementality", asked(metric="leads"))
    shown = report.rows.to_pylist()
    assert [row["channel"] for row in shown[-2:]] == SPECIAL
    assert {row["channel"] for row in shown[:-2]} == {"Paid Search", "Email"}
    assert report.ranks == (0, 0, 1, 1)
    assert report.balance.is_exact
    assert {line.key for line in report.balance.lines} == {"conversions", "amount"}
    assert sum(row["conversions"] for row in shown) == pytest.approx(15.0)
    for row in shown[:-2]:
        assert row["conversions_low"] <= row["conversions"] <= row["conversions_high"]
        assert row["exposed_persons"] >= row["exposed_conversions"] > 0
        assert row["effect_error"] > 0
    assert report.header.model == "incremental"
    assert any("people who met a channel are taken" in note for note in report.header.notes)
    assert any("intervals tell chance, not bias" in note for note in report.header.notes)


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_it_can_be_written_in_every_format(told: Workspace, form: str) -> None:
    learn(told)
    assert b"(baseline)" in render(told.report("incrementality", asked(metric="leads")), form)


def test_conversions_since_the_run_have_a_row_so_that_the_report_still_balances(
    told: Workspace,
) -> None:
    learn(told)
    tell(told, crowd(61, 81))
    told.rebuild()
    report = told.report("incrementality", asked(metric="leads"))
    last = report.rows.to_pylist()[-1]
    assert last["channel"] == "(since the run)"
    assert last["conversions"] == pytest.approx(5.0)
    assert report.balance.is_exact


def test_the_metric_says_which_conversions(told: Workspace) -> None:
    learn(told)
    won = told.report("incrementality", asked(metric="won"))
    assert won.total.to_pylist()[0]["conversions"] == 1.0
    assert won.total.to_pylist()[0]["amount"] == 1000
    assert told.report("incrementality", asked(metric="revenue")).rows == won.rows
    asks = ReportRequest(revenue=RevenueFrom.ORDERS, model="incremental(cap=9)")
    with pytest.raises(InputError, match=r"'order'.*--kind order.*so far: incremental\."):
        told.report("incrementality", asks)
    with pytest.raises(UnknownName, match="metric of incrementality"):
        told.report("incrementality", asked(metric="sessions"))


def test_it_credits_no_touch_and_leaves_other_models_as_they_are(told: Workspace) -> None:
    learn(told, "markov", "incremental")
    kept = rows(told, "from model_credits order by model, conversion_id, touch_id")
    assert {row["model"] for row in kept} == {"markov"}
    assert told.report("models", ReportRequest(metric="leads")).balance.is_exact
    assert "incremental" not in told.report("models", asked(metric="leads")).rows.column_names


@pytest.mark.parametrize("report", ["channels", "models"])
def test_where_touches_are_credited_it_says_what_to_run(told: Workspace, report: str) -> None:
    with pytest.raises(InputError, match="headwater models run --model 'incremental'"):
        told.report(report, asked(model="incremental", models="incremental"))


def test_before_it_was_learned_the_report_says_what_to_run(told: Workspace) -> None:
    with pytest.raises(InputError, match="models run --model 'incremental' --kind lead"):
        told.report("incrementality", asked(metric="leads"))


@pytest.mark.parametrize(
    "given", [{"from": "2026-01-01"}, {"to": "2026-01-01"}, {"filter": "channel=Email"}]
)
def test_it_knows_neither_dates_nor_filters(told: Workspace, given: dict[str, str]) -> None:
    learn(told)
    with pytest.raises(InputError, match="no dates"):
        told.report("incrementality", asked(metric="leads", **given))


def test_effects_are_learned_by_campaign_and_shown_by_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pathways, "OWN_EFFECT", 5)
    facts = crowd(1, 61)
    for number in range(0, 60, 2):
        url = (
            f"{PAID}&utm_campaign={'good' if number % 4 else 'seldom' if not number else 'bad'}"
        )
        facts["event"].append(page(f"v{number}", 0, url))
    with company(tmp_path, facts) as workspace:
        learn(workspace)
        report = workspace.report("incrementality", asked(metric="leads"))
    assert report.rows["channel"].to_pylist()[:-2] == ["Paid Search", "Email"]
    # Email, and of Paid Search: good, bad, and what has no campaign or one seldom met.
    assert any("by campaign (4 effects)" in note for note in report.header.notes)
    assert report.balance.is_exact


def test_the_same_facts_are_not_learned_twice(told: Workspace) -> None:
    learn(told)
    learn(told)
    assert len(told.runs.runs()) == 4


def test_runs_survive_a_rebuild_of_the_tables(told: Workspace) -> None:
    learn(told)
    before = told.report("incrementality", asked(metric="leads")).rows
    told.rebuild()
    assert told.report("incrementality", asked(metric="leads")).rows == before


def test_the_command_line_learns_lists_and_shows_it(told: Workspace, tmp_path: Path) -> None:
    directory = told.directory
    told.close()
    run = CliRunner().invoke

    def say(*words: str) -> str:
        done = run(app, ["--data", str(directory), *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "incremental" in say("models", "run", "--model", "incremental", "--kind", "lead")
    assert "in use" in say("models", "list")
    shown = json.loads(say("report", "incrementality", "--metric", "leads", "--format", "json"))
    assert {row["channel"] for row in shown["rows"]} >= set(SPECIAL)
