from __future__ import annotations

import pytest
from picked import closed_in_2025
from small_company import company
from small_tables import Ledger

from headwater.reports import Report


@pytest.fixture(scope="module")
def books() -> Ledger:
    """The hand-worked company of `small_company`; tests of it only read."""
    return company()


@pytest.fixture
def report(books: Ledger) -> Report:
    return closed_in_2025(books)
