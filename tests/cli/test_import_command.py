"""`headwater import` of several files, and of the exports of other tools."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

COMMAND = str(Path(sys.executable).with_name("headwater"))
LOCATION = {"key": "page_location", "value": {"string_value": "https://example.com/"}}


def headwater(data: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in a process of its own."""
    return subprocess.run(
        [COMMAND, "--data", str(data), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_files_of_an_export_are_imported_one_after_the_other(tmp_path: Path) -> None:
    files = []
    for day in (1, 2):
        row = {
            "event_timestamp": str(1_767_225_600_000_000 + day),
            "event_name": "page_view",
            "event_params": [LOCATION],
            "user_pseudo_id": "1.2",
        }
        files.append(tmp_path / f"events_2026010{day}.jsonl")
        files[-1].write_text(json.dumps(row) + "\n", "utf-8")
    done = headwater(tmp_path / "data", "import", "ga4-export", *files)
    assert done.returncode == 0, done.stderr
    for file in files:
        assert f"{file.name}: 1 facts read (1 new facts, 0 known already)" in done.stdout


def test_totals_are_refused_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "imported_visitors.csv"
    file.write_text("date,visitors\n2026-01-01,5\n", "utf-8")
    done = headwater(tmp_path / "data", "import", "plausible-export", file)
    assert done.returncode == 1
    assert "name no visitor" in done.stderr
    assert "Traceback" not in done.stderr
