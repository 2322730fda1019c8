"""The library's tutorial works as it is written: its blocks are run, their outputs compared."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "attribution-library.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", TEXT, re.DOTALL)
"""Each block of Python, with the output shown below it (empty where none is)."""


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """What each block printed when all were typed one after the other."""
    known: dict[str, Any] = {}
    found = []
    for code, _ in BLOCKS:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, PAGE.name, "exec"), known)  # noqa: S102 - our own page
        found.append(said.getvalue())
    return found


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_each_block_prints_what_is_shown_below_it(printed: list[str], number: int) -> None:
    assert printed[number] == BLOCKS[number][1]


def test_all_blocks_and_outputs_are_compared() -> None:
    assert len(BLOCKS) == TEXT.count("```python\n")
    assert sum(bool(output) for _, output in BLOCKS) == TEXT.count("```text\n")
