"""Of an erased person nothing is left in what was derived from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.facts import PersonKeys
from headwater.workspace import Workspace
from story import deal, lead, order, page, row
from telling import Facts, company, rows, the

pytestmark = pytest.mark.slow

ANN = "ann@example.org"
BOB = "bob@example.org"
CLICKED = "/?utm_source=google&utm_medium=cpc"


WHO = {"email": ANN, "phone": "+4915112345678", "external_id": "crm:ann"}
TOLD: Facts = {
    "event": [page("visitor-of-ann", 0, CLICKED), page("visitor-of-bob", 0, CLICKED)],
    "lead": [
        lead(1, visitor_id="visitor-of-ann", **WHO),
        lead(1, visitor_id="visitor-of-bob", email=BOB),
    ],
    "deal": [deal("d1", 9, "won", 1000, email=ANN), deal("d2", 9, "won", 500, email=BOB)],
    "order": [order("o1", 9, 1000, external_id="crm:ann")],
    "call": [row("call", 2, phone="+4915112345678", source="radio")],
}
NAMES = PersonKeys(
    emails=(ANN,),
    phones=("+4915112345678",),
    external_ids=("crm:ann",),
    visitor_ids=("visitor-of-ann",),
)


def everything_stored(workspace: Workspace) -> str:
    names = rows(
        workspace,
        "select table_name from information_schema.tables where table_schema = 'main'"
        " and table_catalog = 'warehouse' order by table_name",
    )
    return "\n".join(
        str(rows(workspace, f"from {name}")) for one in names for name in one.values()
    )


def traces(workspace: Workspace) -> set[str]:
    vault = workspace.facts.vault
    person = the(
        workspace,
        "select persons.person_id, subject from persons"
        " inner join person_keys on person_keys.person_id = persons.person_id"
        " where person_key = 'email:' || $key",
        key=vault.email_key(ANN),
    )
    return {
        *person.values(),
        *(vault.email_key(ANN), vault.phone_key("+4915112345678")),
        *(ANN, "+4915112345678", "crm:ann", "visitor-of-ann"),
    }


@pytest.mark.parametrize("is_sealed", [False, True])
def test_nothing_of_an_erased_person_is_left_in_any_table(
    tmp_path: Path, is_sealed: bool
) -> None:
    with company(tmp_path, TOLD) as workspace:
        if is_sealed:
            workspace.facts.seal()
        names = traces(workspace)
        before = everything_stored(workspace)
        workspace.facts.erase(NAMES)
        done = workspace.rebuild()
        after = everything_stored(workspace)
        value = the(workspace, "select sum(value_minor) as value from deals")["value"]
        others = rows(workspace, "select * from visitors")
    assert "visitor-of-ann" in before
    assert done.is_full
    assert not [name for name in names if name in after]
    assert value == 1500, "what the deal was worth still adds up"
    assert [one["visitor_id"] for one in others] == ["visitor-of-bob"]


def test_no_byte_of_an_erased_person_is_left_in_the_data_directory(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        workspace.facts.seal()
    with Workspace.open(tmp_path) as workspace:
        workspace.facts.erase(NAMES)
        workspace.rebuild()
    told = {
        path.name
        for path in tmp_path.rglob("*")
        if path.is_file()
        for name in (b"visitor-of-ann", b"crm:ann", ANN.encode())
        if name in path.read_bytes()
    }
    assert not told
