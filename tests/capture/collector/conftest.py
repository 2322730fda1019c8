from __future__ import annotations

from collections.abc import Iterator

import pytest

from capture.collecting import HOST, Collecting, collector
from capture.collector.sending import SHOP


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collecting]:
    """One collector for all tests of a module; each sends under ids of its own."""
    with collector(tmp_path_factory.mktemp("collected"), SHOP) as found:
        assert found.url.startswith(f"http://{HOST}")
        yield found
