"""Models side by side, opportunities, lead sources and the overview, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_tables import Ledger, day, state

from headwater.domain.errors import UnknownName
from headwater.domain.words import DateBasis
from headwater.reports import Filter, ReportRequest, RevenueFrom, overview, run

ALL = ReportRequest()


def test_models_stand_side_by_side(books: Ledger) -> None:
    request = replace(ALL, models=("first", "last", "linear"))
    report = run(books, "models", request)

    assert report.rows.to_pylist() == [
        {"channel": "Paid Search", "first": 100_001, "last": 0, "linear": 50_001},
        {"channel": "Email", "first": 0, "last": 100_001, "linear": 50_000},
        {"channel": "(no touch)", "first": 34_999, "last": 34_999, "linear": 34_999},
        {"channel": "(excluded: no exchange rate)", "first": 0, "last": 0, "linear": 0},
    ]
    assert report.balance.is_exact


def test_models_compare_any_credited_metric(books: Ledger) -> None:
    report = run(books, "models", replace(ALL, models=("first",), metric="leads"))

    assert report.rows.to_pylist()[0] == {"channel": "Paid Search", "first": 2.0}


def test_models_cannot_compare_what_no_model_credits(books: Ledger) -> None:
    with pytest.raises(UnknownName, match="sessions"):
        run(books, "models", replace(ALL, metric="sessions"))


def test_opportunities_stand_by_stage_and_source(books: Ledger) -> None:
    report = run(books, "opportunities", ALL)
    found = {(row["stage"], row["source"]): row for row in report.rows.to_pylist()}

    demo = found["Demo", "google"]
    assert (demo["open"], demo["open_value"], demo["weighted_value"]) == (1, 50_000, 16_650)
    assert demo["win_rate"] is None
    assert found["Signed", "newsletter"]["won_value"] == 100_001
    assert found["Signed", "(not set)"]["deals"] == 2
    total = report.total.to_pylist()[0]
    assert (total["deals"], total["value"], total["win_rate"]) == (6, 225_000, 0.8)
    assert report.balance.is_exact


def test_a_deal_without_the_wanted_date_is_excluded_by_name(books: Ledger) -> None:
    report = run(
        books, "opportunities", replace(ALL, by=("status",), date_basis=DateBasis.CLOSE)
    )
    found = {row["status"]: row for row in report.rows.to_pylist()}

    assert found["(excluded: no close date)"]["open"] == 1
    assert report.balance.is_exact


def test_lead_sources_follow_a_cohort_to_its_deals_and_orders(books: Ledger) -> None:
    report = run(books, "lead-sources", replace(ALL, revenue=RevenueFrom.ORDERS))

    assert report.rows.drop_columns("qualified").to_pylist() == [
        _cohort("newsletter", (1, 1, 1, 1), 50_000, 21.5, 1.0),
        _cohort("unknown", (1, 1, 0, 0), 0, 26.0, 1.0),
        _cohort("google", (1, 0, 0, 0), 0, None, 0.0),
        _cohort("(no lead)", (0, 2, 0, 0), 0, None, None),
    ]
    assert report.total.to_pylist()[0]["median_days_to_won"] == 23.75
    assert report.balance.is_exact


def _cohort(
    source: str,
    counts: tuple[int, int, int, int],
    revenue: int,
    days: float | None,
    rate: float | None,
) -> dict[str, object]:
    leads, won, selling, orders = counts
    return {
        "source": source,
        "leads": leads,
        "won": won,
        "won_rate": rate,
        "selling_deals": selling,
        "orders": orders,
        "revenue": revenue,
        "median_days_to_won": days,
    }


def test_a_source_called_unknown_is_not_a_source_never_set() -> None:
    ledger = Ledger(
        {
            "rebuild_state": state(),
            "leads": [
                {"person_id": "a", "lead_at": day("2025-01-01"), "source": "unknown"},
                {"person_id": "b", "lead_at": day("2025-01-01")},
            ],
        }
    )
    found = run(ledger, "lead-sources", ALL).rows.column("source").to_pylist()

    assert found == ["(not set)", "unknown"]


def test_a_deal_won_before_its_lead_counts_with_a_negative_duration() -> None:
    ledger = Ledger(
        {
            "rebuild_state": state(),
            "leads": [{"person_id": "a", "lead_at": day("2025-01-11")}],
            "deals": [
                {
                    "deal_id": "D",
                    "person_id": "a",
                    "status": "won",
                    "closed_at": day("2025-01-01"),
                    "value_minor": 100,
                }
            ],
        }
    )
    row = run(ledger, "lead-sources", ALL).rows.to_pylist()[0]

    assert (row["won"], row["median_days_to_won"]) == (1, -10.0)


def test_leads_outside_the_dates_are_told_apart(books: Ledger) -> None:
    report = run(books, "lead-sources", replace(ALL, from_=date(2025, 1, 15)))
    found = {row["source"]: row for row in report.rows.to_pylist()}

    assert found["(excluded: leads outside the dates)"]["won"] == 1
    assert report.balance.is_exact


def test_the_overview_counts_each_number_on_its_own_date(books: Ledger) -> None:
    request = ReportRequest(from_=date(2025, 2, 1), to=date(2025, 2, 28))
    seen = overview(books, request)
    numbers = {one.key: (one.value, one.previous) for one in seen.headlines}

    assert numbers["sessions"] == (1, 2)
    assert numbers["won"] == (2, 0)
    assert numbers["revenue"] == (125_001, 0)
    assert numbers["leads"] == (0, 3)
    assert numbers["cost"] == (10_000, 0)
    assert next(one for one in seen.headlines if one.key == "sessions").change == -0.5
    assert next(one for one in seen.headlines if one.key == "won").change is None
    assert seen.series.rows.num_rows == 28
    assert seen.pipeline.rows.to_pylist()[0]["stage"] == "Demo"
    for report in (seen.series, seen.channels, seen.pipeline):
        assert report.balance.is_exact


def test_the_overview_of_nothing_is_empty_and_balanced() -> None:
    seen = overview(Ledger(), ALL)

    assert seen.series.rows.num_rows == 0
    assert seen.channels.rows.num_rows == 0
    assert seen.series.balance.is_exact
    assert seen.series.header.as_of is None


def test_a_pipeline_filter_keeps_the_balance(books: Ledger) -> None:
    report = run(books, "opportunities", replace(ALL, filters=(Filter("status", "won"),)))

    assert report.ranks[-1] == 2
    assert report.balance.is_exact


def test_a_report_that_does_not_exist_is_named(books: Ledger) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'channels'"):
        run(books, "chanels", ALL)
