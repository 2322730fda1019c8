"""Every report, option, dimension and column stands in the reference."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_tables import Ledger

from headwater.domain.words import DateBasis
from headwater.reports import DIMENSIONS, REPORTS, Pick, ReportRequest, run
from headwater.reports.request import OPTIONS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "reports.md"
HOWTO = PAGE.parents[1] / "howto" / "read-a-report.md"
REVENUE = Pick("revenue", "revenue")
TEXT = PAGE.read_text("utf-8")
NAMES = sorted(
    {
        *REPORTS,
        *DIMENSIONS,
        *OPTIONS,
        *(name for one in REPORTS.values() for name in one.metrics),
    }
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_can_be_asked_for_is_explained(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_the_formulas_are_those_in_the_registry() -> None:
    for report in REPORTS.values():
        if report.name != "models":
            for metric in report.metrics.values():
                assert f"| `{metric.name}` | {metric.title} | {metric.formula} |" in TEXT


def _table(after: str) -> dict[str, list[str]]:
    """The rows of the first table below a line of the page, by their first cell."""
    lines = HOWTO.read_text("utf-8").split(after, 1)[1].splitlines()
    rows = [
        [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        for line in lines[: lines.index("", 3)]
        if line.startswith("|")
    ]
    return {row[0]: row[1:] for row in rows[2:]}


def _amount(value: float) -> str:
    return f"{value / 100:,.2f}"


def test_the_worked_credit_is_what_the_report_says(books: Ledger) -> None:
    report = run(books, "channels", ReportRequest())
    total = report.total.to_pylist()[0] | {"channel": "the books"}
    told = {
        row["channel"]: [
            *(f"{row[name]:g}" for name in ("leads", "opportunities", "won")),
            _amount(row["revenue"]),
        ]
        for row in [*report.rows.to_pylist(), total]
    }

    assert _table("nothing is lost.\n") == told


@pytest.mark.parametrize("basis", DateBasis)
def test_the_worked_date_bases_are_what_the_report_says(
    books: Ledger, basis: DateBasis
) -> None:
    request = ReportRequest(
        date_basis=basis, from_=date(2025, 1, 5), to=date(2025, 2, 10), columns=(REVENUE,)
    )
    line = run(books, "channels", request).balance.lines[0]
    parts = {part.label: part.amount for part in line.parts}
    untouched = parts.pop("(no touch)", 0)
    elsewhere = " + ".join(_amount(parts[label]) for label in sorted(parts, reverse=True))

    told = [_amount(line.credited), _amount(untouched), elsewhere, _amount(line.total)]
    assert _table("revenue from won deals:\n")[basis][:4] == told
