"""How far every model is from what the channels truly did, in the world with known lift.

    python benchmarks/lift.py [--events 10000000] [--seed 1] [--replicates 0]

Makes the world twice: with exposure by chance, and with exposure that follows intent, as in
life. Every model sees what each person met before deciding, without a gap in tracking. Prints
per model the distance of its shares by channel to the true incremental shares of leads:

    distance     total variation: half the sum of the absolute differences (0 same, 1 apart)
    largest      the largest difference of one channel
    of all       the distance where the baseline, what would have come anyway, is a part too
                 (models without a baseline hand that out to channels)

`incremental` learns the effect of each campaign and adds up by channel (`learn_by="campaign"`,
and as runs in the platform do); `with tests` has also the results of three holdout tests of
50,000 persons an arm, drawn from the truth; `by channel` learns one effect for each channel.
`--replicates` adds how many rows' true figures lie in the 95 % interval.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.attribution import MODELS, attribute
from headwater.attribution.data_driven import (
    Bootstrap,
    count_journeys,
    credit_by_channel,
)
from headwater.attribution.incremental import (
    Group,
    Holdout,
    Incremental,
    Settings,
    incremental,
)
from headwater.domain.words import BASELINE, NO_TOUCH
from headwater.world import Exposure, World

DATA_DRIVEN = [
    *["markov", "markov(order=2)", "markov(order=3)", "shapley", "shapley_rate"],
    "leave_one_out",
]
TESTED = [
    "brand-search-harvests-demand",
    "affiliate-takes-the-last-click",
    "retargeting-follows-people-who-buy-anyway",
]
ARM = 50_000


@dataclass(frozen=True, slots=True)
class Case:
    """One world's leads: what was met, what came of it, and what each channel truly added."""

    touches: pa.Table
    leads: pa.Table
    truth: pa.Table
    tests: tuple[Holdout, ...]

    @classmethod
    def of(cls, events: int, seed: int, exposure: Exposure) -> Case:
        world = World(events, seed, exposure=exposure)
        parts = list(world.encounters())
        conversions = pa.concat_tables([part.conversions for part in parts])
        leads = conversions.filter(pc.equal(conversions["kind"], "lead"))
        nothing = pa.nulls(leads.num_rows, pa.int64())
        leads = leads.append_column("lead_at", leads["anchored_at"])
        leads = leads.append_column("opportunity_at", nothing)
        truth = world.increments()
        touches = pa.concat_tables([part.touches for part in parts])
        return cls(
            touches,
            leads,
            truth.filter(pc.equal(truth["kind"], "lead")),
            holdouts(world.truth()["channel_effect"], channels_of(touches), seed),
        )


def channels_of(touches: pa.Table) -> dict[str, str]:
    """Return the channel of each campaign."""
    pairs = touches.group_by(["campaign", "channel"]).aggregate([])
    return dict(zip(pairs["campaign"].to_pylist(), pairs["channel"].to_pylist(), strict=True))


def holdouts(effects: pa.Table, channels: Mapping[str, str], seed: int) -> tuple[Holdout, ...]:
    """Return tests of a few campaigns, their outcomes drawn from the true chances."""
    draw = np.random.default_rng(seed)
    found = []
    for row in effects.to_pylist():
        if row["way"] in TESTED and row["kind"] == "lead":
            won = [
                float(draw.binomial(ARM, row[figure] / row["exposed_persons"]))
                for figure in ("expected", "expected_without")
            ]
            name = f"{channels[row['way']]}: {row['way']}"
            found.append(Holdout(name, Group(ARM, won[0]), Group(ARM, won[1])))
    return tuple(found)


def distances(credit: Mapping[str, float], truth: pa.Table) -> tuple[float, float, float]:
    """Return the distance and the largest difference by channel, and the distance of all."""
    channels = truth["channel"].to_pylist()
    found = np.array([credit.get(one, 0.0) for one in channels])
    shares = np.array(truth["share"].to_pylist()[:-1])
    apart = np.abs(found[:-1] / found[:-1].sum() - shares)
    added = truth["added"].to_numpy()
    whole = np.abs(found / found.sum() - added / added.sum())
    return float(apart.sum() / 2), float(apart.max()), float(whole.sum() / 2)


def credits_of(table: pa.Table) -> dict[str, dict[str, float]]:
    """Return conversions by model and channel."""
    found: dict[str, dict[str, float]] = {}
    for row in table.to_pylist():
        if row["channel"] != NO_TOUCH:
            found.setdefault(row["model"], {})[row["channel"]] = row["conversions"]
    return found


def every_model(case: Case) -> dict[str, dict[str, float]]:
    """Return the credit of every model that shares out all conversions."""
    rules = attribute(case.touches, case.leads, list(MODELS), lookback=None).credit
    counts = count_journeys(case.touches, case.leads, lookback=None)
    learned = credit_by_channel(counts, DATA_DRIVEN, bootstrap=None)
    return {**credits_of(rules), **credits_of(learned)}


def incremental_models(case: Case, replicates: int) -> dict[str, pa.Table]:
    bootstrap = Bootstrap(replicates) if replicates else None
    tested = Incremental(Settings(holdouts=case.tests), "with tests")
    found = attribute(
        case.touches,
        case.leads,
        ["incremental", tested],
        lookback=None,
        learn_by="campaign",
        bootstrap=bootstrap,
    ).credit
    by_channel = count_journeys(case.touches, case.leads, lookback=None)
    return {
        "incremental": found.filter(pc.equal(found["model"], "incremental")),
        "incremental, with tests": found.filter(pc.equal(found["model"], tested.label)),
        "incremental, by channel": incremental(by_channel, bootstrap=bootstrap).table,
    }


def covered(table: pa.Table, truth: pa.Table) -> str:
    """Return in how many rows the interval holds the true figure."""
    if "conversions_low" not in table.column_names:
        return ""
    added = dict(zip(truth["channel"].to_pylist(), truth["added"].to_pylist(), strict=True))
    rows = [row for row in table.to_pylist() if row["channel"] != NO_TOUCH]
    inside = sum(
        row["conversions_low"] <= added[row["channel"]] <= row["conversions_high"]
        for row in rows
    )
    return f"{inside} of {len(rows)} covered"


def show(name: str, credit: Mapping[str, float], truth: pa.Table, note: str = "") -> None:
    by_channel, largest, of_all = distances(credit, truth)
    print(f"| {name:38} | {by_channel:8.3f} | {largest:7.3f} | {of_all:6.3f} | {note}")


def shares(found: Mapping[str, Mapping[str, float]], truth: pa.Table) -> None:
    """Print the shares by channel of a few models beside the true ones."""
    names = ["last", "linear", "markov", "shapley", "incremental", "incremental, by channel"]
    print("\n| channel          |  true |" + "".join(f" {name:>12.24} |" for name in names))
    for row in truth.to_pylist():
        if row["channel"] == BASELINE:
            continue
        line = f"| {row['channel']:16} | {row['share']:5.3f} |"
        for name in names:
            all_of = sum(value for one, value in found[name].items() if one != BASELINE)
            width = max(12, len(name))
            line += f" {found[name].get(row['channel'], 0.0) / all_of:{width}.3f} |"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicates", type=int, default=0)
    options = parser.parse_args()
    for exposure in (Exposure.RANDOM, Exposure.CONFOUNDED):
        began = time.process_time()
        case = Case.of(options.events, options.seed, exposure)
        persons = pc.count_distinct(case.touches["person_id"]).as_py()
        added = case.truth["added"].to_pylist()
        print(
            f"\n{exposure} exposure: {options.events:,} events, seed {options.seed}, "
            f"{persons:,} persons, {case.leads.num_rows:,} leads, of which "
            f"{1 - added[-1] / sum(added):.1%} would not have come without the channels\n"
        )
        print(f"| {'model':38} | distance | largest | of all |")
        print(f"|{'-' * 40}|---------:|--------:|-------:|")
        found = every_model(case)
        for name, credit in found.items():
            show(name, credit, case.truth)
        for name, table in incremental_models(case, options.replicates).items():
            (found[name],) = credits_of(table).values()
            show(name, found[name], case.truth, covered(table, case.truth))
        shares(found, case.truth)
        print(f"\n{time.process_time() - began:.0f} CPU seconds")


if __name__ == "__main__":
    main()
