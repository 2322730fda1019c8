"""On the synthetic company every report balances, whatever is asked of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from headwater import reports
from headwater.attribution import MODELS
from headwater.domain.times import DAY
from headwater.domain.words import DateBasis
from headwater.workspace import Workspace
from headwater.world import World, load

pytestmark = pytest.mark.slow

LAST_DAY = date(2026, 10, 31)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    directory = tmp_path_factory.mktemp("world")
    with Workspace.open(directory) as opened:
        load(World(events=20_000, seed=5), opened.facts, directory / "truth")
        opened.rebuild()
        yield opened


def dates(chance: random.Random) -> tuple[date | None, date | None]:
    first = LAST_DAY - timedelta(days=chance.randrange(560))
    last = first + timedelta(days=chance.randrange(200))
    return chance.choice([(first, last), (first, None), (None, last), (None, None)])


@pytest.mark.parametrize("basis", DateBasis)
@pytest.mark.parametrize("model", sorted(MODELS))
def test_channels_balance_under_every_model_and_date_basis_on_random_dates(
    workspace: Workspace, model: str, basis: DateBasis
) -> None:
    chance = random.Random(f"{model} {basis}")  # noqa: S311
    for _ in range(3):
        first, last = dates(chance)
        request = reports.ReportRequest(
            model=model,
            date_basis=basis,
            from_=first,
            to=last,
            lookback=chance.choice([90 * DAY, 7 * DAY, None]),
            by=chance.choice([(), ("source", "campaign"), ("landing_page",)]),
            revenue=chance.choice(list(reports.RevenueFrom)),
        )
        report = workspace.report("channels", request)
        assert report.balance.lines
        assert report.balance.is_exact, report.balance


@pytest.mark.parametrize("name", ["lead-sources", "opportunities", "models"])
def test_the_other_reports_balance_on_random_dates(workspace: Workspace, name: str) -> None:
    chance = random.Random(name)  # noqa: S311
    for _ in range(5):
        first, last = dates(chance)
        request = reports.ReportRequest(from_=first, to=last, date_basis=DateBasis.CLOSE)
        assert workspace.report(name, request).balance.is_exact
