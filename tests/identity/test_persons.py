"""Who is one person, as the facts of a company show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.workspace import Workspace
from story import Row, days, deal, lead, order, page, row
from telling import Facts, company, rows, tell

pytestmark = pytest.mark.slow

SWITCHBOARD = "+492211234567"


def leads_of(workspace: Workspace) -> list[int]:
    """How many captures each lead has, the most first."""
    found = rows(workspace, "select captures from leads order by captures desc")
    return [one["captures"] for one in found]


JOINED: dict[str, tuple[list[Row], list[int]]] = {
    "an e-mail address": (
        [lead(0, email="ann@example.org"), lead(1, email="ann@example.org")],
        [2],
    ),
    "a phone number": ([lead(0, phone="+4915112345678"), lead(1, phone="+4915112345678")], [2]),
    "another system's id": ([lead(0, external_id="crm:1"), lead(1, external_id="crm:1")], [2]),
    "a fact that names two keys": (
        [
            lead(0, email="ann@example.org"),
            lead(1, phone="+4915112345678"),
            lead(2, email="ann@example.org", phone="+4915112345678"),
        ],
        [3],
    ),
    "a chain of keys": (
        [
            lead(0, email="ann@example.org", phone="+4915112345678"),
            lead(1, phone="+4915112345678", external_id="crm:1"),
            lead(2, external_id="crm:1"),
        ],
        [3],
    ),
    "nothing where nothing is shared": (
        [lead(0, email="ann@example.org"), lead(1, email="bob@example.org")],
        [1, 1],
    ),
    "nothing where an id is only spelt like a number": (
        [lead(0, external_id="+4915112345678"), lead(1, phone="+4915112345678")],
        [1, 1],
    ),
    "no two people who gave nothing": ([lead(0), lead(1)], [1, 1]),
}


@pytest.mark.parametrize("name", JOINED)
def test_persons_are_joined_by(tmp_path: Path, name: str) -> None:
    told, captures = JOINED[name]
    with company(tmp_path, {"lead": told}) as workspace:
        assert leads_of(workspace) == captures


def colleagues(count: int) -> list[Row]:
    return [lead(n, email=f"c{n}@example.org", phone=SWITCHBOARD) for n in range(count)]


def test_five_addresses_of_one_number_are_one_person(tmp_path: Path) -> None:
    with company(tmp_path, {"lead": colleagues(5)}) as workspace:
        assert leads_of(workspace) == [5]


def test_a_switchboards_number_joins_nobody(tmp_path: Path) -> None:
    with company(tmp_path, {"lead": colleagues(6)}) as workspace:
        assert leads_of(workspace) == [1] * 6


def test_a_number_found_to_be_a_switchboards_parts_those_it_had_joined(tmp_path: Path) -> None:
    with company(tmp_path, {"lead": colleagues(5)}) as workspace:
        tell(workspace, {"lead": colleagues(6)[5:]})
        assert leads_of(workspace) == [1] * 6


def test_a_shared_inbox_joins_nobody(tmp_path: Path) -> None:
    told = [lead(n, email="info@example.org", external_id=f"crm:{n}") for n in range(6)]
    with company(tmp_path, {"lead": told}) as workspace:
        assert leads_of(workspace) == [1] * 6


def test_a_shared_tablet_welds_nobody(tmp_path: Path) -> None:
    told: Facts = {
        "event": [page("tablet", 0, "/?utm_source=fair&utm_medium=qr")],
        "lead": [
            lead(1, visitor_id="tablet", email="ann@example.org"),
            lead(2, visitor_id="tablet", email="bob@example.org"),
        ],
    }
    with company(tmp_path, told) as workspace:
        assert leads_of(workspace) == [1, 1]
        owner = rows(
            workspace,
            "select leads.lead_at - touched_at as waited from touchpoints"
            " inner join leads on leads.person_id = touchpoints.person_id",
        )
    assert len(owner) == 1, "the tablet's session is of the first person alone"
    assert owner[0]["waited"] == 3_600_000_000


def test_what_a_visitor_did_before_the_form_belongs_to_the_lead(tmp_path: Path) -> None:
    told: Facts = {
        "event": [
            page("ann", 0, "/?utm_source=google&utm_medium=cpc"),
            page("ann", days(3), "/prices"),
            page("ann", days(9), "/thanks"),
        ],
        "lead": [lead(days(3), visitor_id="ann", email="ann@example.org")],
    }
    with company(tmp_path, told) as workspace:
        found = rows(
            workspace,
            "select touchpoints.channel from touchpoints"
            " inner join leads on leads.person_id = touchpoints.person_id order by touched_at",
        )
    assert [one["channel"] for one in found] == ["Paid Search", "Direct", "Direct"]


def test_a_login_tells_whose_browser_it_is(tmp_path: Path) -> None:
    link = row("identity_link", 5, visitor_id="home", email="ann@example.org", evidence="login")
    told: Facts = {
        "event": [page("work", 0), page("home", 1)],
        "lead": [lead(2, visitor_id="work", email="ann@example.org")],
        "identity_link": [link],
    }
    with company(tmp_path, told) as workspace:
        found = rows(workspace, "select distinct person_id from visitors")
        assert len(rows(workspace, "select * from visitors")) == 2
    assert len(found) == 1


def test_a_weak_link_joins_nobody(tmp_path: Path) -> None:
    names = {"email": "ann@example.org", "phone": "+4915112345678"}
    told: Facts = {
        "lead": [lead(0, email=names["email"]), lead(1, phone=names["phone"])],
        "identity_link": [row("identity_link", 2, strength="weak", **names)],
    }
    with company(tmp_path, told) as workspace:
        assert leads_of(workspace) == [1, 1]


def test_a_visitor_who_says_nothing_of_themselves_is_a_person_of_their_own(
    tmp_path: Path,
) -> None:
    told: Facts = {
        "event": [page("stranger", 0), page("ann", 0)],
        "lead": [lead(1, visitor_id="ann", email="ann@example.org")],
    }
    with company(tmp_path, told) as workspace:
        identified = rows(workspace, "select visitor_id from visitors")
        strangers = rows(
            workspace, "select person_id from touchpoints where visitor_id = 'stranger'"
        )
    assert [one["visitor_id"] for one in identified] == ["ann"]
    assert [one["person_id"] for one in strangers] == ["stranger"]


def test_a_lead_without_any_name_is_still_a_lead(tmp_path: Path) -> None:
    told: Facts = {
        "event": [page("ann", 0, "/?utm_source=google&utm_medium=cpc")],
        "lead": [lead(1, visitor_id="ann"), lead(2)],
    }
    with company(tmp_path, told) as workspace:
        found = rows(workspace, "select person_id, channel from leads order by lead_at")
    assert [one["channel"] for one in found] == ["Paid Search", None]
    assert found[0]["person_id"] == "ann"


def test_the_buyer_and_the_lead_are_one_where_the_crm_knows_the_address(tmp_path: Path) -> None:
    told: Facts = {
        "lead": [lead(0, email="ann@example.org")],
        "deal": [deal("d1", 5, "won", 100, email="ann@example.org", external_id="crm:1")],
        "order": [order("o1", 6, 100, external_id="crm:1")],
    }
    with company(tmp_path, told) as workspace:
        found = rows(
            workspace,
            "select person_id from leads union select person_id from deals"
            " union select person_id from orders",
        )
    assert len(found) == 1


MISTYPED: Facts = {
    "lead": [
        lead(0, visitor_id="ann", email="ann@example.org"),
        lead(1, visitor_id="ann", email="ann@exmaple.org"),
    ]
}


def suggested(workspace: Workspace) -> list[tuple[str, str]]:
    found = rows(workspace, "select reason, clue from person_suggestions order by all")
    return [(one["reason"], one["clue"]) for one in found]


def test_a_mistyped_address_is_suggested_and_joins_nobody(tmp_path: Path) -> None:
    with company(tmp_path, MISTYPED) as workspace:
        assert leads_of(workspace) == [1, 1]
        assert suggested(workspace) == [("browser", "visitor:ann")]


def test_a_mistyped_address_is_joined_through_another_key(tmp_path: Path) -> None:
    number = "+4915112345678"
    told: Facts = {"lead": [{**one, "phone": number} for one in MISTYPED["lead"]]}
    with company(tmp_path, told) as workspace:
        assert leads_of(workspace) == [2]
        assert suggested(workspace) == []


def test_a_weak_link_is_a_suggestion(tmp_path: Path) -> None:
    told: Facts = {
        "lead": [lead(0, email="ann@example.org"), lead(1, visitor_id="v", email=None)],
        "identity_link": [
            row(
                "identity_link",
                2,
                email="ann@example.org",
                visitor_id="v",
                strength="weak",
                evidence="device",
            )
        ],
    }
    with company(tmp_path, told) as workspace:
        assert [reason for reason, _clue in suggested(workspace)] == ["device"]


def test_a_number_that_a_few_share_is_a_suggestion(tmp_path: Path) -> None:
    with company(tmp_path, {"lead": colleagues(6)}) as workspace:
        assert {reason for reason, _clue in suggested(workspace)} == {"shared key"}
        assert len(suggested(workspace)) == 15


def login(hours: float, address: str) -> Row:
    return row("identity_link", hours, visitor_id="tablet", email=address, evidence="login")


def test_a_shared_tablets_sessions_belong_to_whoever_logged_in(tmp_path: Path) -> None:
    told: Facts = {
        "event": [page("tablet", days(day)) for day in range(8)],
        "identity_link": [
            login(days(1), "ann@example.org"),
            login(days(3) + 0.2, "bob@example.org"),
            login(days(4), "bob@example.org"),
            login(days(6), "ann@example.org"),
        ],
        "lead": [lead(days(5), visitor_id="tablet", email=None)],
    }
    with company(tmp_path, told) as workspace:
        vault = workspace.facts.vault
        names = {
            f"email:{vault.email_key(f'{name}@example.org')}": name for name in ("ann", "bob")
        }
        found = rows(
            workspace,
            "select person_key, touched_at from touchpoints inner join person_keys"
            " on person_keys.person_id = touchpoints.person_id order by touched_at",
        )
        assert [names[one["person_key"]] for one in found] == [
            *["ann"] * 3,
            *["bob"] * 3,
            *["ann"] * 2,
        ]
        [form] = rows(
            workspace,
            "select person_key from leads inner join person_keys"
            " on person_keys.person_id = leads.person_id",
        )
        assert names[form["person_key"]] == "bob", "a form without a name is of who was there"
        tell(workspace, {"event": [page("tablet", days(9))]})
        late = rows(
            workspace,
            "select person_key from touchpoints inner join person_keys"
            " on person_keys.person_id = touchpoints.person_id"
            " order by touched_at desc limit 1",
        )
        assert names[late[0]["person_key"]] == "ann"
