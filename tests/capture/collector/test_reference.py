"""The collector's reference says what there is."""

from __future__ import annotations

import re
from pathlib import Path

from headwater.capture.collector.counters import METRICS
from headwater.capture.collector.steps import STEPS

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "collector.md").read_text("utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_steps_are_told_in_their_order() -> None:
    told = re.findall(r"`((?:drop|put)_[a-z_]+)`", section("Steps"))
    assert told == [step.__name__ for step in STEPS]


def test_the_counters_are_told() -> None:
    told = set(re.findall(r"^\| `([a-z_]+?)(?:_total)?`", section("Counters"), re.MULTILINE))
    histogram = {"commits", "commit_buckets"}
    assert told - {"queued_facts"} == set(METRICS) - histogram
