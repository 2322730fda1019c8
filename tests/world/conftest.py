from __future__ import annotations

import pytest

from world.telling import Told, tell


@pytest.fixture(scope="session")
def told() -> Told:
    return tell(50_000)


@pytest.fixture(scope="session")
def big() -> Told:
    return tell(400_000)
