"""A real closed loop, loaded by hand: 8,000 leads, their won deals and what those sold."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from small_conversions import conversions
from small_tables import Ledger, day, state

from headwater.reports import ReportRequest, RevenueFrom, parse, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def olist(shared_data: Path) -> Ledger:
    folder = shared_data / "olist"
    leads = [
        {
            "person_id": row["mql_id"],
            "lead_at": day(row["first_contact_date"]),
            "source": row["origin"] or None,
            "landing_page": row["landing_page_id"],
        }
        for row in _read(folder / "olist_marketing_qualified_leads_dataset.csv")
    ]
    deals = [
        {
            "deal_id": row["seller_id"],
            "person_id": row["mql_id"],
            "status": "won",
            "opportunity_at": day(row["won_date"]),
            "closed_at": day(row["won_date"]),
            "value_minor": 0,
        }
        for row in _read(folder / "olist_closed_deals_dataset.csv")
    ]
    orders = _orders(folder / "olist_order_items_of_won_sellers.csv", deals)
    # Only what these reports read: the leads' own conversions would take long to look up.
    moments = conversions([], deals[:5], [], [])
    return Ledger(
        {
            "rebuild_state": state(),
            "leads": leads,
            "deals": deals,
            "orders": orders,
            "conversions": moments,
        }
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _orders(path: Path, deals: list[dict[str, object]]) -> list[dict[str, object]]:
    """One order of one seller: an order of items from two sellers is two."""
    person_of = {deal["deal_id"]: deal["person_id"] for deal in deals}
    cents: dict[tuple[str, str], int] = defaultdict(int)
    for row in _read(path):
        whole, _, part = row["price"].partition(".")
        cents[row["order_id"], row["seller_id"]] += int(whole) * 100 + int(f"{part:0<2}"[:2])
    return [
        {
            "order_key": f"{order_id}:{seller}",
            "order_id": order_id,
            "person_id": person_of[seller],
            "deal_id": seller,
            "value_minor": value,
            "refunded_minor": 0,
        }
        for (order_id, seller), value in cents.items()
    ]


COLUMNS = "source,leads,won,won_rate,selling_deals,orders,revenue,median_days_to_won"


def test_the_leads_of_each_origin_come_out_as_they_are_known_to(olist: Ledger) -> None:
    request = parse(
        {"columns": COLUMNS.replace("source", "origin=source"), "currency": "BRL"},
        ReportRequest(revenue=RevenueFrom.ORDERS),
    )
    report = run(olist, "lead-sources", request)
    rows = {row["origin"]: row for row in report.rows.to_pylist()}
    total = report.total.to_pylist()[0]

    assert (total["leads"], total["won"], total["selling_deals"]) == (8_000, 842, 380)
    assert total["revenue"] == 67_685_148
    assert total["median_days_to_won"] == pytest.approx(14.65, abs=0.005)
    search = rows["paid_search"]
    assert (search["leads"], search["won"], search["revenue"]) == (1_586, 195, 15_527_705)
    assert search["won_rate"] == pytest.approx(195 / 1_586)
    assert rows["(not set)"]["leads"] == 60
    assert rows["unknown"]["leads"] == 1_099
    assert len(rows) == 11
    assert set(report.ranks) == {0}
    assert report.balance.is_exact
