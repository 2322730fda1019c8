"""Whatever the model, the date basis, the dates, the drill-down and the limit: it adds up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_company import with_credits
from small_conversions import conversions
from small_tables import LOOKBACK, Ledger, state

from headwater.attribution import MODELS
from headwater.domain.times import DAY, HOUR
from headwater.domain.words import DateBasis
from headwater.reports import Filter, ReportRequest, RevenueFrom, run
from headwater.reports.channels import DIMENSIONS

START = date(2025, 1, 1)
START_AT = 1_735_689_600_000_000
PEOPLE = ["ann", "ben", "cem"]

people = st.sampled_from(PEOPLE)
anybody = st.one_of(st.none(), people)
moments = st.integers(0, 30 * 24).map(lambda hours: START_AT + hours * HOUR)
cents = st.integers(0, 2**40)


@st.composite
def touchpoints(draw: st.DrawFn) -> list[dict[str, object]]:
    channels = st.sampled_from(["Paid Search", "Email", "Direct", "(no touch)"])
    drawn = draw(st.lists(st.tuples(people, moments, channels), max_size=8))
    return [
        {
            "touch_id": f"t{number}",
            "person_id": person,
            "touched_at": at,
            "kind": "session",
            "channel": channel,
            "is_direct": channel == "Direct",
        }
        for number, (person, at, channel) in enumerate(drawn)
    ]


@st.composite
def deals(draw: st.DrawFn) -> list[dict[str, object]]:
    made = []
    for number in range(draw(st.integers(0, 5))):
        status = draw(st.sampled_from(["open", "won", "lost"]))
        made.append(
            {
                "deal_id": f"d{number}",
                "person_id": draw(anybody),
                "account_id": draw(st.sampled_from([None, "acme"])),
                "status": status,
                "owner": draw(st.sampled_from([None, "olga"])),
                "opportunity_at": draw(st.one_of(st.none(), moments)),
                "closed_at": draw(moments) if status != "open" else None,
                "value_minor": draw(cents),
                "excluded": draw(st.sampled_from([None, None, "no exchange rate"])),
            }
        )
    return made


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    made, refunds = [], []
    for number in range(draw(st.integers(0, 4))):
        paid_at, value = draw(moments), draw(cents)
        back = draw(st.lists(st.integers(1, 10**6), max_size=2))
        made.append(
            {
                "order_key": f"s{number}",
                "order_id": f"s{number}",
                "person_id": draw(anybody),
                "deal_id": draw(st.sampled_from([None, "d0", "d1"])),
                "paid_at": paid_at,
                "value_minor": value - sum(back),
                "refunded_minor": sum(back),
            }
        )
        refunds += [
            {
                "order_id": f"s{number}",
                "refunded_at": paid_at + draw(st.integers(0, 20)) * DAY,
                "refund_minor": -amount,
            }
            for amount in back
        ]
    return made, refunds


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    known = draw(st.lists(people, unique=True))
    leads = [{"person_id": person, "lead_at": draw(moments)} for person in known]
    given_deals = draw(deals())
    given_orders, refunds = draw(orders())
    ledger = Ledger(
        {
            "rebuild_state": state(),
            "touchpoints": draw(touchpoints()),
            "leads": leads,
            "deals": given_deals,
            "orders": given_orders,
            "conversions": conversions(leads, given_deals, given_orders, refunds),
        }
    )
    with_credits(ledger)
    return ledger


@st.composite
def requests(draw: st.DrawFn) -> ReportRequest:
    days = st.one_of(
        st.none(), st.integers(-2, 40).map(lambda number: START + timedelta(days=number))
    )
    from_, to = draw(days), draw(days)
    if from_ and to and from_ > to:
        from_, to = to, from_
    filters = draw(st.sampled_from([(), (), (Filter("channel", "Email"),)]))
    return ReportRequest(
        model=draw(st.sampled_from(sorted(MODELS))),
        lookback=draw(st.sampled_from([LOOKBACK, 3 * DAY, None])),
        date_basis=draw(st.sampled_from(DateBasis)),
        from_=from_,
        to=to,
        by=draw(st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=2).map(tuple)),
        revenue=draw(st.sampled_from(RevenueFrom)),
        timezone=draw(st.sampled_from(["UTC", "America/Sao_Paulo", "Asia/Kolkata"])),
        limit=draw(st.sampled_from([None, 1])),
        filters=filters,
    )


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(ledgers(), requests())
def test_channel_performance_always_adds_up_to_the_books(
    ledger: Ledger, request: ReportRequest
) -> None:
    balance = run(ledger, "channels", request).balance

    assert {line.key for line in balance.lines} >= {"leads", "won", "revenue", "order_revenue"}
    for line in balance.lines:
        assert line.difference == 0, line


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(ledgers(), requests())
def test_the_pipeline_and_the_cohorts_add_up_too(
    ledger: Ledger, request: ReportRequest
) -> None:
    plain = ReportRequest(
        date_basis=request.date_basis,
        from_=request.from_,
        to=request.to,
        revenue=request.revenue,
        timezone=request.timezone,
        limit=request.limit,
        filters=request.filters,
    )
    for name in ("opportunities", "lead-sources", "overview"):
        asked = (
            plain if name != "overview" else ReportRequest(from_=request.from_, to=request.to)
        )
        balance = run(ledger, name, asked).balance
        assert balance.lines
        assert balance.is_exact, (name, balance)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(ledgers(), requests())
def test_every_model_side_by_side_has_the_same_total(
    ledger: Ledger, request: ReportRequest
) -> None:
    asked = ReportRequest(
        date_basis=request.date_basis, from_=request.from_, to=request.to, by=request.by
    )
    report = run(ledger, "models", asked)

    assert [line.key for line in report.balance.lines] == list(MODELS)
    assert len({line.total for line in report.balance.lines}) == 1
    assert report.balance.is_exact
