"""Rule-based credit equals the reference figures: a small case by hand, 10,000 real paths."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.attribution import attribute

HERE = Path(__file__).parent
RULES = ["first", "last", "linear", "position"]
# Values are shared in whole units; so small a unit leaves rounding out of the comparison.
UNITS = 10**9

Rows = list[tuple[list[str], float, float]]


def figures(rows: Rows) -> dict[tuple[str, str], tuple[float, float]]:
    """Conversions and value by (model, channel) of paths written as lists of channels."""
    touches: dict[str, list[object]] = defaultdict(list)
    for person, (path, _, _) in enumerate(rows):
        touches["person_id"] += [person] * len(path)
        touches["touched_at"] += range(len(path))
        touches["channel"] += path
    touches["touch_id"] = list(range(len(touches["channel"])))
    conversions = {
        "conversion_id": range(len(rows)),
        "person_id": range(len(rows)),
        "anchored_at": [1000] * len(rows),
        "counts": [float(conversions) for _, conversions, _ in rows],
        "value_minor": [round(value * UNITS) for _, _, value in rows],
    }
    table = attribute(pa.table(touches), pa.table(conversions), RULES, None).credit
    return {
        (row["model"], row["channel"]): (row["conversions"], row["value_minor"] / UNITS)
        for row in table.to_pylist()
    }


@pytest.mark.parametrize("rule", RULES)
def test_the_small_case_agrees_with_the_figures_worked_by_hand(rule: str) -> None:
    case = json.loads((HERE / "own_small_case.json").read_text("utf-8"))
    found = figures([(row["path"], row["conversions"], row["value"]) for row in case["paths"]])
    for channel, wanted in case["expected"][rule].items():
        assert found[rule, channel] == pytest.approx(tuple(wanted), rel=1e-6)
    assert found[rule, "(no touch)"] == (0.0, 0.0)


def test_ten_thousand_paths_agree_with_the_exact_reference(shared_data: Path) -> None:
    """PathData.csv is GPL-3 data: read where it lies, never copied here."""
    folder = shared_data / "attribution"
    with (folder / "PathData.csv").open(newline="") as file:
        rows = [
            (
                row["path"].split(" > "),
                float(row["total_conversions"]),
                float(row["total_conversion_value"]),
            )
            for row in csv.DictReader(file)
        ]
    found = figures(rows)
    with (folder / "reference_exact_channelattribution_pathdata.csv").open(newline="") as file:
        wanted = [row for row in csv.DictReader(file) if row["model"] in RULES]
    assert len(wanted) == 48
    for row in wanted:
        assert found[row["model"], row["channel"]] == pytest.approx(
            (float(row["conversions"]), float(row["value"])), rel=1e-6
        )
