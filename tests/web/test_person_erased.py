"""While the app runs, the command line has it erase a person; reports are never empty."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from web.running import served

pytestmark = pytest.mark.slow

ADA = "ada@example.com"


def headwater(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("headwater")), "--data", str(data)]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=False)


def test_a_person_is_erased_by_the_running_app(tmp_path: Path) -> None:
    with served(tmp_path) as app:
        shown = headwater(tmp_path, "person", "show", ADA, "--json")
        assert shown.returncode == 0, shown.stderr
        done = headwater(tmp_path, "person", "erase", ADA, "--yes")
        assert done.returncode == 0, done.stderr
        proof = json.loads(done.stdout)
        assert proof["is_clean"]
        assert proof["facts_blanked"] > 0
        assert "Nobody is known" in headwater(tmp_path, "person", "show", ADA).stderr
        told = json.loads((tmp_path / "control.json").read_text("utf-8"))
        report = httpx.get(
            f"{app.url}/api/v1/reports/channels",
            headers={"Authorization": f"Bearer {told['token']}"},
        )
        assert report.json()["rows"]
        wrong = httpx.post(f"{app.url}/api/v1/person", json={"do": "erase", "person": ADA})
        assert wrong.status_code == 401
    assert ADA.encode() not in b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )
