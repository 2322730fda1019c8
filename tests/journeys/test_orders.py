"""Orders, their refunds, and what was spent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headwater.domain.times import MINUTE
from story import Row, at, days, deal, lead, order, page, row
from telling import Facts, company, rows, the

pytestmark = pytest.mark.slow

ANN = "ann@example.org"
CLICKED = "/?utm_source=google&utm_medium=cpc"
LETTER = "/?utm_source=letter&utm_medium=email"


def received_later(fact: Row) -> Row:
    return {**fact, "received_at": fact["received_at"] + MINUTE}


def test_a_line_that_is_told_anew_counts_once_with_its_last_amount(tmp_path: Path) -> None:
    told = [
        received_later(order("o1", 0, 700, line_id="1", email=ANN)),
        order("o1", 0, 500, line_id="1", email=ANN),
        order("o1", 0, 200, line_id="2", email=ANN),
    ]
    with company(tmp_path, {"order": told}) as workspace:
        found = the(workspace, "select lines, value_minor from orders")
        sold = the(workspace, "select value_minor from conversions where kind = 'order'")
    assert (found["lines"], found["value_minor"], sold["value_minor"]) == (2, 900, 900)


def test_lines_without_a_number_are_each_a_line(tmp_path: Path) -> None:
    told = [order("o1", 0, 500, product="cup"), order("o1", 0, 200, product="pot")]
    with company(tmp_path, {"order": told}) as workspace:
        assert the(workspace, "select value_minor from orders")["value_minor"] == 700


REFUNDS = {
    "a negative amount": {"amount": -300},
    "a positive amount that is marked as a refund": {"amount": 300, "is_refund": True},
    "a negative amount that is marked as a refund": {"amount": -300, "is_refund": True},
}


@pytest.mark.parametrize("name", REFUNDS)
def test_a_refund_takes_back_what_the_order_brought(tmp_path: Path, name: str) -> None:
    told = [order("o1", 0, 1000, email=ANN), order("o1", days(9), **REFUNDS[name], email=ANN)]
    with company(tmp_path, {"order": told}) as workspace:
        found = the(workspace, "select * from orders")
        parts = rows(
            workspace,
            "select anchored_at, converted_at, paid_at, counts, value_minor from conversions"
            " where kind = 'order' order by converted_at",
        )
    assert (found["value_minor"], found["refunded_minor"]) == (700, 300)
    assert found["paid_at"] == at(0)
    assert [tuple(part.values()) for part in parts] == [
        (at(0), at(0), at(0), 1, 1000),
        (at(0), at(days(9)), at(days(9)), 0, -300),
    ]


def test_a_refund_is_taken_back_from_the_touches_that_earned_the_order(tmp_path: Path) -> None:
    told: Facts = {
        "event": [page("ann", 0, CLICKED), page("ann", days(5), LETTER)],
        "lead": [lead(1, visitor_id="ann", email=ANN)],
        "order": [order("o1", days(1), 1000, email=ANN), order("o1", days(9), -300, email=ANN)],
    }
    with company(tmp_path, told) as workspace:
        shares = rows(
            workspace,
            "select touchpoints.source, credits.value_minor from credits"
            " inner join touchpoints on touchpoints.touch_id = credits.touch_id"
            " inner join conversions on conversions.conversion_id = credits.conversion_id"
            " where credits.model = 'last' and conversions.kind = 'order'"
            " order by credits.value_minor",
        )
    assert [tuple(share.values()) for share in shares] == [("google", -300), ("google", 1000)]


@pytest.mark.parametrize("more", [{"amount": -300}, {"amount": 300, "line_id": "2"}])
def test_a_line_that_names_only_its_order_is_of_that_orders_buyer(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    told = [order("o1", 0, 1000, line_id="1", email=ANN), order("o1", days(9), **more)]
    with company(tmp_path, {"order": told}) as workspace:
        found = rows(workspace, "select lines, person_id from orders")
    assert [one["lines"] for one in found] == [2]
    assert found[0]["person_id"] is not None


def test_an_order_that_names_only_an_account_is_its_first_known_persons(tmp_path: Path) -> None:
    told: Facts = {
        "lead": [lead(0, email=ANN, account_id="acme")],
        "order": [order("o1", 5, 100, account_id="acme"), order("o2", 5, 100, account_id="x")],
    }
    with company(tmp_path, told) as workspace:
        known = the(workspace, "select person_id from leads")
        found = rows(workspace, "select person_id, account_id from orders order by order_id")
    assert [one["person_id"] for one in found] == [known["person_id"], None]
    assert [one["account_id"] for one in found] == ["acme", "x"]


def test_the_same_order_number_of_two_buyers_is_two_orders(tmp_path: Path) -> None:
    told = [order("1", 0, 100, email=ANN), order("1", 0, 200, email="bob@example.org")]
    with company(tmp_path, {"order": told}) as workspace:
        found = rows(workspace, "select value_minor from orders order by value_minor")
        earned = rows(workspace, "select conversion_id from conversions where kind = 'order'")
    assert [one["value_minor"] for one in found] == [100, 200]
    assert len({one["conversion_id"] for one in earned}) == 2


def test_an_order_belongs_to_the_deal_it_names_or_else_to_the_one_won_before_it(
    tmp_path: Path,
) -> None:
    told: Facts = {
        "deal": [
            deal("early", 0, "won", 100, email=ANN),
            deal("late", days(10), "won", 100, email=ANN),
            deal("lost", days(4), "lost", 100, email=ANN),
        ],
        "order": [
            order("a", days(5), 100, email=ANN),
            order("b", days(12), 100, email=ANN),
            order("c", days(12), 100, email=ANN, deal_id="early"),
            order("d", days(5), 100, deal_id="late"),
            order("e", days(5), 100, email="bob@example.org"),
        ],
    }
    with company(tmp_path, told) as workspace:
        found = rows(workspace, "select deal_id from orders order by order_id")
    assert [one["deal_id"] for one in found] == ["early", "late", "early", "late", None]


def test_an_order_in_a_currency_without_a_rate_is_excluded(tmp_path: Path) -> None:
    told = [order("o1", 0, 5000, currency="BHD", email=ANN), order("o2", 0, 500, email=ANN)]
    with company(tmp_path, {"order": told}) as workspace:
        found = rows(workspace, "select excluded, value_minor from orders order by order_id")
    assert [tuple(one.values()) for one in found] == [("no exchange rate", 0), (None, 500)]


# Spend


def spend(day: int, cost: int, **more: object) -> Row:
    fields = {"source": "google", "medium": "cpc", "currency": "EUR", **more}
    return row("spend", days(day), cost_minor=cost, **fields)


def test_a_day_that_is_told_anew_counts_once_with_its_last_cost(tmp_path: Path) -> None:
    told = [received_later(spend(0, 900, clicks=9)), spend(0, 500, clicks=5), spend(1, 100)]
    with company(tmp_path, {"spend": told}) as workspace:
        found = rows(workspace, "select cost_minor, clicks from spend_days order by spent_at")
    assert [tuple(one.values()) for one in found] == [(900, 9), (100, 0)]


def test_two_ads_of_one_day_are_both_paid_for(tmp_path: Path) -> None:
    told = [spend(0, 500, ad="a"), spend(0, 300, ad="b"), spend(0, 200, campaign="c")]
    with company(tmp_path, {"spend": told}) as workspace:
        assert the(workspace, "select sum(cost_minor) as cost from spend_days")["cost"] == 1000


SPENT = {
    "with its medium": ({}, "Paid Search"),
    "without a medium it counts as paid": ({"medium": None}, "Paid Search"),
    "on a social network, without a medium": (
        {"source": "facebook", "medium": None},
        "Paid Social",
    ),
    "with a medium that is not paid it is what it says": (
        {"source": "letter", "medium": "email"},
        "Email",
    ),
    "with a recorded channel it is of that channel": (
        {"source": None, "medium": None, "channel": "Paid Social"},
        "Paid Social",
    ),
}


def test_spend_is_of_the_channel_that_it_bought(tmp_path: Path) -> None:
    told = [spend(0, 100, ad=name, **fields) for name, (fields, _channel) in SPENT.items()]
    with company(tmp_path, {"spend": told}) as workspace:
        found = rows(workspace, "select ad, channel from spend_days")
    assert {one["ad"]: one["channel"] for one in found} == {
        name: channel for name, (_fields, channel) in SPENT.items()
    }


def test_spend_without_a_rate_is_excluded_and_costs_nothing(tmp_path: Path) -> None:
    with company(tmp_path, {"spend": [spend(0, 100, currency="BHD")]}) as workspace:
        found = the(workspace, "select cost_minor, excluded from spend_days")
    assert tuple(found.values()) == (0, "no exchange rate")
