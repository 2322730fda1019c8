"""Referrer to channel without the rest: no store, no engine, no web framework is loaded."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

from headwater.journeys.channels import Arrival, classify

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "channels.md"
HEAVY = ("duckdb", "django", "pyarrow", "pandas", "numpy", "ua_parser", "is_bot", "typer")
SCRIPT = f"""
import sys
from headwater.journeys.channels import Arrival, classify
print(classify(Arrival(referrer="https://www.google.com/")).channel)
print([name for name in {HEAVY!r} if name in sys.modules])
"""


@pytest.mark.slow
def test_classifying_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["Organic Search", "[]"]


def test_the_examples_of_the_reference_are_true() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted >= 8
    assert not result.failed


def test_an_arrival_needs_nothing_but_a_referrer() -> None:
    assert classify(Arrival(referrer="https://t.co/x")).channel == "Organic Social"
