"""Columns of every kind, under names of the reader's own, and a report of them."""

from __future__ import annotations

from datetime import date

from small_tables import Ledger

from headwater.domain.words import DateBasis
from headwater.reports import Pick, Report, ReportRequest, run

PICKS = tuple(
    Pick(name, shown)
    for name, shown in [
        ("channel", "where"),
        ("won", "won"),
        ("revenue", "revenue"),
        ("roas", "roas"),
        ("cpl", "cpl"),
    ]
)


def closed_in_2025(books: Ledger) -> Report:
    """Return what they say of the deals closed in 2025."""
    request = ReportRequest(
        columns=PICKS, from_=date(2025, 1, 1), to=date(2025, 12, 31), date_basis=DateBasis.CLOSE
    )
    return run(books, "channels", request)
