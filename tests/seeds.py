"""Seeds for tests of anything at random."""

from __future__ import annotations

import pytest


def seeds(number: int) -> list[object]:
    """So many seeds; a suite that is run again on another engine takes the first two."""
    return [
        pytest.param(seed, marks=pytest.mark.sweep if seed > 1 else ())
        for seed in range(number)
    ]
