"""Cents are shared by the largest remainder, whatever the sign or the size."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.attribution.shares import allocate, settle


@pytest.mark.parametrize(
    ("value", "weights", "shares"),
    [
        (100, [1 / 3] * 3, [34, 33, 33]),
        (-100, [1 / 3] * 3, [-34, -33, -33]),
        (1, [0.5, 0.5], [1, 0]),
        (2, [0.25] * 4, [1, 1, 0, 0]),
        (0, [0.4, 0.2, 0.4], [0, 0, 0]),
        (1, [0.2, 0.3, 0.5], [0, 0, 1]),
        (7, [0.0, 1.0, 0.0], [0, 7, 0]),
        (2**53, [0.5, 0.0, 0.5], [2**52, 0, 2**52]),
    ],
)
def test_the_cents_left_over_go_to_the_largest_fractions(
    value: int, weights: list[float], shares: list[int]
) -> None:
    found = allocate(np.array([value]), np.array(weights), np.array([len(weights)]))
    assert found.tolist() == shares


raws = st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=40), min_size=1, max_size=6)


@given(raws=raws, data=st.data())
def test_every_path_is_shared_exactly_and_its_idle_touches_get_nothing(
    raws: list[list[int]], data: st.DataObject
) -> None:
    raws = [raw if any(raw) else [1] * len(raw) for raw in raws]
    values = [data.draw(st.integers(-(2**53), 2**53)) for _ in raws]
    weights = [np.array(raw) / sum(raw) for raw in raws]
    lengths = np.array([len(raw) for raw in raws])
    shares = allocate(np.array(values), np.concatenate(weights), lengths)
    for value, raw, part in zip(
        values, raws, np.split(shares, np.cumsum(lengths)), strict=False
    ):
        assert sum(part.tolist()) == value
        assert all(share == 0 for share, mass in zip(part, raw, strict=True) if not mass)
        if abs(value) < 2**40:
            for share, mass in zip(part.tolist(), raw, strict=True):
                exact = Fraction(mass, sum(raw)) * abs(value)
                assert floor(exact) - 1 <= abs(share) <= floor(exact) + 1


@given(targets=st.lists(st.fractions(-1000, 1000, max_denominator=60), min_size=1, max_size=12))
def test_a_report_settles_to_its_total(targets: list[Fraction]) -> None:
    total = round(sum(targets))
    spare = total - sum(targets)
    targets[0] += spare
    found = settle(np.array([float(target) for target in targets]), total)
    assert sum(found) == total
    assert all(abs(a - b) < 1 + 1e-5 for a, b in zip(found, targets, strict=True))


def test_nothing_settles_to_nothing() -> None:
    assert settle(np.zeros(0), 0) == []
