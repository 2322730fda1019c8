"""How a deal stands, what it is worth, whose it is and which stages it went through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.errors import ConfigError
from headwater.domain.times import DAY
from headwater.journeys.local_time import local_time
from headwater.journeys.rates import rate
from headwater.workspace import Workspace
from story import Row, at, days, deal, lead, page, row
from telling import Facts, company, rows, tell, the

pytestmark = pytest.mark.slow

ANN = "ann@example.org"


def the_deal(directory: Path, *snapshots: Row, stages: tuple[Row, ...] = ()) -> dict[str, Any]:
    with company(directory, {"deal": snapshots, "stage_change": stages}) as workspace:
        return the(workspace, "select * from deals")


def test_a_deal_stands_as_its_latest_snapshot_says(tmp_path: Path) -> None:
    found = the_deal(
        tmp_path,
        deal("d1", 20, "won", 900, owner="eve", email=ANN),
        deal("d1", 0, "open", 500, owner="bob", email=ANN, product="pro", created_at=at(-5)),
    )
    assert (found["status"], found["value_minor"], found["owner"]) == ("won", 900, "eve")
    assert (found["opportunity_at"], found["closed_at"]) == (at(-5), at(20))
    assert found["product"] == "pro", "what a later snapshot leaves out is still known"


def test_a_deal_told_by_stage_changes_alone_is_a_deal(tmp_path: Path) -> None:
    found = the_deal(
        tmp_path,
        stages=(
            row("stage_change", 0, deal_id="d1", stage="offer"),
            row("stage_change", 30, deal_id="d1", stage="won", status="won"),
        ),
    )
    assert (found["status"], found["stage"], found["value_minor"]) == ("won", "won", 0)
    assert (found["opportunity_at"], found["closed_at"]) == (at(0), at(30))


def test_a_reopened_deal_is_open_again(tmp_path: Path) -> None:
    found = the_deal(tmp_path, deal("d1", 0, "won", 500), deal("d1", 20, "open", 500))
    assert (found["status"], found["closed_at"]) == ("open", None)


def test_a_deal_reopened_and_won_again_is_won_once_on_the_later_day(tmp_path: Path) -> None:
    told = [deal("d1", 0, "won", 500), deal("d1", 20, "open", 500), deal("d1", 50, "won", 700)]
    with company(tmp_path, {"deal": told}) as workspace:
        found = the(workspace, "select * from conversions where kind = 'won'")
    assert (found["converted_at"], found["value_minor"]) == (at(50), 700)


def test_a_deal_reopened_and_won_again_by_stage_changes_is_closed_on_the_later_day(
    tmp_path: Path,
) -> None:
    found = the_deal(
        tmp_path,
        deal("d1", 0, "won", 500),
        stages=(
            row("stage_change", 5, deal_id="d1", stage="offer", status="open"),
            row("stage_change", 9, deal_id="d1", stage="won", status="won"),
        ),
    )
    assert found["closed_at"] == at(9)


@pytest.mark.parametrize("status", [None, "won"])
def test_a_stage_change_on_a_later_day_takes_no_value_from_a_deal(
    tmp_path: Path, status: str | None
) -> None:
    moved = row("stage_change", days(9), deal_id="d1", stage="next", status=status)
    found = the_deal(tmp_path, deal("d1", 0, "open", 500), stages=(moved,))
    assert (found["value_minor"], found["excluded"]) == (500, None)


# Money: 18 October 2024 was a Friday; the ECB had the euro at 1.0847 dollars and 162.75 yen

FRIDAY = days(-500)
AMOUNTS = {
    "euros are euros": (FRIDAY, "EUR", 12_345, 12_345),
    "dollars": (FRIDAY, "USD", 108_470, 100_000),
    "the yen has no cents": (FRIDAY, "JPY", 16_275, 10_000),
    "on a Sunday the rate is Friday's": (FRIDAY + 48, "USD", 108_470, 100_000),
    "on Monday it is another": (FRIDAY + 72, "USD", 108_530, 100_000),
    "half a cent is rounded": (FRIDAY, "USD", 1, 1),
    "nothing is worth nothing": (FRIDAY, "USD", 0, 0),
}


@pytest.fixture(scope="module")
def amounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    told = [
        deal(name, hours, "won", amount, currency=currency)
        for name, (hours, currency, amount, _worth) in AMOUNTS.items()
    ]
    told.append(deal("unlisted", FRIDAY, "won", 5_000, currency="BHD"))
    told.append(deal("unpriced", FRIDAY, "won", amount_minor=None, currency=None))
    with company(tmp_path_factory.mktemp("amounts"), {"deal": told}) as workspace:
        yield workspace


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_is_worth_what_it_was_on_its_day(amounts: Workspace, name: str) -> None:
    _hours, currency, amount, worth = AMOUNTS[name]
    found = the(amounts, "select * from deals where deal_id = $name", name=name)
    assert (found["value_minor"], found["excluded"]) == (worth, None)
    assert (found["original_minor"], found["original_currency"]) == (amount, currency)


def test_an_amount_without_a_rate_is_excluded_and_keeps_its_original(
    amounts: Workspace,
) -> None:
    found = the(amounts, "select * from conversions where conversion_id = 'won:unlisted'")
    assert (found["excluded"], found["value_minor"]) == ("no exchange rate", 0)
    assert (found["original_minor"], found["original_currency"]) == (5_000, "BHD")
    assert not rows(amounts, "select * from credits where conversion_id = 'won:unlisted'")


def test_a_deal_without_a_price_counts_and_is_worth_nothing(amounts: Workspace) -> None:
    found = the(amounts, "select * from conversions where conversion_id = 'won:unpriced'")
    assert (found["counts"], found["value_minor"], found["excluded"]) == (1, 0, None)
    assert rows(amounts, "select * from credits where conversion_id = 'won:unpriced'")


RATES = {
    "a currency that the ECB never listed": (20_000, "BHD", "EUR", None),
    "one that is no currency": (20_000, "XXX", "EUR", None),
    "the same currency, listed or not": (20_000, "BHD", "BHD", 1.0),
    "a day far ahead has the last rate": (10**5, "EUR", "USD", rate("EUR", 30_000, "USD")),
}


@pytest.mark.parametrize("name", RATES)
def test_a_rate_is_that_of_the_day_or_the_last_before_it(name: str) -> None:
    day, source, target, expected = RATES[name]
    assert rate(source, day, target) == expected


def test_before_its_first_rate_a_currency_has_none() -> None:
    january_2000 = 10_957
    assert rate("TRY", january_2000, "EUR") is None


# Whose deal it is


def test_a_deal_that_names_only_an_account_is_its_first_known_persons(tmp_path: Path) -> None:
    told: Facts = {
        "lead": [
            lead(5, email="bob@example.org", account_id="acme"),
            lead(0, email=ANN, account_id="acme"),
            lead(-9, email="eve@example.org", account_id="other"),
        ],
        "deal": [
            deal("d1", 20, "won", 100, account_id="acme"),
            deal("d2", 20, "won", 100, account_id="unheard-of"),
        ],
    }
    with company(tmp_path, told) as workspace:
        found = rows(workspace, "select person_id from deals order by deal_id")
        first = the(workspace, "select person_id from leads where lead_at = $at", at=at(0))
    assert [one["person_id"] for one in found] == [first["person_id"], None]


def test_a_deal_of_nobody_known_is_won_without_a_touch(tmp_path: Path) -> None:
    told = [deal("d1", 20, "won", 100, account_id="unheard-of")]
    with company(tmp_path, {"event": [page("ann", 0)], "deal": told}) as workspace:
        found = rows(
            workspace,
            "select distinct touch_id, weight, value_minor from credits"
            " where conversion_id = 'won:d1'",
        )
    assert [tuple(one.values()) for one in found] == [(None, 1.0, 100)]


def test_a_person_first_met_later_takes_over_what_their_account_had_bought(
    tmp_path: Path,
) -> None:
    with company(tmp_path, {"deal": [deal("d1", 9, "won", 1, account_id="acme")]}) as workspace:
        tell(workspace, {"lead": [lead(0, email=ANN, account_id="acme")]})
        assert the(workspace, "select person_id from deals")["person_id"] is not None


# Stages


def stays(workspace: Workspace) -> list[tuple[Any, ...]]:
    found = rows(workspace, "select * from deal_stages order by entered_at")
    return [(one["stage"], one["entered_at"], one["left_at"], one["status"]) for one in found]


def test_a_stay_in_a_stage_lasts_until_the_next_one(tmp_path: Path) -> None:
    told: Facts = {
        "deal": [
            deal("d1", 0, stage="new"),
            deal("d1", 1, stage="new", owner="bob"),
            deal("d1", 9, "won", 100, stage="signed"),
        ],
        "stage_change": [row("stage_change", 5, deal_id="d1", stage="offer", status="open")],
    }
    with company(tmp_path, told) as workspace:
        assert stays(workspace) == [
            ("new", at(0), at(5), "open"),
            ("offer", at(5), at(9), "open"),
            ("signed", at(9), None, "won"),
        ]


def test_coming_back_to_a_stage_is_another_stay(tmp_path: Path) -> None:
    told = [deal("d1", hours, stage=stage) for hours, stage in enumerate("aba")]
    with company(tmp_path, {"deal": told}) as workspace:
        assert [(stage, entered) for stage, entered, *_ in stays(workspace)] == [
            ("a", at(0)),
            ("b", at(1)),
            ("a", at(2)),
        ]


def test_snapshots_without_a_stage_move_nothing(tmp_path: Path) -> None:
    told = [deal("d1", 0, stage="a"), deal("d1", 1), deal("d1", 2, stage="a")]
    with company(tmp_path, {"deal": told}) as workspace:
        assert stays(workspace) == [("a", at(0), None, "open")]


# Clocks


def test_the_clocks_are_those_of_the_zone_on_each_day() -> None:
    clocks = {row["utc_day"]: row for row in local_time("Europe/Berlin").to_pylist()}
    sunday = at(days(26) + 15) // DAY  # 29 March 2026, the clocks go forward at 01:00 UTC
    hour = 3_600_000_000
    assert clocks[sunday]["changes_at"] == sunday * DAY + hour
    shifts = [clocks[sunday][name] for name in ("shift_before", "shift_after")]
    assert shifts == [hour, 2 * hour]
    assert clocks[sunday - 1]["shift_after"] == hour
    assert clocks[sunday + 1]["shift_before"] == 2 * hour


def test_a_zone_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigError, match="Europe/Berlim"):
        local_time("Europe/Berlim")
