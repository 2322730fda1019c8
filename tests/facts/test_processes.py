"""Several processes share one data directory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from facts.appending_child import LIMITS
from facts.competing_child import ROWS
from headwater.domain.words import FactKind
from headwater.facts import FactStore

HERE = Path(__file__).parent
SOURCE = HERE.parent.parent / "src"


def _start(directory: Path, name: str, size: int) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(SOURCE), str(HERE.parent)])
    return subprocess.Popen(
        [sys.executable, str(HERE / "competing_child.py"), str(directory), name, str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(50, 50), (1000, 1000), (100, 600)], ids=str)
def test_processes_that_append_the_same_facts_store_them_once(
    tmp_path: Path, sizes: tuple[int, int]
) -> None:
    children = [_start(tmp_path, f"child{place}", size) for place, size in enumerate(sizes)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    outputs = []
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        outputs.append(child.communicate()[0])
        assert child.returncode == 0
    assert sum(map(int, outputs)) == 3 * ROWS, "each new fact was new to one of them"
    with FactStore.open(tmp_path, limits=LIMITS) as store:
        assert store.counts()[FactKind.EVENT] == 3 * ROWS
        assert store.check(deep=True) == []


def test_two_open_stores_see_each_others_facts(tmp_path: Path) -> None:
    with FactStore.open(tmp_path) as one, FactStore.open(tmp_path) as two:
        rows = [{"fact_id": f"{n:032x}", "occurred_at": n, "received_at": n} for n in range(4)]
        assert one.append(FactKind.ORDER, rows[:3]).new == 3
        assert two.append(FactKind.ORDER, rows).new == 1
        two.seal()
        assert one.read(FactKind.ORDER).num_rows == 4
        assert one.counts() == two.counts()
