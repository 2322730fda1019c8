"""The derived tables follow the facts, whichever way they are brought up to date."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

import story
from headwater.domain.words import FactKind
from headwater.workspace import Workspace
from seeds import seeds

pytestmark = pytest.mark.slow

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
        name: _sorted(workspace.warehouse.query(f"from {name}"))
        for name in names
        if name != "rebuild_state"
    }


def _sorted(table: pa.Table) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = table.to_pylist()
    return sorted(rows, key=str)


def everything(seed: int) -> list[Told]:
    """Everything that a dozen visitors and customers may do, in a random order."""
    chance = random.Random(seed)
    told = [fact for number in range(12) for fact in _visitor(chance, number)]
    told += [fact for number in range(12) for fact in _customer(chance, number)]
    told += [
        (
            FactKind.SPEND,
            story.row("spend", day * 24, source="google", cost_minor=day, currency="EUR"),
        )
        for day in range(5)
    ]
    chance.shuffle(told)
    return told


def _hours(chance: random.Random) -> int:
    return chance.randrange(0, 24 * 60)


def _visitor(chance: random.Random, number: int) -> list[Told]:
    visitor = f"v{number}"
    told: list[Told] = []
    for _ in range(chance.randrange(1, 6)):
        url = chance.choice(["/", "/p?utm_source=google&utm_medium=cpc&utm_campaign=a", "/q"])
        referrer = chance.choice([None, "https://www.bing.com/", "https://example.com/"])
        start = _hours(chance)
        told += [
            (FactKind.EVENT, story.page(visitor, start + minutes / 60, url, referrer))
            for minutes in range(0, chance.randrange(1, 90), 20)
        ]
    who = {
        "visitor_id": chance.choice([visitor, f"v{chance.randrange(16)}"]),
        "email": chance.choice([None, f"person{number % 7}@example.org"]),
        "phone": chance.choice([None, "+4915112345678", f"+49151123456{number % 5}0"]),
        "source": chance.choice([None, "flyer"]),
    }
    told.append((FactKind.LEAD, story.lead(_hours(chance), **who)))
    touch = {
        "visitor_id": f"v{chance.randrange(16)}",
        "email": f"person{number % 7}@example.org",
    }
    told.append(
        (
            FactKind.EVENT,
            story.row("event", _hours(chance), name="touchpoint", source="fair", **touch),
        )
    )
    return told


def _customer(chance: random.Random, number: int) -> list[Told]:
    email = chance.choice([None, f"person{number % 7}@example.org"])
    who = {"email": email, "external_id": f"crm{number % 5}", "account_id": f"firm{number % 4}"}
    named = chance.choice([who, {"account_id": who["account_id"]}])
    hours = _hours(chance)
    told: list[Told] = [
        (FactKind.LEAD, story.lead(_hours(chance), **who)),
        (FactKind.DEAL, story.deal(f"d{number}", hours, amount=hours, **named)),
        (
            FactKind.STAGE_CHANGE,
            story.row(
                "stage_change", hours + 30, deal_id=f"d{number}", stage="closing",
                status=chance.choice(["won", "lost", "open"]),
            ),
        ),
    ]  # fmt: skip
    if chance.random() < 0.5:
        amount = chance.randrange(10**6)
        told.append((FactKind.DEAL, story.deal(f"d{number}", hours + 60, "won", amount)))
    for line in range(chance.randrange(3)):
        buyer = chance.choice(
            [
                {"email": f"person{chance.randrange(9)}@example.org"},
                {"deal_id": f"d{chance.randrange(12)}"},
                {"account_id": f"firm{chance.randrange(5)}"},
                {"email": email, "deal_id": f"d{chance.randrange(12)}"},
            ]
        )
        more = {"line_id": str(line), "is_refund": chance.random() < 0.2}
        told.append(
            (FactKind.ORDER, story.order(f"o{number}", _hours(chance), 5000, **buyer, **more))
        )
    return told


@pytest.mark.parametrize("seed", seeds(10))
def test_tables_kept_up_piece_by_piece_equal_those_made_at_once(
    workspace: Workspace, seed: int
) -> None:
    told = everything(seed)
    chance = random.Random(seed)
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


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in everything(1)}))
def test_news_of_one_kind_alone_are_not_overlooked(
    workspace: Workspace, kind: FactKind
) -> None:
    told = everything(1)
    tell(workspace, *(one for one in told if one[0] is not kind))
    workspace.rebuild()
    without = tables(workspace)
    tell(workspace, *(one for one in told if one[0] is kind))
    assert not workspace.rebuild().is_full
    kept_up = tables(workspace)
    assert kept_up != without
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
