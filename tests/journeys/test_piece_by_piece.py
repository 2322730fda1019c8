"""Whatever a company tells, in whatever pieces: its tables are those of one full rebuild."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.words import FactKind
from headwater.workspace import Workspace
from seeds import seeds
from story import CRAWLER, Row, deal, lead, order, page, row
from telling import company, rows

DAYS = 40
URLS = (
    "/",
    "/prices",
    "/?utm_source=google&utm_medium=cpc&utm_campaign=spring",
    "/?utm_source=letter&utm_medium=email",
    "/offer?gclid=1",
)
REFERRERS = (None, None, "https://www.bing.com/search?q=cups", "https://blog.example.org/")
SOURCES = (None, None, "trade_show", "unknown", "paid_search")


class Chance:
    """Facts about a few people who meet often: they share keys, accounts and deals."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.choice: Callable[..., Any] = self._random.choice
        self.between = self._random.randrange

    def hours(self) -> float:
        return self.between(0, DAYS * 24 * 4) / 4

    def maybe(self, likely: float, **fields: Any) -> dict[str, Any]:
        return fields if self._random.random() < likely else {}

    def someone(self) -> dict[str, Any]:
        return {
            **self.maybe(0.6, email=f"e{self.between(9)}@example.org"),
            **self.maybe(0.2, phone=f"+4915112345{self.between(4):03d}"),
            **self.maybe(0.3, external_id=f"crm:{self.between(7)}"),
            **self.maybe(0.3, account_id=f"a{self.between(3)}"),
        }

    def browser(self) -> dict[str, Any]:
        return self.maybe(0.5, visitor_id=f"v{self.between(8)}")

    def fact(self) -> tuple[FactKind, Row]:
        kinds = [*[FactKind.EVENT] * 5, *[FactKind.DEAL] * 2, *MADE]
        kind = self.choice(kinds)
        fact = MADE[kind](self)
        late = self.choice([0, 0, 60, 3600]) * 1_000_000
        return kind, {**fact, "received_at": fact["received_at"] + late}


def _event(chance: Chance) -> Row:
    agent = chance.maybe(0.1, user_agent=CRAWLER)
    named = chance.maybe(0.1, email=f"e{chance.between(9)}@example.org")
    visitor = f"v{chance.between(8)}"
    url, referrer = chance.choice(URLS), chance.choice(REFERRERS)
    return page(visitor, chance.hours(), url, referrer, **agent, **named)


def _lead(chance: Chance) -> Row:
    source = chance.choice(SOURCES)
    return lead(chance.hours(), source=source, **chance.someone(), **chance.browser())


def _call(chance: Chance) -> Row:
    told = {**chance.someone(), **chance.browser(), **chance.maybe(0.5, source="radio")}
    return row("call", chance.hours(), **told)


def _chat(chance: Chance) -> Row:
    return row("chat", chance.hours(), **chance.someone(), **chance.browser())


def _link(chance: Chance) -> Row:
    told = {**chance.someone(), **chance.browser(), **chance.maybe(0.2, strength="weak")}
    return row("identity_link", chance.hours(), **told)


def _deal(chance: Chance) -> Row:
    return deal(
        f"d{chance.between(7)}",
        chance.hours(),
        chance.choice(["open", "won", "won", "lost"]),
        chance.between(10**6),
        currency=chance.choice(["EUR", "EUR", "USD", "BHD"]),
        **chance.someone(),
        **chance.maybe(0.5, stage=chance.choice("abc")),
        **chance.maybe(0.3, owner="eve"),
    )


def _stage(chance: Chance) -> Row:
    moved = chance.maybe(0.4, status=chance.choice(["open", "won", "lost"]))
    named = {"deal_id": f"d{chance.between(7)}", "stage": chance.choice("abc")}
    return row("stage_change", chance.hours(), **named, **moved)


def _order(chance: Chance) -> Row:
    return order(
        f"o{chance.between(6)}",
        chance.hours(),
        chance.choice([5_000, 7_000, -2_000]),
        **chance.someone(),
        **chance.maybe(0.6, line_id=str(chance.between(2))),
        **chance.maybe(0.3, deal_id=f"d{chance.between(7)}"),
    )


def _spend(chance: Chance) -> Row:
    day = 24 * chance.between(DAYS)
    bought = {"source": chance.choice(["google", "facebook"]), "currency": "EUR"}
    return row("spend", day, cost_minor=chance.between(9_000), **bought)


MADE: dict[FactKind, Callable[[Chance], Row]] = {
    FactKind.EVENT: _event,
    FactKind.LEAD: _lead,
    FactKind.CALL: _call,
    FactKind.CHAT: _chat,
    FactKind.IDENTITY_LINK: _link,
    FactKind.DEAL: _deal,
    FactKind.STAGE_CHANGE: _stage,
    FactKind.ORDER: _order,
    FactKind.SPEND: _spend,
}


def pieces(chance: Chance) -> Iterator[list[tuple[FactKind, Row]]]:
    """A few pieces, the first large enough to meet everyone, some of one fact alone."""
    yield [chance.fact() for _ in range(60)]
    for size in (1, 8, 1, 20, 3):
        yield [chance.fact() for _ in range(size)]


def tables(workspace: Workspace) -> dict[str, list[str]]:
    made = rows(
        workspace,
        "select table_name as name from information_schema.tables"
        " where table_schema = 'main' and table_catalog = 'warehouse' order by name",
    )
    names = [one["name"] for one in made if one["name"] != "rebuild_state"]
    return {name: sorted(map(str, rows(workspace, f"from {name}"))) for name in names}


def take_in(workspace: Workspace, piece: Sequence[tuple[FactKind, Row]]) -> None:
    for kind in FactKind:
        workspace.facts.append(kind, [fact for one, fact in piece if one == kind])


def tell_in_pieces(workspace: Workspace, chance: Chance) -> None:
    for piece in pieces(chance):
        take_in(workspace, piece)
        if chance.maybe(0.4, seal=True):
            workspace.facts.seal()
        assert not workspace.rebuild().reason.startswith("changed")


def differing(kept_up: dict[str, list[str]], made_anew: dict[str, list[str]]) -> dict[str, Any]:
    """The rows that only one side has, by table; the first few are enough to see why."""
    return {
        name: {
            "kept up only": sorted(set(kept_up[name]) - set(made_anew[name]))[:3],
            "made anew only": sorted(set(made_anew[name]) - set(kept_up[name]))[:3],
        }
        for name in made_anew
        if kept_up[name] != made_anew[name]
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(12))
def test_tables_kept_up_with_any_facts_are_those_of_a_full_rebuild(
    tmp_path: Path, seed: int
) -> None:
    with company(tmp_path, {}) as workspace:
        tell_in_pieces(workspace, Chance(seed))
        kept_up = tables(workspace)
        workspace.rebuild(full=True)
        made_anew = tables(workspace)
    assert made_anew["credits"]
    assert not differing(kept_up, made_anew)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(4))
def test_the_order_in_which_facts_come_in_decides_nothing(tmp_path: Path, seed: int) -> None:
    told = [fact for piece in pieces(Chance(seed)) for fact in piece]
    with company(tmp_path / "0", {}):
        pass  # makes the key by which both know people
    shutil.copytree(tmp_path / "0", tmp_path / "1")
    made = []
    for turn, ordered in enumerate((told, told[::-1])):
        with company(tmp_path / str(turn), {}) as workspace:
            take_in(workspace, ordered)
            workspace.rebuild()
            made.append(tables(workspace))
    assert not differing(*made)
