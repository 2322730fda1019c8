"""The figures that docs/explanation/models.md works out are those that the models give."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.attribution import MODELS, credit
from headwater.domain.times import to_micros

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "models.md"
CHANNELS = ["Paid Search", "Email", "Paid Social", "Direct"]


def march(day: int) -> int:
    return to_micros(datetime(2026, 3, day, 12, tzinfo=UTC))


TOUCHES = pa.table(
    {
        "person_id": ["Anna"] * 4,
        "touched_at": [march(day) for day in (3, 10, 17, 24)],
        "touch_id": CHANNELS,
        "channel": CHANNELS,
        "is_direct": [False, False, False, True],
    }
)


def shares(model: str, opportunity_at: int | None = march(20)) -> list[float]:
    won = pa.table(
        {
            "conversion_id": ["deal"],
            "person_id": ["Anna"],
            "anchored_at": [march(31)],
            "value_minor": [100_000],
            "lead_at": [march(10)],
            "opportunity_at": pa.array([opportunity_at], pa.int64()),
        }
    )
    table = credit(TOUCHES, won, [model])
    cents = dict(
        zip(table["touch_id"].to_pylist(), table["value_minor"].to_pylist(), strict=True)
    )
    return [cents.get(channel, 0) / 100 for channel in CHANNELS]


def printed(model: str) -> list[float]:
    lines = PAGE.read_text("utf-8").partition("## The example")[2].splitlines()
    line = next(line for line in lines if line.startswith(f"| `{model}` |"))
    cells = [cell.strip().replace(",", "") for cell in line.strip("|").split("|")[1:]]
    return [float(cell or 0) for cell in cells]


@pytest.mark.parametrize("model", list(MODELS))
def test_the_page_prints_what_the_model_gives(model: str) -> None:
    assert shares(model) == printed(model)


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ('custom({"head": [5], "tail": [2, 3], "rest": 1})', [454.54, 90.91, 181.82, 272.73]),
        ('custom({"channels": {"Direct": 0}, "others": 1})', [333.34, 333.33, 333.33, 0]),
    ],
)
def test_the_page_works_out_custom_weights(model: str, wanted: list[float]) -> None:
    text = PAGE.read_text("utf-8")
    assert model in text
    assert shares(model) == wanted
    assert all(f"{one:.2f}" in text for one in wanted if one)


def test_the_page_works_out_a_missing_milestone() -> None:
    assert shares("w_shaped", None) == [428.57, 428.57, 71.43, 71.43]
