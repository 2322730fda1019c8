from __future__ import annotations

import pytest
from small_company import company
from small_tables import Ledger


@pytest.fixture(scope="module")
def books() -> Ledger:
    """The hand-worked company of `small_company`; tests of it only read."""
    return company()
