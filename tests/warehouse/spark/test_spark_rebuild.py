"""A rebuild on a Spark cluster makes the tables that DuckDB makes, even if a worker dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from standalone import LIGHT, Standalone, standalone

from headwater.domain.words import ConversionKind, FactKind
from headwater.facts import Vault
from headwater.identity.rulings import Verdict, ruling_facts
from headwater.warehouse.spark import Cluster
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted
from headwater.world import World, load
from story import row

pytestmark = pytest.mark.slow

EVENTS = int(os.environ.get("HEADWATER_SPARK_EVENTS", "100000"))
TOLERANCE = 1e-9
FATAL = "session_rows"
"""The step in which a worker is killed: the longest of all, in the middle of the rebuild."""
AFTER_SECONDS = 1.5
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


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    directory = tmp_path_factory.mktemp("company")
    with Workspace.open(directory / "data") as workspace:
        world = World(events=EVENTS, seed=11)
        load(world, workspace.facts, directory / "truth")
        workspace.facts.append(FactKind.IDENTITY_LINK, _said_of(world, workspace.facts.vault))
        workspace.rebuild()
        learned = ["markov", "shapley", "incremental"]
        workspace.run_models(wanted(learned, [ConversionKind.LEAD]))
        yield workspace


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
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", LIGHT)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    workspace.rebuild(full=True)
    expected = _stored(workspace)
    assert {name for name in expected if not expected[name].num_rows} == ROBOTS
    with standalone(tmp_path, workers=2) as cluster:
        killing = Killing(cluster)
        workspace.rebuild_on_spark(Cluster(cluster.url, tmp_path / "scratch"), killing.tell)
    assert killing.until_death
    assert len(killing.until_death) < len(killing.told) - 10
    found = _stored(workspace)
    assert found.keys() == expected.keys()
    different = [name for name in expected if not _is_equal(found[name], expected[name])]
    assert not different
    assert not workspace.rebuild().is_full


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
