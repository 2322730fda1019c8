"""A rebuild on a Spark cluster makes the tables that DuckDB makes, even if a worker dies.

What it made is served as what one machine makes: by reports, journeys, models and the app.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest
from standalone import LIGHT, Standalone, standalone
from typer.testing import CliRunner

from headwater.cli.app import app
from headwater.domain.words import ConversionKind, FactKind
from headwater.facts import Vault
from headwater.identity.rulings import Verdict, ruling_facts
from headwater.warehouse.spark import Cluster
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted
from headwater.world import World, load
from story import row
from web.running import served

pytestmark = pytest.mark.slow

EVENTS = int(os.environ.get("HEADWATER_SPARK_EVENTS", "100000"))
TOLERANCE = 1e-9
FATAL = "session_rows"
"""The step in which a worker is killed: the longest of all, in the middle of the rebuild."""
AFTER_SECONDS = 1.5
LEARNED = ["markov", "shapley", "incremental"]
REPORTS = ("channels", "models", "incrementality --metric leads")
ROBOTS = {"bot_visitors"}
"""The world's robots all say what they are: none is found by how it browses."""


@dataclass
class Killing:
    """Kills a worker a moment after a step has begun; remembers what was made when."""

    cluster: Standalone
    told: list[str] = field(default_factory=list)
    until_death: list[str] = field(default_factory=list)

    def tell(self, table: str, _done: int, _of: int) -> None:
        self.told.append(table)
        if table == FATAL:
            Timer(AFTER_SECONDS, self._kill).start()

    def _kill(self) -> None:
        self.until_death = list(self.told)
        assert self.cluster.has_work("worker-0")
        assert self.cluster.has_work("worker-1")
        self.cluster.kill("worker-0")


@dataclass(frozen=True)
class Rebuilt:
    """A company whose tables Spark made, and what one machine had made and told of it."""

    directory: Path
    killing: Killing
    expected: dict[str, pa.Table]
    found: dict[str, pa.Table]
    is_full_again: bool
    told_before: dict[str, list[dict[str, str]]]
    person: str


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Rebuilt:
    directory = tmp_path_factory.mktemp("company") / "data"
    scratch = tmp_path_factory.mktemp("spark")
    with Workspace.open(directory) as workspace:
        world = World(events=EVENTS, seed=11)
        load(world, workspace.facts, scratch / "truth")
        workspace.facts.append(FactKind.IDENTITY_LINK, _said_of(world, workspace.facts.vault))
        workspace.rebuild()
        workspace.run_models(wanted(LEARNED, [ConversionKind.LEAD]))
        workspace.rebuild(full=True)
        expected = _stored(workspace)
    told = {words: _reported(directory, words) for words in REPORTS}
    with Workspace.open(directory) as workspace, pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", LIGHT)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        with standalone(scratch, workers=2) as cluster:
            killing = Killing(cluster)
            workspace.rebuild_on_spark(Cluster(cluster.url, scratch / "scratch"), killing.tell)
        found = _stored(workspace)
        again = workspace.rebuild().is_full
    person = expected["credits"]["person_id"][0].as_py()
    return Rebuilt(directory, killing, expected, found, again, told, person)


def _reported(directory: Path, words: str) -> list[dict[str, str]]:
    told = _say(directory, "report", *words.split(), "--format", "csv")
    return list(csv.DictReader(io.StringIO(told)))


def _say(directory: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["--data", str(directory), *words])
    assert done.exit_code == 0, done.exception
    return done.stdout


def _said_of(world: World, vault: Vault) -> list[dict[str, Any]]:
    """What the world has no cases of: rulings, a weak link, a browser that two log in on."""
    truth = world.truth()
    one, other = truth["people"].slice(0, 2).to_pylist()
    visitor = truth["identity"]["visitor_id"][0].as_py()
    keys = [f"email:{vault.email_key(one['email'])}", f"visitor:{visitor[::-1]}"]
    number = f"phone:{vault.phone_key(one['phone'])}"
    both = {"strength": "weak", "email": one["email"], "phone": other["phone"]}
    start, _end = world.period
    return [
        *ruling_facts(Verdict.SAME, keys, start),
        *ruling_facts(Verdict.SHARED, [number], start),
        row("identity_link", 1, **both),
        row("identity_link", 2, visitor_id=visitor, email=one["email"]),
        row("identity_link", 3, visitor_id=visitor, email=other["email"]),
    ]


def test_it_equals_the_rebuild_on_one_machine_though_a_worker_is_killed(
    rebuilt: Rebuilt,
) -> None:
    expected, found = rebuilt.expected, rebuilt.found
    assert {name for name in expected if not expected[name].num_rows} == ROBOTS
    assert rebuilt.killing.until_death
    assert len(rebuilt.killing.until_death) < len(rebuilt.killing.told) - 10
    assert found.keys() == expected.keys()
    different = [name for name in expected if not _is_equal(found[name], expected[name])]
    assert not different
    assert not rebuilt.is_full_again


@pytest.mark.parametrize("words", REPORTS)
def test_a_report_of_its_tables_says_the_same(rebuilt: Rebuilt, words: str) -> None:
    found, expected = _reported(rebuilt.directory, words), rebuilt.told_before[words]
    assert expected
    assert [_numbers(row) for row in found] == [
        pytest.approx(_numbers(row), rel=TOLERANCE) for row in expected
    ]
    assert [_words(row) for row in found] == [_words(row) for row in expected]


def _numbers(row: dict[str, str]) -> dict[str, float]:
    return {name: float(cell) for name, cell in row.items() if _is_number(cell)}


def _words(row: dict[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if not _is_number(cell)}


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell) is not None


def test_models_learn_and_journeys_are_told_from_its_tables(rebuilt: Rebuilt) -> None:
    _say(rebuilt.directory, "models", "run", "--model", "leave_one_out", "--kind", "lead")
    journey = json.loads(_say(rebuilt.directory, "journey", rebuilt.person, "--format", "json"))
    assert rebuilt.person in json.dumps(journey)


def test_the_app_serves_its_tables(rebuilt: Rebuilt) -> None:
    with served(rebuilt.directory, is_told=False) as running:
        token = json.loads((rebuilt.directory / "control.json").read_text())["token"]
        answer = httpx.get(
            f"{running.url}/api/v1/reports/channels",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        ).json()
        assert answer["balance"]
        assert len(answer["rows"]) >= 10
        entered = httpx.get(running.link, timeout=60)
        page = httpx.get(running.url, cookies=entered.cookies, timeout=60)
        assert page.status_code == 200
        assert "Paid Search" in page.text
        assert _say(rebuilt.directory, "journey", rebuilt.person)  # asks the app
        assert running.stop() == 0


def _stored(workspace: Workspace) -> dict[str, pa.Table]:
    named = workspace.warehouse.query(
        "select table_name from information_schema.tables"
        " where table_schema = 'main' and table_catalog = 'warehouse'"
    )
    return {
        name: _in_order(workspace.warehouse.query(f"from {name}"))
        for name in named["table_name"].to_pylist()
        if name != "rebuild_state"  # says when it was made
    }


def _in_order(table: pa.Table) -> pa.Table:
    """Rows by what is exact in them: the parts of a credit have a key of their own."""
    exact = [field.name for field in table.schema if field.type != pa.float64()]
    return table.sort_by([(name, "ascending") for name in exact])


def _is_equal(found: pa.Table, expected: pa.Table) -> bool:
    """Whether all is the same, floats within 1e-9."""
    if found.schema != expected.schema or found.num_rows != expected.num_rows:
        return False
    return all(
        _is_near(found[name], expected[name])
        if expected.schema.field(name).type == pa.float64()
        else found[name].equals(expected[name])
        for name in expected.column_names
    )


def _is_near(found: pa.ChunkedArray, expected: pa.ChunkedArray) -> bool:
    if not found.is_null().equals(expected.is_null()):
        return False
    pairs = (column.drop_null().to_numpy() for column in (found, expected))
    return bool(np.allclose(*pairs, rtol=TOLERANCE, atol=TOLERANCE))
