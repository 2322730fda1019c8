"""The command line as people meet it: right answers, and one clear line for what is wrong."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from headwater import __version__
from headwater.workspace import Settings

pytestmark = pytest.mark.slow

LEADS = "external_id,occurred_at,source,medium\n1,2026-03-01,google,cpc\n2,2026-03-02,,\n"
DEALS = (
    "deal_id,external_id,status,closed_at,amount,currency\n"
    "A,1,won,2026-03-20,1200.50,EUR\nB,2,lost,2026-03-21,80,EUR\n"
)


def headwater(data: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("headwater")), "--data", str(data)]
    return subprocess.run(
        [*command, *map(str, words)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("loaded")
    for kind, text in (("leads", LEADS), ("deals", DEALS)):
        path = place / f"{kind}.csv"
        path.write_text(text, "utf-8")
        assert headwater(place / "data", "import", kind, path).returncode == 0
    return place / "data"


@pytest.fixture
def company(loaded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(loaded, tmp_path / "data")


def test_a_report_has_rows_on_the_output_and_its_balance_beside_it(company: Path) -> None:
    asked = ("channels", "--format", "csv", "--columns", "won,revenue")
    done = headwater(company, "report", *asked)
    rows = {row["channel"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert rows["Paid Search"]["revenue"] == "1200.50"
    assert "Balance" in done.stderr
    assert done.returncode == 0


def test_every_model_and_date_basis_gives_a_balanced_report(company: Path) -> None:
    for basis in ("touch", "lead", "opportunity", "close", "payment"):
        done = headwater(
            company, "report", "channels", "--format", "json", "--date-basis", basis,
            "--model", "position", "--from", "2026-03-02", "--to", "2026-03-20",
        )  # fmt: skip
        told = json.loads(done.stdout)
        assert all(float(line["difference"]) == 0 for line in told["balance"])


def test_models_are_learned_listed_and_reported_by(company: Path) -> None:
    assert "headwater models run" in headwater(company, "models", "list").stderr
    refused = headwater(company, "report", "channels", "--model", "markov")
    assert refused.returncode == 1
    assert "headwater models run" in refused.stderr

    learned = headwater(company, "models", "run", "--model", "markov(1)", "--kind", "deal")
    assert learned.returncode == 0
    (run,) = json.loads(headwater(company, "models", "list", "--format", "json").stdout)["runs"]
    assert (run["model"], run["kind"], run["is_in_use"]) == ("markov", "won", True)

    done = headwater(company, "report", "channels", "--model", "markov", "--format", "json")
    told = json.loads(done.stdout)
    assert all(float(line["difference"]) == 0 for line in told["balance"])
    assert "markov, won deals: learned" in done.stderr

    wrong = headwater(company, "models", "run", "--model", "linear", "--kind", "deal")
    assert wrong.returncode == 1
    assert "data-driven model 'linear'" in wrong.stderr


def test_a_journey_shows_each_touch_and_its_credit(company: Path) -> None:
    done = headwater(company, "journey", "1", "--format", "json", "--model", "last")
    told = json.loads(done.stdout)
    assert [touch["channel"] for touch in told["touches"]] == ["Paid Search"]
    won = [one for one in told["credits"] if one["conversion_id"] == "won:A"]
    assert [(one["weight"], one["value"]) for one in won] == [(1.0, 1200.5)]


def test_the_demo_makes_its_tables_once(tmp_path: Path) -> None:
    load = ("demo", "--events", "1000", "--load-only")
    assert headwater(tmp_path, *load).stderr.count("Made the derived tables") == 1
    assert "Made the derived tables" not in headwater(tmp_path, *load).stderr


def test_the_demo_learns_incrementality_unless_it_is_told_otherwise(tmp_path: Path) -> None:
    load = ("demo", "--events", "1000", "--load-only")
    assert headwater(tmp_path / "new", *load).returncode == 0
    settings = Settings.load(tmp_path / "new", {})
    assert settings.data_driven_models == ("markov", "shapley", "incremental")
    own = tmp_path / "own" / "settings.toml"
    own.parent.mkdir()
    own.write_text('currency = "TRY"\n', "utf-8")
    assert headwater(own.parent, *load).returncode == 0
    assert own.read_text("utf-8") == 'currency = "TRY"\n'


def test_facts_are_counted_and_exported(company: Path) -> None:
    counted = headwater(company, "facts", "count", "--format", "csv").stdout
    assert "lead,2\n" in counted
    exported = headwater(company, "facts", "export", "--kind", "deal").stdout
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert {row["deal_id"] for row in rows} == {"A", "B"}
    assert "personal" not in rows[0]


def test_the_doctor_finds_a_sound_directory_sound(company: Path) -> None:
    done = headwater(company, "doctor", "--deep")
    assert done.returncode == 0
    assert "ill" not in done.stdout.split()


def test_the_doctor_finds_a_missing_file(company: Path, tmp_path: Path) -> None:
    world = tmp_path / "world"
    assert headwater(world, "world", "--events", "1000").returncode == 0
    next((world / "lake" / "event").rglob("*.parquet")).unlink()
    done = headwater(world, "doctor")
    assert done.returncode == 1
    assert "ill" in done.stdout


WRONG = {
    "an unknown report": (["report", "chanels"], "Did you mean 'channels'?"),
    "an unknown model": (["report", "channels", "--model", "best"], "linear"),
    "a negative lookback": (["report", "channels", "--lookback=-3d"], "span of time"),
    "an unknown basis": (["report", "channels", "--date-basis", "birthday"], "payment"),
    "an unknown dimension": (["report", "channels", "--by", "color"], "channel"),
    "a wrong date": (["report", "channels", "--from", "2026-02-31"], "2026-02-31"),
    "dates the wrong way": (
        ["report", "channels", "--from", "2026-02-03", "--to", "2026-02-01"],
        "before",
    ),
    "an unknown format": (["report", "channels", "--format", "pdf"], "parquet"),
    "a person nobody knows": (["journey", "nobody@example.org"], "Nobody is known"),
    "an unknown kind of fact": (["facts", "export", "--kind", "deals"], "Did you mean 'deal'?"),
    "an unknown import kind": (["import", "leeds", "x.csv"], "Did you mean 'leads'?"),
    "a file that is not there": (["import", "leads", "nowhere.csv"], "nowhere.csv"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_in_a_line(company: Path, case: str) -> None:
    words, hint = WRONG[case]
    done = headwater(company, *words)
    assert done.returncode == 1
    assert "\nError: " in "\n" + done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_names_itself(company: Path) -> None:
    (company / "settings.toml").write_text('curency = "EUR"\n', "utf-8")
    done = headwater(company, "report", "channels")
    assert done.returncode == 1
    assert "curency" in done.stderr
    assert "settings.toml" in done.stderr


def test_a_file_of_nothing_but_bad_rows_fails(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("external_id,occurred_at\n1,26-02-2018\n", "utf-8")
    done = headwater(tmp_path / "data", "import", "leads", path)
    assert done.returncode == 1
    assert "1 rejected" in done.stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    assert headwater(tmp_path, "--version").stdout.strip() == f"headwater {__version__}"


def test_a_world_wants_a_directory_of_its_own(company: Path) -> None:
    done = headwater(company, "world", "--events", "1000")
    assert done.returncode == 1
    assert "holds facts already" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "channels", "--format", "xlsx"), "cannot be written"),
        (("facts", "export", "--kind", "lead"), "cannot be written"),
        (("report", "channels"), "A table is for the terminal"),
    ],
)
def test_an_output_file_that_cannot_be_is_named(
    company: Path, words: tuple[str, ...], said: str
) -> None:
    done = headwater(company, *words, "--output", company / "nowhere" / "x")
    assert done.returncode != 0
    assert said in done.stderr
    assert str(company / "nowhere" / "x") in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr
