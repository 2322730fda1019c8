"""The figures that docs/explanation/models.md works out are those that the models give."""

from __future__ import annotations

import doctest
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.attribution.data_driven import credit_by_channel, removal_effects, summary

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "models.md"
PATHS = pa.table(
    {
        "path": [["Ad"], ["Mail"], ["Ad", "Mail"]],
        "conversions": [2, 4, 8],
        "nulls": [38, 16, 12],
    }
)


@pytest.mark.parametrize("model", ["shapley", "markov", "leave_one_out", "shapley_rate"])
def test_the_page_prints_what_the_model_gives(model: str) -> None:
    lines = PAGE.read_text("utf-8").partition("## Data-driven models")[2].splitlines()
    line = next(line for line in lines if line.startswith(f"| `{model}` |"))
    printed = [float(cell) for cell in line.strip("|").split("|")[1:]]
    found = credit_by_channel(PATHS, [model], bootstrap=None)
    assert found["conversions"].to_pylist()[:2] == pytest.approx(printed, abs=0.005)


def test_the_page_works_out_the_removal_effects() -> None:
    effects = removal_effects(PATHS)["removal_conversions"].to_pylist()
    assert effects == pytest.approx([8 / 14, 12 / 14])
    text = PAGE.read_text("utf-8")
    assert all(f"{100 * one:.1f} %" in text for one in effects)


def test_the_documented_call_gives_what_it_shows() -> None:
    assert doctest.testmod(summary, extraglobs={"pa": pa}).failed == 0
    assert doctest.testmod(summary, extraglobs={"pa": pa}).attempted
