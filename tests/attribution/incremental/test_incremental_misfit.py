"""A channel that works unlike itself from pattern to pattern has a wider interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from attribution.incremental import known_company as company
from headwater.attribution.data_driven import Bootstrap
from headwater.attribution.incremental import Caution, Findings, incremental

DRAWS = Bootstrap(200)
BESIDE = np.array([0.5, 0.0, -0.5])
"""What Ad's effect has besides where it comes with Mail, Search and Social."""


def uneven(persons: float, unevenness: float) -> pa.Table:
    """Just what is expected where Ad's campaigns come with other channels each."""
    sets, common, _ = company.patterns()
    odds = company.BASE + sets @ company.EFFECTS
    odds += unevenness * sets[:, 0] * (sets[:, 1:] @ BESIDE)
    came = persons * common
    won = came * company.chance(odds)
    return company.table(sets, won, came - won)


def row(found: Findings, channel: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = found.table.to_pylist()
    return next(one for one in rows if one["channel"] == channel)


def width(found: Findings, channel: str) -> float:
    one = row(found, channel)
    return float(str(one["conversions_high"])) - float(str(one["conversions_low"]))


def test_the_channel_that_works_unevenly_is_named_and_the_others_are_not() -> None:
    found = incremental(uneven(300_000, 1.0), bootstrap=DRAWS)
    assert Caution.UNEVEN in row(found, "Ad")["flags"]
    even = incremental(uneven(300_000, 0.0), bootstrap=DRAWS)
    for channel in company.CHANNELS:
        assert Caution.UNEVEN not in row(even, channel)["flags"]


def test_its_interval_does_not_shrink_to_nothing_as_persons_come_in() -> None:
    few, many = (incremental(uneven(persons, 1.0), bootstrap=DRAWS) for persons in (3e5, 3e7))
    assert width(many, "Ad") > 0.5 * 100 * width(few, "Ad")
    even = incremental(uneven(3e7, 0.0), bootstrap=DRAWS)
    assert width(even, "Ad") < 0.2 * width(many, "Ad")


def test_its_error_is_in_the_table_of_effects() -> None:
    effects = [
        incremental(uneven(3e6, unevenness), bootstrap=None).effects
        for unevenness in (0.0, 1.0)
    ]
    errors = [one["error"][0].as_py() for one in effects if one is not None]
    assert errors[1] > 3 * errors[0]
