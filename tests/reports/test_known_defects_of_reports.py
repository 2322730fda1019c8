"""Defects of other products' reports, each held off by a test of ours."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from small_company import PAID, company
from small_tables import Ledger, day

from headwater.domain.times import from_micros
from headwater.domain.words import ConversionKind, DateBasis
from headwater.reports import ReportRequest, run
from headwater.reports.periods import day_start

pytestmark = pytest.mark.slow

ZONES = [ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")]
FROM, TO = date(2025, 1, 5), date(2025, 2, 10)
DATED = {
    DateBasis.LEAD: "lead_at",
    DateBasis.OPPORTUNITY: "opportunity_at",
    DateBasis.CLOSE: "closed_at",
    DateBasis.PAYMENT: "paid_at",
}


def spent(*moments: int) -> Ledger:
    """The company of `small_company` with 1.00 spent on Paid Search at each of the moments."""
    books = company()
    books.put(
        "spend_days",
        [{"fact_id": str(at), "spent_at": at, "cost_minor": 100, **PAID} for at in moments],
    )
    return books


def sales(books: Ledger, basis: DateBasis, zone: ZoneInfo) -> dict[tuple[str, str], float]:
    """Won value by month and channel under `linear`, added up credit by credit."""
    won = {
        row["conversion_id"]: row
        for row in books.query("select * from conversions").to_pylist()
        if row["kind"] == ConversionKind.WON and row["excluded"] is None
    }
    touches = {
        row["touch_id"]: row for row in books.query("select * from touchpoints").to_pylist()
    }
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in books.query("select * from credits where model = 'linear'").to_pylist():
        deal, touch = won.get(row["conversion_id"]), touches.get(row["touch_id"])
        if deal is None or touch is None:
            continue
        at = touch["touched_at"] if basis is DateBasis.TOUCH else deal[DATED[basis]]
        if at is not None:
            month = from_micros(at).astimezone(zone).strftime("%Y-%m")
            found[month, touch["channel"]] += row["value_minor"]
    return found


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("basis", DateBasis)
def test_spend_outside_the_window_of_revenue_is_not_divided_into_it(
    basis: DateBasis, zone: ZoneInfo
) -> None:
    """Snowplow's dbt package set the revenue of a window against the spend of all time."""
    first, after = day_start(FROM, zone), day_start(TO + timedelta(days=1), zone)
    inside, outside = (first, after - 1), (first - 1, after, day("2019-01-01"))
    request = ReportRequest(
        date_basis=basis, from_=FROM, to=TO, timezone=zone.key, model="linear"
    )
    rows = run(spent(*inside, *outside), "channels", request).rows.to_pylist()
    wanted = run(spent(*inside), "channels", request).rows.to_pylist()
    assert rows == wanted
    (paid,) = [row for row in rows if row["channel"] == "Paid Search"]
    assert paid["cost"] == 200
    assert paid["roas"] == pytest.approx(paid["revenue"] / 200)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("basis", DateBasis)
def test_spend_and_revenue_of_a_row_are_of_the_same_period(
    basis: DateBasis, zone: ZoneInfo
) -> None:
    # The last moment of January and the first of February, in this zone.
    turn = day_start(date(2025, 2, 1), zone)
    books = spent(turn - 1, turn, turn, day("2025-03-15"))
    request = ReportRequest(
        date_basis=basis,
        by=("month", "channel"),
        from_=date(2025, 1, 1),
        to=date(2025, 2, 28),
        timezone=zone.key,
        model="linear",
    )
    report = run(books, "channels", request)
    ordinary = [
        row
        for row, rank in zip(report.rows.to_pylist(), report.ranks, strict=True)
        if rank == 0
    ]
    credited = sales(books, basis, zone)
    costs = {("2025-01", "Paid Search"): 100, ("2025-02", "Paid Search"): 200}
    keys = {(row["month"], row["channel"]) for row in ordinary}
    assert set(costs) <= keys
    for row in ordinary:
        key = row["month"], row["channel"]
        assert row["cost"] == costs.get(key, 0)
        assert row["revenue"] == credited.get(key, 0)
        assert row["roas"] == (
            pytest.approx(credited.get(key, 0) / costs[key]) if key in costs else None
        )
    shown = {key for key in credited if "2025-01" <= key[0] <= "2025-02"}
    assert shown <= keys


@pytest.mark.parametrize("basis", list(DateBasis))
def test_the_total_divides_revenue_and_spend_of_the_same_period(basis: DateBasis) -> None:
    request = ReportRequest(date_basis=basis, from_=FROM, to=TO, model="linear")
    report = run(spent(day("2025-01-20")), "channels", request)
    placed = sum(
        row["revenue"]
        for row in report.rows.to_pylist()
        if not row["channel"].startswith("(excluded: ")
    )
    (total,) = report.total.to_pylist()
    assert total["cost"] == 100
    assert total["roas"] is None or total["roas"] == pytest.approx(placed / total["cost"])


def test_the_overview_counts_spend_and_revenue_of_the_same_days() -> None:
    first, after = day_start(FROM, ZONES[0]), day_start(TO + timedelta(days=1), ZONES[0])
    request = ReportRequest(from_=FROM, to=TO)
    found = run(spent(first - 1, first, after - 1, after), "overview", request)
    (total,) = found.total.to_pylist()
    assert (total["cost"], total["revenue"]) == (200, 100_001)
