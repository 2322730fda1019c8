"""`headwater attribute paths` and `attribute touches`, as people type them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner, Result

from headwater.cli import attributing
from headwater.cli.attributing import split_models
from headwater.domain.errors import BadRow, HeadwaterError, InputError

pytestmark = pytest.mark.slow

PATHS = "path,won,worth,lost\nA > B,3,30,7\nB,2,50.5,8\n,1,5,0\nA,1,5,19\n"
TOUCHES = (
    "person_id,touched_at,touch_id,channel,campaign\n"
    "p,2026-03-01T10:00:00Z,1,Ad,spring\n"
    "p,2026-03-02 10:00,2,Direct,\n"
    "q,2026-03-05T12:00:00+02:00,3,Mail,news\n"
    "r,1772700000000000,4,Ad,spring\n"
)
CONVERSIONS = (
    "conversion_id,person_id,converted_at,value,kind\n"
    "c1,p,2026-03-09T00:00:00Z,100.01,won\n"
    "c2,q,2026-03-09T00:00:00Z,50,won\n"
    "c3,,2026-03-09T00:00:00Z,7.5,won\n"
)
NAMED = ("--conversions-col", "won", "--value-col", "worth", "--null-col", "lost")
BOUNDS = ["conversions_low", "conversions_high", "value_low", "value_high"]

app = typer.Typer()
attributing.register(app)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["attribute", *map(str, words)])


def rows(*words: str | Path) -> list[dict[str, str]]:
    result = run(*words)
    assert result.exit_code == 0, result.exception
    return list(csv.DictReader(io.StringIO(result.stdout)))


def refusal(*words: str | Path) -> HeadwaterError:
    error = run(*words).exception
    assert isinstance(error, HeadwaterError)
    return error


@pytest.fixture
def paths(tmp_path: Path) -> Path:
    return written(tmp_path / "paths.csv", PATHS)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return (
        written(tmp_path / "touches.csv", TOUCHES),
        written(tmp_path / "conversions.csv", CONVERSIONS),
    )


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_paths_give_one_row_per_model_and_channel_with_intervals(paths: Path) -> None:
    models = "first,last,linear,position,shapley,markov"
    found = rows("paths", paths, *NAMED, "--model", models, "--order", "2", "--format", "csv")
    assert list(found[0]) == ["model", "channel", "conversions", "value", *BOUNDS]
    assert [row["model"] for row in found[::3]] == models.split(",")
    assert [row["channel"] for row in found[:3]] == ["A", "B", "(no touch)"]
    credit = {(row["model"], row["channel"]): float(row["conversions"]) for row in found}
    assert credit["first", "A"] == 4.0
    assert credit["linear", "A"] == credit["shapley", "A"] == 2.5
    assert credit["markov", "(no touch)"] == 1.0
    for row in found:
        assert bool(row["conversions_low"]) == (row["model"] in {"shapley", "markov"})


def test_rules_alone_have_no_columns_of_intervals(paths: Path) -> None:
    found = rows("paths", paths, *NAMED, "--model", "first")
    assert list(found[0]) == ["model", "channel", "conversions", "value"]
    bare = rows("paths", paths, *NAMED, "--model", "markov", "--replicates", "0")
    assert list(bare[0]) == ["model", "channel", "conversions", "value"]


def test_what_was_assumed_is_told_beside_the_output(paths: Path) -> None:
    result = run("paths", paths, "--conversions-col", "won", "--model", "markov")
    assert "markov: no null paths\n" in result.stderr
    assert "markov: no values\n" in result.stderr
    assert "markov: too few conversions\n" in result.stderr
    assert "no null" not in result.stdout


def test_a_parquet_file_may_hold_lists_with_any_character(tmp_path: Path) -> None:
    file = tmp_path / "paths.parquet"
    pq.write_table(pa.table({"path": [["a > b", "c"], ["c"]], "conversions": [1, 1]}), file)
    found = rows("paths", file, "--model", "linear")
    assert [row["channel"] for row in found] == ["a > b", "c", "(no touch)"]


def test_touches_sum_exactly_and_all_models_agree_on_the_total(
    files: tuple[Path, Path],
) -> None:
    models = "first,markov,position(f=.3,l=.5),shapley"
    found = rows("touches", *files, "--model", models, "--lookback", "90d")
    assert [row["model"] for row in found[::4]] == split_models([models])
    for start in range(0, len(found), 4):
        cents = [round(float(row["value"]) * 100) for row in found[start : start + 4]]
        assert sum(cents) == 15751
        assert found[start + 3]["channel"] == "(no touch)"
        assert found[start + 3]["value"] == "7.50"
    assert [row["value"] for row in found[:4]] == ["100.01", "0.00", "50.00", "7.50"]
    assert {row["value"] for row in found[8:10]} == {"37.50", "62.51"}


def test_touches_may_be_summed_by_any_column(files: tuple[Path, Path]) -> None:
    found = rows("touches", *files, "--model", "last,shapley", "--by", "campaign")
    assert list(found[0])[:2] == ["model", "campaign"]
    assert [row["campaign"] for row in found[:4]] == [
        "(not set)",
        "news",
        "spring",
        "(no touch)",
    ]


def test_a_lookback_leaves_touches_out(files: tuple[Path, Path]) -> None:
    found = rows("touches", *files, "--model", "first", "--lookback", "7d")
    assert {row["channel"]: row["conversions"] for row in found}["Direct"] == "1.0"


def test_json_says_what_was_assumed(paths: Path) -> None:
    made = json.loads(
        run("paths", paths, *NAMED, "--model", "markov", "--format", "json").stdout
    )
    assert made[0]["channel"] == "A"
    assert isinstance(made[0]["flags"], list)


def test_a_table_is_shown_on_a_terminal(paths: Path) -> None:
    assert run("paths", paths, *NAMED, "--model", "first", "--format", "table").exit_code == 0


@pytest.mark.parametrize(
    ("cells", "row", "field"),
    [
        ("A,x,1,0", 2, "paths.won"),
        ("A,-1,1,0", 2, "paths.won"),
        ("A,1,nan,0", 2, "paths.worth"),
        ("A,1,1,0\nB,1,,0", 3, "paths.worth"),
        ("A,1,1,0\nA > (no touch),1,1,0", 3, "paths.path"),
    ],
)
def test_a_bad_row_of_paths_is_named_as_a_spreadsheet_counts(
    tmp_path: Path, cells: str, row: int, field: str
) -> None:
    file = written(tmp_path / "bad.csv", f"path,won,worth,lost\n{cells}\n")
    error = refusal("paths", file, *NAMED, "--model", "markov")
    assert isinstance(error, BadRow)
    assert (error.row, error.field) == (row, field)


@pytest.mark.parametrize(
    ("old", "new", "row", "field"),
    [
        ("2026-03-02 10:00", "yesterday", 3, "touches.touched_at"),
        ("2026-03-02 10:00", "", 3, "touches.touched_at"),
        ("q,2026-03-09", "q,2026-13-09", 3, "conversions.converted_at"),
        ("100.01", "much", 2, "conversions.value"),
        ("100.01", "", 2, "conversions.value"),
        ("100.01", "NaN", 2, "conversions.value"),
        ("100.01", "1.0000001", 2, "conversions.value"),
    ],
)
def test_a_bad_row_of_touches_or_conversions_is_named(
    tmp_path: Path, old: str, new: str, row: int, field: str
) -> None:
    touches = written(tmp_path / "touches.csv", TOUCHES.replace(old, new))
    conversions = written(tmp_path / "conversions.csv", CONVERSIONS.replace(old, new))
    error = refusal("touches", touches, conversions, "--model", "linear,markov")
    assert isinstance(error, BadRow)
    assert (error.row, error.field) == (row, field)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "markow"], "Did you mean 'markov'"),
        (["--model", "first", "--path-col", "way"], "lack the column 'way'"),
        (["--model", "first", "--format", "xml"], "There is no format 'xml'"),
        (["--model", "time_decay"], "needs the times of touches"),
        (["--model", "markov", "--replicates", "1"], "2 or more"),
    ],
)
def test_choices_that_cannot_be_say_why(paths: Path, words: list[str], said: str) -> None:
    assert said in str(refusal("paths", paths, *NAMED, *words))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("path,path,won\nA,B,1\n", "'path' twice"),
        ("path,won\nA,1\nB\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path / "bad.csv", text)
    error = refusal("paths", file, "--conversions-col", "won", "--model", "first")
    assert said in str(error)


def test_conversions_without_a_column_say_what_is_there(tmp_path: Path) -> None:
    touches = written(tmp_path / "touches.csv", TOUCHES)
    conversions = written(tmp_path / "conversions.csv", CONVERSIONS.replace("value", "amount"))
    error = refusal("touches", touches, conversions, "--model", "first")
    assert isinstance(error, InputError)
    assert "lack the column 'value'" in str(error)


def test_the_incremental_model_has_the_same_columns_and_a_baseline(
    paths: Path, files: tuple[Path, Path]
) -> None:
    models = "linear,incremental(penalty=1,cap=2)"
    found = rows("paths", paths, *NAMED, "--model", models)
    assert list(found[0]) == ["model", "channel", "conversions", "value", *BOUNDS]
    assert [row["channel"] for row in found[3:]] == ["A", "B", "(baseline)", "(no touch)"]
    assert sum(float(row["conversions"]) for row in found[3:]) == pytest.approx(7.0)
    result = run("touches", *files, "--model", "incremental", "--replicates", "0")
    made = list(csv.DictReader(io.StringIO(result.stdout)))
    assert list(made[0]) == ["model", "channel", "conversions", "value"]
    assert [row["channel"] for row in made][-2:] == ["(baseline)", "(no touch)"]
    assert sum(round(float(row["value"]) * 100) for row in made) == 15751
    assert "incremental: a channel counts once" in result.stderr
    assert "everybody seen had a touch - (baseline)\n" in result.stderr


def test_the_incremental_model_may_learn_by_campaign(files: tuple[Path, Path]) -> None:
    words = ["--model", "incremental", "--learn-by", "campaign", "--replicates", "0"]
    result = run("touches", *files, *words)
    assert result.exit_code == 0, result.exception
    assert "learned by campaign (3 effects) and shown by channel" in result.stderr
    error = refusal("touches", *files, "--model", "linear", "--learn-by", "campaign")
    assert "which only the model 'incremental' reads" in str(error)


def test_the_incremental_model_asks_for_who_did_not_convert(paths: Path) -> None:
    words = ["paths", paths, "--conversions-col", "won", "--model", "incremental"]
    assert "give the column 'nulls'" in str(refusal(*words))
    error = refusal("paths", paths, *NAMED, "--model", "incremental", "--no-nulls")
    assert "cannot leave null paths out" in str(error)


def test_commas_within_brackets_part_no_models() -> None:
    text = 'first,position(f=.3,l=.5),custom({"head": [5, 1], "rest": 1})'
    assert split_models([text, "markov"]) == [
        "first",
        "position(f=.3,l=.5)",
        'custom({"head": [5, 1], "rest": 1})',
        "markov",
    ]
