"""A disk that takes no more: nothing is acknowledged, and nothing needs repair afterwards."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from capture.collecting import collector
from capture.collector.sending import SHOP, body, event, send
from capture.collector.test_collector_killed import assert_exactly_once
from headwater.cli.app import app
from headwater.facts import fact_id

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk"),
]

SIZE = "6m"


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    unmount = ["umount", "--lazy", str(place)]
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(unmount, check=True)


class _Answered:
    """What was sent by hand, in the form that the campaigns are judged by."""

    def __init__(self) -> None:
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()


def test_a_full_disk_answers_503_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    told = _Answered()
    with small_disk(tmp_path / "disk") as disk, collector(disk, SHOP) as running:

        def post() -> httpx.Response:
            events = [event(title="x" * 300) for _ in range(100)]
            facts = {fact_id("event", "example.com", one["id"]) for one in events}
            told.sent |= facts
            answer = send(running, body(*events))
            if answer.status_code == 204:
                told.acknowledged |= facts
            return answer

        filler = disk / "filler"
        assert post().status_code == 204
        free = os.statvfs(disk)
        filler.write_bytes(b"\0" * (free.f_bavail * free.f_frsize - 300_000))
        statuses = [post() for _ in range(25)]
        refused = [one for one in statuses if one.status_code != 204]
        assert {one.status_code for one in refused} == {503}
        assert refused[-1].headers["retry-after"]
        health = httpx.get(f"{running.url}/health")
        assert health.status_code == 503
        assert "cannot be stored" in health.text
        filler.unlink()
        assert post().status_code == 204
        assert httpx.get(f"{running.url}/health").json()["status"] == "ok"
        assert_exactly_once(disk, told)  # type: ignore[arg-type]
        assert len(told.acknowledged) < len(told.sent)


def test_doctor_says_that_events_are_not_stored(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, collector(disk, SHOP) as running:
        assert send(running, body(event())).status_code == 204
        free = os.statvfs(disk)
        (disk / "filler").write_bytes(b"\0" * (free.f_bavail * free.f_frsize - 40_000))
        for _ in range(20):
            answer = send(running, body(*[event(title="x" * 300) for _ in range(100)]))
        assert answer.status_code == 503
        (disk / "filler").write_bytes(b"\0" * 100_000)  # room for the worker's own word
        for _ in range(40):
            time.sleep(0.2)  # the workers say every second how they are
            told = CliRunner().invoke(app, ["--data", str(disk), "doctor"]).stdout
            if "ill collector: worker 0" in told:
                break
        assert "ill collector: worker 0" in told
        assert "is full" in told
