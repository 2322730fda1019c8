"""The tutorial works as it is written: its commands are run and its outputs compared."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parent.parent / "docs" / "tutorial" / "first-report.md"
TEXT = TUTORIAL.read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```(?:\s*```text\n(.*?)```)?", TEXT, re.DOTALL)
"""Each block of commands, with the output shown below it (empty where none is)."""

BETWEEN = "== the next block =="


def shell(directory: Path, script: str) -> str:
    """What the commands print, on both streams in the order that a terminal shows."""
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script],
        cwd=directory,
        env={
            **{name: value for name, value in os.environ.items() if "HEADWATER" not in name},
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "100",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The directory after all blocks were typed, and what each block printed."""
    directory = tmp_path_factory.mktemp("learner")
    said = shell(directory, f"echo '{BETWEEN}'\n".join(commands for commands, _ in BLOCKS))
    return directory, said.split(f"{BETWEEN}\n")


def plain(text: str) -> str:
    """A text without blank lines and blanks at the end of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def shown(text: str) -> re.Pattern[str]:
    """What matches an output that is shown with `...` where it was cut short."""
    parts = plain(text).replace("\n...", "...").split("...")
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_each_block_prints_what_is_shown_below_it(
    learner: tuple[Path, list[str]], number: int
) -> None:
    said = plain(learner[1][number])
    expected = BLOCKS[number][1]
    assert not expected or shown(expected).fullmatch(said), said


@pytest.mark.slow
def test_the_shares_told_of_anns_journey_are_those_it_has(
    learner: tuple[Path, list[str]],
) -> None:
    command = "headwater journey ann@example.com --model position --format json 2>/dev/null"
    journey = json.loads(shell(learner[0], command))
    won = [one["weight"] for one in journey["credits"] if one["conversion_id"] == "won:D1"]
    told = re.search(r"of the 1,200.00, the ad has ([\d.]+), .* ([\d.]+) .* ([\d.]+)\.", TEXT)
    assert told is not None
    assert sorted(f"{weight * 1200:.2f}" for weight in won) == sorted(told.groups())


def test_all_outputs_of_the_tutorial_are_compared() -> None:
    assert len(BLOCKS) == TEXT.count("```sh\n")
    assert sum(bool(output) for _, output in BLOCKS) == TEXT.count("```text\n")
