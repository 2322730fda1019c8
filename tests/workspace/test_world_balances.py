"""On the synthetic company every report balances, whatever is asked of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from headwater import reports
from headwater.attribution import MODELS
from headwater.attribution.data_driven import credit_by_channel
from headwater.attribution.model_runs import counted_paths
from headwater.domain.times import DAY
from headwater.domain.words import ConversionKind, DateBasis
from headwater.workspace import Workspace
from headwater.workspace.modelling import wanted
from headwater.world import World, load

pytestmark = pytest.mark.slow

LAST_DAY = date(2026, 10, 31)
LEARNED = ("markov", "markov(order=2)", "shapley", "leave_one_out")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    directory = tmp_path_factory.mktemp("world")
    with Workspace.open(directory) as opened:
        load(World(events=20_000, seed=5), opened.facts, directory / "truth")
        opened.rebuild()
        opened.run_models(wanted(LEARNED))
        yield opened


def dates(chance: random.Random) -> tuple[date | None, date | None]:
    first = LAST_DAY - timedelta(days=chance.randrange(560))
    last = first + timedelta(days=chance.randrange(200))
    return chance.choice([(first, last), (first, None), (None, last), (None, None)])


@pytest.mark.parametrize("basis", DateBasis)
@pytest.mark.parametrize("model", [*sorted(MODELS), *LEARNED])
def test_channels_balance_under_every_model_and_date_basis_on_random_dates(
    workspace: Workspace, model: str, basis: DateBasis
) -> None:
    chance = random.Random(f"{model} {basis}")
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
    chance = random.Random(name)
    for _ in range(5):
        first, last = dates(chance)
        request = reports.ReportRequest(from_=first, to=last, date_basis=DateBasis.CLOSE)
        assert workspace.report(name, request).balance.is_exact


METRICS = {
    ConversionKind.LEAD: ("leads", ""),
    ConversionKind.OPPORTUNITY: ("opportunities", ""),
    ConversionKind.WON: ("won", "revenue"),
    ConversionKind.ORDER: ("orders", "order_revenue"),
}


@pytest.mark.parametrize("kind", ConversionKind)
@pytest.mark.parametrize("model", LEARNED)
def test_learned_credit_by_channel_is_the_librarys_own(
    workspace: Workspace, model: str, kind: ConversionKind
) -> None:
    """All of it, but for what a channel won alone and the model would give to another."""
    report = workspace.report("channels", reports.ReportRequest(model=model))
    rows = {row["channel"]: row for row in report.rows.to_pylist()}
    counts = counted_paths(workspace.warehouse, kind, 90 * DAY)
    library = credit_by_channel(counts, [model], bootstrap=None).to_pylist()
    (run,) = (
        one
        for one in workspace.runs.in_use().runs.to_pylist()
        if (one["model"], one["kind"]) == (model, kind.value)
    )
    metric, money = METRICS[kind]
    apart = [abs(rows[one["channel"]][metric] - one["conversions"]) for one in library]
    assert sum(apart) / 2 == pytest.approx(run["gap_conversions"], abs=1e-6)
    assert run["gap_conversions"] <= 0.05 * run["conversions"]
    if not model.startswith("markov"):
        assert max(apart) <= 1e-6
    if money:
        cents = [abs(rows[one["channel"]][money] - one["value_minor"]) for one in library]
        # Each conversion is rounded by itself, so a channel may be some cents off.
        assert sum(cents) / 2 <= run["gap_minor"] + 0.5 * counts.items.size


def test_what_a_model_gives_a_channel_beyond_its_paths_is_what_others_won_alone(
    workspace: Workspace,
) -> None:
    results = workspace.runs.in_use().results.to_pylist()
    for kind in ConversionKind:
        counts = counted_paths(workspace.warehouse, kind, 90 * DAY)
        alone = dict.fromkeys(counts.channels, 0.0)
        paths, channels, _ = counts.members
        for path, channel in zip(paths.tolist(), channels.tolist(), strict=True):
            if (paths == path).sum() == 1:
                alone[counts.channels[channel]] += counts.conversions[path]
        for row in results:
            if row["kind"] == kind.value:
                assert row["credited_conversions"] >= alone[row["channel"]] - 1e-9
