"""kill -9 at any moment loses nothing acknowledged and doubles nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from facts.appending_child import LIMITS, appended
from facts.rows import contents, lead
from headwater.domain.words import FactKind
from headwater.facts import FactStore, PersonKeys, fact_id

HERE = Path(__file__).parent
SOURCE = HERE.parent.parent / "src"
KILLS = 20


def _spawn(script: str, *arguments: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(SOURCE), str(HERE.parent)])
    return subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )


def _killed_after(child: subprocess.Popen[str], delay: float) -> list[str]:
    """Kill the child some time after its first word; return its whole lines."""
    assert child.stdout is not None
    first = child.stdout.readline()
    assert first, "the child ended by itself"
    time.sleep(delay)
    assert child.poll() is None, "the child ended by itself"
    child.kill()
    rest = child.stdout.read()
    child.stdout.close()
    child.wait()
    lines = (first + rest).splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


def _acknowledged(lines: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Return the events (title by id) and the leads whose append has returned."""
    events: dict[str, str] = {}
    leads: set[str] = set()
    for line in lines:
        run, first, size = line.split()
        if first == "lead":
            leads.add(fact_id(run, "lead", size))
            continue
        for number in range(int(first), int(first) + int(size)):
            events[fact_id(run, str(number))] = f"{run}:{number}"
    return events, leads


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    moments = random.Random(20)
    lines: list[str] = []
    for kill in range(KILLS):
        run = f"run{kill}"
        child = _spawn("appending_child.py", str(tmp_path), run)
        lines += _killed_after(child, moments.uniform(0, 0.8))
        with FactStore.open(tmp_path, limits=LIMITS) as store:
            assert store.check(deep=True) == []
            events, leads = _acknowledged(lines)
            found = contents(store, FactKind.EVENT)
            assert {ident: found[ident]["title"] for ident in events} == events
            known = contents(store, FactKind.LEAD)
            assert leads <= known.keys()
            for ident in random.Random(kill).sample(sorted(leads), min(20, len(leads))):
                row = known[ident]
                assert store.vault.open_personal(row["subject"], row["personal"])
            _assert_batches_are_whole(store, set(found), run)
    assert len(events) > 1000


def _assert_batches_are_whole(store: FactStore, found: set[str], run: str) -> None:
    """A mark says how many rows are done: those are there, and no others of its run."""
    done = store.import_mark(run)
    present = 0
    while appended(run, present)["fact_id"] in found:
        present += 1
    assert present == done


@pytest.mark.slow
def test_an_erasure_that_was_killed_completes_when_run_again(tmp_path: Path) -> None:
    moments = random.Random(7)
    for kill in range(8):
        email = f"anna{kill}@example.org"
        with FactStore.open(tmp_path, limits=LIMITS) as store:
            rows = [
                lead(n, email=email) | {"fact_id": fact_id(email, str(n))} for n in range(900)
            ]
            for start in (0, 300, 600):
                store.append(FactKind.LEAD, rows[start : start + 300])
                store.append(FactKind.LEAD, rows[start : start + 200])
            store.append(FactKind.CALL, [_call(email)])
            key = store.vault.email_key(email)
        child = _spawn("erasing_child.py", str(tmp_path), email)
        _killed_after(child, moments.uniform(0, 0.15))
        with FactStore.open(tmp_path, limits=LIMITS) as store:
            assert store.check(deep=True) == []
            store.erase(PersonKeys(emails=(email,)))
            assert store.check(deep=True) == []
            assert store.counts()[FactKind.LEAD] == 900 * (kill + 1)
            left = store.read(FactKind.LEAD, ["email_key"]).column(0).to_pylist()
            assert key not in left
        databases = [*tmp_path.glob("*.sqlite*")]
        assert all(key.encode() not in path.read_bytes() for path in databases)


def _call(email: str) -> dict[str, object]:
    return lead(0, email=email) | {"fact_id": fact_id(email, "call")}
