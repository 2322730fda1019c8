"""An open store in a directory of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.facts import FactStore, Limits

SMALL = Limits(bulk_rows=20, slice_rows=50, seal_rows=15, file_rows=100, patience=1.0)
"""So small that a few dozen facts reach every path."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FactStore]:
    with FactStore.open(tmp_path / "data", limits=SMALL) as opened:
        yield opened
