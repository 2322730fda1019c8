"""Every acknowledged event is there exactly once, whoever is killed and when."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from capture.collecting import collector, facts, wait_until_it_answers
from capture.collector.campaigns import Sender
from capture.collector.sending import SHOP
from headwater.facts import FactStore

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
KILLS = int(os.environ.get("HEADWATER_KILLS", "2"))
"""The long campaign is run by hand: HEADWATER_KILLS=50."""


@contextmanager
def sealing(directory: Path) -> Iterator[subprocess.Popen[str]]:
    script = [sys.executable, str(HERE / "sealing_child.py"), str(directory)]
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def assert_exactly_once(directory: Path, sender: Sender) -> None:
    with FactStore.open(directory) as store:
        assert store.check(deep=True) == []
    found = [row["fact_id"] for row in facts(directory)]
    assert len(found) == len(set(found)), "something is there twice"
    assert sender.acknowledged <= set(found), "something acknowledged is lost"
    assert set(found) <= sender.sent, "something is there that nobody sent"


def test_the_collector_is_killed_under_load(tmp_path: Path) -> None:
    moments = random.Random(11)
    with collector(tmp_path, SHOP, workers=2) as running:
        with Sender(running.url, "killed") as sender:
            for _ in range(KILLS):
                sender.wait_for(60)
                time.sleep(moments.uniform(0, 0.05))
                os.kill(moments.choice(running.process.pids()), signal.SIGKILL)
            sender.wait_for(100)
        assert_exactly_once(tmp_path, sender)
    assert set(sender.statuses) == {204}


def test_who_seals_is_killed_under_load(tmp_path: Path) -> None:
    moments = random.Random(12)
    with collector(tmp_path, SHOP) as running, Sender(running.url, "sealed") as sender:
        for _ in range(KILLS):
            with sealing(tmp_path) as child:
                assert child.stdout is not None
                assert child.stdout.readline() == "sealed\n"
                sender.wait_for(60)
                time.sleep(moments.uniform(0, 0.05))
        sender.wait_for(100)
    assert_exactly_once(tmp_path, sender)
    assert list((tmp_path / "lake").rglob("*.parquet"))


def test_a_worker_that_is_told_to_stop_answers_first(tmp_path: Path) -> None:
    with collector(tmp_path, SHOP) as running:
        with Sender(running.url, "stopped") as sender:
            sender.wait_for(100)
            (pid,) = running.process.pids()
            os.kill(pid, signal.SIGTERM)
            sender.wait_for(100)
        assert_exactly_once(tmp_path, sender)
    assert set(sender.statuses) == {204}


def test_workers_end_when_their_supervisor_is_gone(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path;"
        "from headwater.capture.collector.supervising import Supervisor;"
        "s = Supervisor(Path(sys.argv[1]), port=0, workers=2).start();"
        "print(s.url, *s.pids(), flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        url, *pids = parent.stdout.readline().split()
        wait_until_it_answers(url)
        parent.kill()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, "the workers outlive their supervisor"
        time.sleep(0.1)
