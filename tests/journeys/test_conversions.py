"""The moments that earn credit: when each is dated, and whose touches share it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.times import from_micros
from headwater.domain.words import DateBasis
from headwater.reports import parse
from headwater.workspace import Workspace
from story import at, days, deal, lead, order, page
from telling import Facts, company, rows, the

pytestmark = pytest.mark.slow

ANN = "ann@example.org"
BOB = "bob@example.org"
CLICKED = "/?utm_source=google&utm_medium=cpc"

TOUCHED, CAUGHT, OPENED, CLOSED, PAID, REFUNDED = (days(n) for n in (0, 1, 3, 10, 12, 20))
STORY: Facts = {
    "event": [page("ann", TOUCHED, CLICKED)],
    "lead": [lead(CAUGHT, visitor_id="ann", email=ANN)],
    "deal": [
        deal("d1", OPENED, email=ANN, created_at=at(OPENED)),
        deal("d1", CLOSED, "won", 1000, email=ANN),
    ],
    "order": [order("o1", PAID, 800, email=ANN), order("o1", REFUNDED, -100, email=ANN)],
}
DATES = ("lead_at", "opportunity_at", "closed_at", "paid_at")


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with company(tmp_path_factory.mktemp("sold"), STORY) as workspace:
        yield workspace


def conversion(workspace: Workspace, where: str) -> dict[str, Any]:
    return the(workspace, f"from conversions where {where}")


@pytest.mark.parametrize(
    ("where", "converted", "anchored"),
    [
        ("kind = 'lead'", CAUGHT, CAUGHT),
        ("kind = 'opportunity'", OPENED, OPENED),
        ("kind = 'won'", CLOSED, CLOSED),
        ("kind = 'order' and counts = 1", PAID, PAID),
        ("kind = 'order' and counts = 0", REFUNDED, PAID),
    ],
)
def test_a_conversion_has_its_own_date_and_those_of_every_basis(
    sold: Workspace, where: str, converted: float, anchored: float
) -> None:
    found = conversion(sold, where)
    assert (found["converted_at"], found["anchored_at"]) == (at(converted), at(anchored))
    paid = REFUNDED if "counts = 0" in where else PAID
    assert [found[name] for name in DATES] == [at(CAUGHT), at(OPENED), at(CLOSED), at(paid)]


@pytest.mark.parametrize(
    ("basis", "hours"),
    [
        (DateBasis.TOUCH, TOUCHED),
        (DateBasis.LEAD, CAUGHT),
        (DateBasis.OPPORTUNITY, OPENED),
        (DateBasis.CLOSE, CLOSED),
        (DateBasis.PAYMENT, PAID),
    ],
)
def test_a_report_finds_the_won_deal_on_the_day_of_its_basis_alone(
    sold: Workspace, basis: DateBasis, hours: float
) -> None:
    for later, won in ((0, 1), (-1, 0), (1, 0)):
        day = from_micros(at(hours + days(later))).date().isoformat()
        asked = {"date_basis": basis, "from": day, "to": day, "columns": "won"}
        report = sold.report("channels", parse(asked, sold.request()))
        found = {one["channel"]: one["won"] for one in report.rows.to_pylist()}
        assert found.get("Paid Search", 0) == won
        assert report.balance.is_exact


def test_a_deal_of_no_value_counts_and_is_shared(tmp_path: Path) -> None:
    told = {**STORY, "deal": [deal("d1", CLOSED, "won", 0, email=ANN)]}
    with company(tmp_path, told) as workspace:
        found = conversion(workspace, "kind = 'won'")
        weights = the(
            workspace,
            "select sum(weight) as weight, sum(value_minor) as value from credits"
            " where conversion_id = 'won:d1' and model = 'linear'",
        )
    assert (found["counts"], found["value_minor"]) == (1, 0)
    assert tuple(weights.values()) == (1.0, 0)


def test_a_deal_won_before_the_first_contact_has_no_touch(tmp_path: Path) -> None:
    told = {**STORY, "deal": [deal("d1", -1, "won", 1000, email=ANN)]}
    with company(tmp_path, told) as workspace:
        found = rows(
            workspace,
            "select distinct touch_id, weight, value_minor from credits"
            " where conversion_id = 'won:d1'",
        )
    assert [tuple(one.values()) for one in found] == [(None, 1.0, 1000)]


def test_lost_and_open_deals_are_opportunities_and_nothing_else(tmp_path: Path) -> None:
    told = [deal("d1", 0, "lost", 100, email=ANN), deal("d2", 0, "open", 100, email=ANN)]
    with company(tmp_path, {"deal": told}) as workspace:
        found = rows(workspace, "select conversion_id from conversions order by 1")
    assert [one["conversion_id"] for one in found] == ["opportunity:d1", "opportunity:d2"]


def test_every_conversion_is_credited_exactly_once_under_every_model(sold: Workspace) -> None:
    wrong = rows(
        sold,
        "select credits.model, credits.conversion_id from credits"
        " inner join conversions on conversions.conversion_id = credits.conversion_id"
        " group by credits.model, credits.conversion_id, conversions.value_minor"
        " having abs(sum(credits.weight) - 1) > 1e-9"
        " or sum(credits.value_minor) <> conversions.value_minor",
    )
    missing = rows(
        sold,
        "select models.model, conversions.conversion_id from conversions"
        " cross join (select distinct model from credits) as models"
        " left join credits on credits.model = models.model"
        " and credits.conversion_id = conversions.conversion_id"
        " where credits.model is null",
    )
    assert not wrong
    assert not missing
