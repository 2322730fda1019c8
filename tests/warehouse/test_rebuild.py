"""The derived tables follow the facts, whichever way they are brought up to date."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest
import story

from headwater.domain.words import FactKind
from headwater.workspace import Workspace

Told = tuple[FactKind, story.Row]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "data")


def tell(workspace: Workspace, *told: Told) -> None:
    for kind, fact in told:
        workspace.facts.append(kind, [fact])


def tables(workspace: Workspace) -> dict[str, list[dict[str, object]]]:
    names = workspace.warehouse.query(
        "select table_name from information_schema.tables"
        " where table_schema = 'main' and table_catalog = 'warehouse' order by table_name"
    )["table_name"].to_pylist()
    return {
        name: _sorted(workspace.warehouse.query(f"select * from {name}"))
        for name in names
        if name != "rebuild_state"
    }


def _sorted(table: pa.Table) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = table.to_pylist()
    return sorted(rows, key=str)


def everything(seed: int) -> list[Told]:
    """Visitors, leads, deals, orders and spend of a few people, in a random order of arrival."""
    chance = random.Random(seed)  # noqa: S311
    told: list[Told] = []
    for number in range(12):
        visitor, email = f"v{number}", f"person{number % 7}@example.org"
        for _ in range(chance.randrange(1, 6)):
            url = chance.choice(["/", "/p?utm_source=google&utm_medium=cpc&utm_campaign=a", "/q"])
            referrer = chance.choice([None, "https://www.bing.com/", "https://example.com/"])
            hours = chance.randrange(0, 24 * 60)
            told.append((FactKind.EVENT, story.page(visitor, hours, url, referrer)))
        hours = chance.randrange(0, 24 * 60)
        who = {"visitor_id": visitor, "email": email, "external_id": f"crm{number % 5}"}
        told.append((FactKind.LEAD, story.lead(hours, **who)))
        for status in ("open", chance.choice(["won", "lost", "open"])):
            hours += chance.randrange(1, 24 * 20)
            told.append(
                (
                    FactKind.DEAL,
                    story.deal(
                        f"d{number}", hours, status, chance.randrange(10**6), email=email
                    ),
                )
            )
        told.append((FactKind.ORDER, story.order(f"o{number}", hours, 5000, email=email)))
    chance.shuffle(told)
    return told


@pytest.mark.parametrize("seed", range(6))
def test_tables_kept_up_piece_by_piece_equal_those_made_at_once(
    workspace: Workspace, seed: int
) -> None:
    told = everything(seed)
    chance = random.Random(seed)  # noqa: S311
    while told:
        size = chance.randrange(1, 40)
        tell(workspace, *told[:size])
        del told[:size]
        if chance.random() < 0.4:
            workspace.facts.seal()
        workspace.rebuild()
    kept_up = tables(workspace)
    assert workspace.rebuild(full=True).is_full
    assert kept_up == tables(workspace)


def test_a_full_rebuild_made_twice_gives_equal_tables(workspace: Workspace) -> None:
    tell(workspace, *everything(1))
    workspace.rebuild(full=True)
    first = tables(workspace)
    workspace.rebuild(full=True)
    assert first == tables(workspace)
    assert first["credits"]


def test_nothing_is_made_again_where_nothing_is_new(workspace: Workspace) -> None:
    tell(workspace, (FactKind.EVENT, story.page("v1", 1)))
    workspace.rebuild()
    state = workspace.warehouse.state()
    done = workspace.rebuild()
    assert (done.new_facts, done.touched_persons) == (0, 0)
    assert workspace.warehouse.state() == state


def test_a_merge_moves_both_sides_history_to_one_person(workspace: Workspace) -> None:
    tell(
        workspace,
        (FactKind.EVENT, story.page("laptop", 0, "/?utm_source=google&utm_medium=cpc")),
        (FactKind.LEAD, story.lead(1, visitor_id="laptop", email="ann@example.org")),
        (FactKind.EVENT, story.page("phone", 2, "/?utm_source=facebook&utm_medium=paid")),
        (FactKind.LEAD, story.lead(3, visitor_id="phone", phone="+4915112345678")),
    )
    workspace.rebuild()
    assert len(tables(workspace)["leads"]) == 2
    both = story.lead(5, email="ann@example.org", phone="+4915112345678")
    tell(workspace, (FactKind.LEAD, both))
    workspace.rebuild()
    made = tables(workspace)
    assert len(made["leads"]) == 1
    assert {row["person_id"] for row in made["touchpoints"]} == {made["leads"][0]["person_id"]}


def test_changed_settings_make_every_table_again(tmp_path: Path) -> None:
    with Workspace.open(tmp_path) as workspace:
        tell(workspace, (FactKind.EVENT, story.page("v1", 1)))
        workspace.rebuild()
    (tmp_path / "settings.toml").write_text('lookback = "30d"\n', "utf-8")
    with Workspace.open(tmp_path) as workspace:
        done = workspace.rebuild()
    assert done.is_full
    assert "settings_version" in done.reason
