"""What users rule of persons holds, and undone it is as if it had never been."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.times import HOUR, now_micros
from headwater.domain.words import FactKind
from headwater.identity.rulings import Verdict, ruling_facts
from headwater.workspace import Workspace
from seeds import seeds
from story import Row, days, deal, lead, order, page, row
from telling import Facts, company, rows, tell

pytestmark = pytest.mark.slow

ANN, BOB = "ann@example.org", "bob@example.org"
OFFICE = "+492211234567"
TOLD: Facts = {
    "event": [
        page("ann", 0, "/?utm_source=google&utm_medium=cpc"),
        page("ann", days(1)),
        page("bob", 2, "/?utm_source=letter&utm_medium=email"),
        page("lost", days(2), "/?utm_source=fair&utm_medium=qr"),
    ],
    "lead": [
        lead(1, visitor_id="ann", email=ANN, phone=OFFICE),
        lead(3, visitor_id="bob", email=BOB),
    ],
    "deal": [deal("d1", days(9), "won", 1000, email=ANN)],
    "order": [order("o1", days(9), 700, email=BOB)],
}


def tables(workspace: Workspace) -> dict[str, list[str]]:
    made = rows(
        workspace,
        "select table_name as name from information_schema.tables"
        " where table_schema = 'main' and table_catalog = 'warehouse' order by name",
    )
    names = [one["name"] for one in made if one["name"] != "rebuild_state"]
    return {name: sorted(map(str, rows(workspace, f"from {name}"))) for name in names}


def email(workspace: Workspace, address: str) -> str:
    return "email:" + workspace.facts.vault.email_key(address)


def phone(workspace: Workspace, number: str) -> str:
    return "phone:" + workspace.facts.vault.phone_key(number)


def rule(workspace: Workspace, verdict: Verdict, *keys: str) -> list[Row]:
    facts = ruling_facts(verdict, keys, now_micros())
    workspace.facts.append(FactKind.IDENTITY_LINK, facts)
    assert not workspace.rebuild().is_full
    return facts


def revoke(workspace: Workspace, ruled: list[Row], keys: list[str]) -> None:
    facts = ruling_facts(Verdict.REVOKED, keys, now_micros(), ruled[0]["origin"])
    workspace.facts.append(FactKind.IDENTITY_LINK, facts)
    assert not workspace.rebuild().is_full


def persons(workspace: Workspace) -> int:
    return len(rows(workspace, "select distinct person_id from fact_persons"))


Ruling = Callable[[Workspace], tuple[Verdict, list[str]]]
RULINGS: dict[str, tuple[Ruling, int]] = {
    "two keys are one person's": (
        lambda w: (Verdict.SAME, [email(w, ANN), email(w, BOB)]),
        1,
    ),
    "a browser is a person's": (lambda w: (Verdict.SAME, [email(w, BOB), "visitor:lost"]), 2),
    "a browser is another person's": (
        lambda w: (Verdict.SAME, [email(w, BOB), "visitor:ann"]),
        2,
    ),
    "a number is shared": (lambda w: (Verdict.SHARED, [phone(w, OFFICE)]), 2),
    "a key that nobody gave is a person's": (
        lambda w: (Verdict.SAME, [email(w, ANN), "external:crm:9"]),
        2,
    ),
}


@pytest.mark.parametrize("name", RULINGS)
def test_a_ruling_undone_restores_every_table_bit_for_bit(tmp_path: Path, name: str) -> None:
    make, expected = RULINGS[name]
    with company(tmp_path, TOLD) as workspace:
        before = tables(workspace)
        verdict, keys = make(workspace)
        ruled = rule(workspace, verdict, *keys)
        during = tables(workspace)
        assert persons(workspace) == expected
        assert during["rulings"]
        workspace.rebuild(full=True)
        assert tables(workspace) == during
        revoke(workspace, ruled, keys)
        assert tables(workspace) == before
        workspace.rebuild(full=True)
        assert tables(workspace) == before


def test_merged_persons_have_one_journey(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        rule(workspace, Verdict.SAME, email(workspace, ANN), email(workspace, BOB))
        found = rows(
            workspace, "select person_id, count(*) as touches from touchpoints group by 1"
        )
        assert sorted(one["touches"] for one in found) == [1, 3]


def test_a_browser_given_to_a_person_brings_its_journey(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        rule(workspace, Verdict.SAME, email(workspace, BOB), "visitor:lost")
        found = rows(
            workspace, "select person_id, count(*) as touches from touchpoints group by 1"
        )
        assert sorted(one["touches"] for one in found) == [2, 2]


def test_a_number_set_apart_parts_those_whom_it_joined(tmp_path: Path) -> None:
    told: Facts = {"lead": [lead(n, email=f"c{n}@example.org", phone=OFFICE) for n in range(4)]}
    with company(tmp_path, told) as workspace:
        assert persons(workspace) == 1
        ruled = rule(workspace, Verdict.SHARED, phone(workspace, OFFICE))
        assert persons(workspace) == 4
        tell(workspace, {"lead": [lead(9, email="c3@example.org", phone=OFFICE)]})
        assert persons(workspace) == 4
        revoke(workspace, ruled, [phone(workspace, OFFICE)])
        assert persons(workspace) == 1


def test_a_number_found_to_be_shared_can_be_released(tmp_path: Path) -> None:
    told: Facts = {"lead": [lead(n, email=f"c{n}@example.org", phone=OFFICE) for n in range(8)]}
    with company(tmp_path, told) as workspace:
        assert persons(workspace) == 8
        [why] = rows(workspace, "select reason, beside, is_shared from shared_keys")
        assert why == {"reason": "many", "beside": 8, "is_shared": True}
        rule(workspace, Verdict.SINGLE, phone(workspace, OFFICE))
        assert persons(workspace) == 1
        [why] = rows(workspace, "select reason, is_shared from shared_keys")
        assert why == {"reason": "many", "is_shared": False}


def test_two_names_of_one_number_are_two_people(tmp_path: Path) -> None:
    told: Facts = {
        "lead": [
            lead(0, email=ANN, phone=OFFICE, person_name="Ann Novak"),
            lead(1, email="ann.n@example.net", phone=OFFICE, person_name="ann"),
        ],
        "call": [row("call", 5, phone=OFFICE)],
    }
    with company(tmp_path, told) as workspace:
        assert persons(workspace) == 1
        tell(workspace, {"lead": [lead(2, email=BOB, phone=OFFICE, person_name="Bob Novak")]})
        [why] = rows(workspace, "select reason, is_shared from shared_keys")
        assert why == {"reason": "names", "is_shared": True}
        assert persons(workspace) == 4, "three people, and whoever called"


def test_who_gives_only_a_shared_number_is_known_by_name_or_not_at_all(tmp_path: Path) -> None:
    told: Facts = {
        "lead": [
            lead(0, phone=OFFICE, person_name="Ann Novak"),
            lead(1, phone=OFFICE, person_name="Bob Novak", visitor_id="desk"),
        ],
        "call": [row("call", 5, phone=OFFICE), row("call", 6, phone=OFFICE)],
    }
    with company(tmp_path, told) as workspace:
        assert persons(workspace) == 4, "Ann, Bob, and two who did not say"
        tell(workspace, {"lead": [lead(7, phone=OFFICE, person_name="Novak, Bob")]})
        assert persons(workspace) == 4
        [bob] = rows(workspace, "select person_id from visitors where visitor_id = 'desk'")
        facts = "select count(*) as facts from fact_persons where person_id = $person"
        assert rows(workspace, facts, person=bob["person_id"]) == [{"facts": 2}]


def test_two_mailboxes_of_one_company_make_a_number_its_switchboard(tmp_path: Path) -> None:
    told: Facts = {
        "lead": [
            lead(0, email=ANN, phone=OFFICE, account_id="domain:example.org"),
            lead(1, email=BOB, phone=OFFICE, account_id="domain:example.org"),
        ]
    }
    with company(tmp_path, told) as workspace:
        assert persons(workspace) == 2
        [why] = rows(workspace, "select reason from shared_keys")
        assert why == {"reason": "company"}


def test_the_threshold_is_a_setting(tmp_path: Path) -> None:
    told: Facts = {"lead": [lead(n, email=f"c{n}@example.org", phone=OFFICE) for n in range(3)]}
    with company(tmp_path, told, "shared_key_above = 2\n") as workspace:
        assert persons(workspace) == 3


def _someone(chance: random.Random) -> dict[str, Any]:
    told = {
        "email": (0.6, f"e{chance.randrange(8)}@example.org"),
        "phone": (0.4, f"+4915112345{chance.randrange(4):03d}"),
        "external_id": (0.3, f"crm:{chance.randrange(5)}"),
        "account_id": (0.3, f"a{chance.randrange(2)}"),
        "person_name": (0.4, chance.choice(["Ann Novak", "Ann", "Bob Novak", "Eve"])),
        "visitor_id": (0.5, f"v{chance.randrange(5)}"),
    }
    return {name: value for name, (likely, value) in told.items() if chance.random() < likely}


def _ruling(workspace: Workspace, chance: random.Random, standing: list[Any]) -> list[Row]:
    if standing and chance.random() < 0.4:
        ruled, keys = standing.pop(chance.randrange(len(standing)))
        return ruling_facts(Verdict.REVOKED, keys, now_micros(), ruled[0]["origin"])
    verdict = chance.choice([Verdict.SAME, Verdict.SAME, Verdict.SHARED, Verdict.SINGLE])
    names = [
        *(email(workspace, f"e{n}@example.org") for n in range(8)),
        *(phone(workspace, f"+4915112345{n:03d}") for n in range(4)),
        *(f"external:crm:{n}" for n in range(5)),
        *(f"visitor:v{n}" for n in range(5) if verdict is Verdict.SAME),
    ]
    keys = chance.sample(names, 2 if verdict is Verdict.SAME else 1)
    ruled = ruling_facts(verdict, keys, now_micros())
    standing.append((ruled, keys))
    return ruled


def _fact(chance: random.Random) -> tuple[FactKind, Row]:
    hours = chance.randrange(400)
    visitor = f"v{chance.randrange(5)}"
    made = [
        (FactKind.EVENT, page(visitor, hours, chance.choice(["/", "/?gclid=1"]))),
        (FactKind.LEAD, lead(hours, **_someone(chance))),
        (FactKind.CALL, row("call", hours, **_someone(chance))),
        (FactKind.DEAL, deal(f"d{chance.randrange(4)}", hours, "won", 9, **_someone(chance))),
        (FactKind.IDENTITY_LINK, row("identity_link", hours, **_someone(chance))),
    ]
    kind, fact = chance.choice(made)
    return kind, {**fact, "received_at": fact["received_at"] + chance.choice([0, HOUR])}


@pytest.mark.parametrize("seed", seeds(4))
def test_tables_kept_up_with_any_rulings_are_those_of_a_full_rebuild(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    standing: list[Any] = []
    with company(tmp_path, {}) as workspace:
        for size in (40, 1, 6, 1, 3, 1):
            for kind, fact in [_fact(chance) for _ in range(size)]:
                workspace.facts.append(kind, [fact])
            for _ in range(chance.randrange(3)):
                ruled = _ruling(workspace, chance, standing)
                workspace.facts.append(FactKind.IDENTITY_LINK, ruled)
            workspace.rebuild()
            kept_up = tables(workspace)
            workspace.rebuild(full=True)
            made_anew = tables(workspace)
            assert [name for name in made_anew if kept_up[name] != made_anew[name]] == []
