"""Channel performance of the hand-worked company: every number below was worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_company import company, with_credits
from small_tables import Ledger

from headwater.domain.errors import InputError, UnknownName
from headwater.domain.times import DAY
from headwater.domain.words import DateBasis
from headwater.reports import (
    Filter,
    Part,
    Pick,
    Report,
    ReportRequest,
    RevenueFrom,
    Sort,
    run,
)

pytestmark = pytest.mark.slow

ALL = ReportRequest()
WINTER = ReportRequest(from_=date(2025, 1, 5), to=date(2025, 2, 10))


def rows(report: Report) -> dict[object, dict[str, object]]:
    first = report.columns[0].name
    return {row[first]: row for row in report.rows.to_pylist()}


def test_credit_spend_and_sessions_meet_in_one_row(books: Ledger) -> None:
    paid = rows(run(books, "channels", ALL))["Paid Search"]

    assert paid["sessions"] == 3
    assert paid["visitors"] == 3
    assert (paid["impressions"], paid["clicks"], paid["cost"]) == (1_010, 105, 40_000)
    assert (paid["leads"], paid["opportunities"], paid["won"]) == (1.5, 1.5, 0.5)
    assert (paid["revenue"], paid["orders"], paid["order_revenue"]) == (50_001, 0.5, 25_000)
    assert paid["ctr"] == pytest.approx(105 / 1_010)
    assert paid["cpc"] == pytest.approx(40_000 / 105)
    assert paid["cpl"] == pytest.approx(40_000 / 1.5)
    assert paid["paid_cac"] == pytest.approx(80_000)
    assert paid["roas"] == pytest.approx(50_001 / 40_000)
    assert paid["romi"] == pytest.approx(10_001 / 40_000)


def test_a_zero_denominator_prints_blank(books: Ledger) -> None:
    email = rows(run(books, "channels", ALL))["Email"]

    assert email["cost"] == 0
    assert [email[name] for name in ("ctr", "cpc", "roas", "romi")] == [None] * 4


def test_conversions_without_a_touch_and_excluded_ones_have_rows_of_their_own(
    books: Ledger,
) -> None:
    report = run(books, "channels", ALL)

    assert report.ranks == (0, 0, 1, 2)
    untouched = rows(report)["(no touch)"]
    assert (untouched["leads"], untouched["won"], untouched["revenue"]) == (1, 2, 34_999)
    assert untouched["sessions"] is None
    excluded = rows(report)["(excluded: no exchange rate)"]
    assert (excluded["opportunities"], excluded["won"], excluded["revenue"]) == (1, 1, 0)


def test_the_total_row_is_that_of_the_books(books: Ledger) -> None:
    total = run(books, "channels", ALL).total.to_pylist()[0]

    assert (total["leads"], total["won"], total["revenue"]) == (3, 4, 135_000)
    assert total["visitors"] == 3


def test_credit_to_touches_outside_the_dates_is_told_apart(books: Ledger) -> None:
    report = run(books, "channels", WINTER)
    line = next(line for line in report.balance.lines if line.key == "revenue")

    assert line.credited == 50_000
    assert line.parts == (
        Part("(excluded: converted outside the dates)", 34_999),
        Part("(excluded: credited to touches outside the dates)", 50_001),
    )
    assert (line.total, line.difference) == (135_000, 0)


BASES = {
    # basis: won, revenue, orders' value from 5 Jan to 10 Feb, special rows of won deals
    DateBasis.LEAD: (1, 100_001, 50_000, {"(no touch)": 1}),
    DateBasis.OPPORTUNITY: (1, 100_001, 50_000, {"(no touch)": 1}),
    DateBasis.CLOSE: (1, 100_001, 50_000, {}),
    # the refund of 1 March was paid back later: it is not in this range
    DateBasis.PAYMENT: (1, 100_001, 60_000, {}),
}


@pytest.mark.parametrize("basis", BASES)
def test_a_date_basis_places_whole_conversions(books: Ledger, basis: DateBasis) -> None:
    won, revenue, order_value, special = BASES[basis]
    report = run(books, "channels", replace(WINTER, date_basis=basis))
    lines = {line.key: line for line in report.balance.lines}

    assert lines["won"].credited == won
    assert lines["revenue"].credited == revenue
    assert lines["order_revenue"].credited == order_value
    assert {part.label: part.amount for part in lines["won"].parts} == special
    assert report.balance.is_exact
    assert "spend and sales are not the same cohort" in report.header.notes


def test_a_conversion_that_lacks_the_date_is_excluded_with_that_reason(books: Ledger) -> None:
    report = run(books, "channels", replace(ALL, date_basis=DateBasis.CLOSE))

    assert rows(report)["(excluded: no close date)"]["leads"] == 1


RANGES = [
    (None, None),
    (date(2025, 1, 10), None),
    (None, date(2025, 2, 1)),
    (date(2025, 1, 15), date(2025, 1, 15)),
    (date(2030, 1, 1), date(2030, 12, 31)),
]


@pytest.mark.parametrize("basis", DateBasis)
@pytest.mark.parametrize("days", RANGES)
def test_it_balances_on_every_basis_and_range(
    books: Ledger, basis: DateBasis, days: tuple[date | None, date | None]
) -> None:
    request = ReportRequest(date_basis=basis, from_=days[0], to=days[1])

    assert run(books, "channels", request).balance.is_exact


def test_a_lost_credit_shows_as_a_difference() -> None:
    ledger = company()
    kept = ledger.query("select * from credits where conversion_id <> 'won:D1'")
    ledger.put("credits", kept)
    balance = run(ledger, "channels", ALL).balance
    lines = {line.key: line for line in balance.lines}

    assert not balance.is_exact
    assert lines["won"].difference == pytest.approx(-1)
    assert lines["revenue"].difference == -100_001
    assert lines["leads"].difference == 0


def test_a_refund_that_never_became_a_conversion_shows_as_a_difference() -> None:
    ledger = company()
    ledger.put(
        "conversions", ledger.query("select * from conversions where counts <> 0").to_pylist()
    )
    with_credits(ledger)
    lines = {line.key: line for line in run(ledger, "channels", ALL).balance.lines}

    assert lines["order_revenue"].difference == 10_000


def test_revenue_can_mean_orders_net_of_refunds(books: Ledger) -> None:
    report = run(books, "channels", replace(ALL, revenue=RevenueFrom.ORDERS))
    line = next(line for line in report.balance.lines if line.key == "revenue")

    assert (line.credited, line.total) == (50_000, 50_000)


def test_another_lookback_is_credited_on_the_spot(books: Ledger) -> None:
    # Nine days and a half before her lead only the e-mail of 10 January is left.
    report = run(books, "channels", replace(ALL, lookback=9 * DAY))

    assert rows(report)["Email"]["leads"] == 1
    assert rows(report)["Paid Search"]["leads"] == 1
    assert report.header.lookback == "9d"
    assert report.balance.is_exact


def test_a_model_with_its_own_parameters_is_credited_on_the_spot(books: Ledger) -> None:
    report = run(books, "channels", replace(ALL, model="position(f=.9,l=.1)"))

    assert rows(report)["Paid Search"]["won"] == pytest.approx(0.9)
    assert report.balance.is_exact


def test_a_drill_down_keeps_the_balance(books: Ledger) -> None:
    request = replace(ALL, by=("campaign",), filters=(Filter("channel", "Paid Search"),))
    report = run(books, "channels", request)

    assert rows(report)["spring"]["revenue"] == 50_001
    assert rows(report)["spring"]["sessions"] == 3
    assert rows(report)["(excluded: outside the filter)"]["revenue"] == 50_000
    assert report.header.filters == ("channel=Paid Search",)
    assert report.balance.is_exact


def test_rows_by_several_dimensions_have_a_column_each(books: Ledger) -> None:
    report = run(books, "channels", replace(ALL, by=("device", "new_vs_returning", "month")))
    found = {
        (row["device"], row["new_vs_returning"], row["month"]): row
        for row in report.rows.to_pylist()
    }

    assert found["mobile", "new", "2025-01"]["sessions"] == 1
    assert found["mobile", "new", "2025-01"]["won"] == 0.5
    assert found["desktop", "returning", "2025-01"]["sessions"] == 1
    assert found["(no touch)", None, None]["won"] == 2
    assert report.balance.is_exact


def test_a_limit_gathers_the_rest_in_one_row(books: Ledger) -> None:
    report = run(books, "channels", replace(ALL, limit=1, sort=Sort("sessions")))

    assert list(rows(report))[:2] == ["Paid Search", "(other)"]
    assert rows(report)["(other)"]["revenue"] == 50_000
    assert rows(report)["(other)"]["visitors"] is None
    assert report.balance.is_exact


def test_columns_are_chosen_and_renamed(books: Ledger) -> None:
    picks = (Pick("won", "deals"), Pick("channel", "where"))
    report = run(books, "channels", replace(ALL, columns=picks))

    assert report.rows.column_names == ["deals", "where"]
    assert [line.key for line in report.balance.lines] == ["won"]


def test_rows_by_time_stand_in_order_of_time(books: Ledger) -> None:
    report = run(books, "channels", replace(ALL, by=("month",)))

    assert report.rows.column("month").to_pylist()[:2] == ["2025-01", "2025-02"]


def test_a_month_is_that_of_the_reports_time_zone(books: Ledger) -> None:
    # Midnight UTC of 1 February, when spend was made, is still January in New York.
    request = replace(ALL, by=("month",), timezone="America/New_York")
    found = rows(run(books, "channels", request))

    assert found["2025-01"]["cost"] == 10_000
    assert found["2024-12"]["cost"] == 30_000


def test_spend_without_a_rate_is_noted(books: Ledger) -> None:
    notes = run(books, "channels", ALL).header.notes

    assert notes == ("rows of spend left without a cost: 1 (no exchange rate)",)


def test_the_header_tells_what_the_numbers_rest_on(books: Ledger) -> None:
    header = run(books, "channels", ALL).header

    assert (header.model, header.lookback, header.date_basis) == ("linear", "90d", "touch")
    assert (header.currency, header.rule_version) == ("EUR", "rules-1")
    assert header.as_of == 1_751_328_000_000_000


WRONG = [
    (replace(ALL, by=("flavour",)), "flavour"),
    (replace(ALL, by=("channel; drop table deals",)), "drop table"),
    (replace(ALL, columns=(Pick("profit", "profit"),)), "profit"),
    (replace(ALL, filters=(Filter("colour", "red"),)), "colour"),
    (replace(ALL, sort=Sort("size")), "size"),
    (replace(ALL, model="magic"), "magic"),
]


@pytest.mark.parametrize(("request_", "named"), WRONG)
def test_a_name_that_does_not_exist_is_named(
    books: Ledger, request_: ReportRequest, named: str
) -> None:
    with pytest.raises(UnknownName, match=named):
        run(books, "channels", request_)


def test_a_filters_value_is_never_read_as_sql(books: Ledger) -> None:
    hostile = "x' or 1=1; drop table deals; --"
    report = run(books, "channels", replace(ALL, filters=(Filter("channel", hostile),)))

    assert report.balance.is_exact
    assert books.query("select count(*) as n from deals").to_pylist() == [{"n": 6}]


def test_two_columns_of_one_name_are_refused(books: Ledger) -> None:
    picks = (Pick("won", "n"), Pick("leads", "n"))
    with pytest.raises(InputError, match="'n'"):
        run(books, "channels", replace(ALL, columns=picks))
