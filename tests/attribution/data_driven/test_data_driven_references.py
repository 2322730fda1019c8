"""Data-driven credit equals the reference figures to 1e-6, most of them to 1e-11.

PathData.csv is GPL-3 data: read where it lies, never copied here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

from attribution.data_driven.path_oracle import Row, credit
from headwater.attribution.data_driven import (
    PathColumns,
    PathCounts,
    count_paths,
    credit_by_channel,
    removal_effects,
)

pytestmark = pytest.mark.slow

SMALL = Path(__file__).parent.parent / "own_small_case.json"
COLUMNS = PathColumns("path", "total_conversions", "total_conversion_value", "total_null")
CHAINS = [(order, nulls) for order in (1, 2, 3) for nulls in (True, False)]


@pytest.fixture(scope="module")
def small() -> tuple[pa.Table, Mapping[str, Any]]:
    case = json.loads(SMALL.read_text("utf-8"))
    return pa.Table.from_pylist(case["paths"]), case["expected"]


@pytest.fixture(scope="module")
def path_data(shared_data: Path) -> PathCounts:
    table = pa_csv.read_csv(shared_data / "attribution" / "PathData.csv")
    return count_paths(table, COLUMNS, " > ")


@pytest.fixture(scope="module")
def exact(shared_data: Path) -> list[dict[str, str]]:
    return read(shared_data, "reference_exact_channelattribution_pathdata.csv")


def read(shared_data: Path, name: str) -> list[dict[str, str]]:
    with (shared_data / "attribution" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def figures(table: pa.Table) -> dict[str, tuple[float, float]]:
    columns = (table[name].to_pylist() for name in ("channel", "conversions", "value"))
    return {channel: (count, value) for channel, count, value in zip(*columns, strict=True)}


def effects(counts: PathCounts | pa.Table, order: int, nulls: bool) -> dict[str, tuple]:
    columns = (column.to_pylist() for column in removal_effects(counts, order, nulls).columns)
    return {channel: pair for channel, *pair in zip(*columns, strict=True)}


@pytest.mark.parametrize(("order", "nulls"), CHAINS)
def test_markov_agrees_with_the_small_case(
    small: tuple[pa.Table, Mapping[str, Any]], order: int, nulls: bool
) -> None:
    table, expected = small
    wanted = expected[f"markov_{order}_{'with_null' if nulls else 'converting_only'}"]
    found = figures(credit_by_channel(table, ["markov"], order, nulls, bootstrap=None))
    removed = effects(table, order, nulls)
    for channel, row in wanted.items():
        pair = (row["conversions"], row["value"])
        assert found[channel] == pytest.approx(pair, rel=1e-9)
        pair = [row["removal_conv"], row["removal_value"]]
        assert removed[channel] == pytest.approx(pair, rel=1e-9)


@pytest.mark.parametrize("model", ["first", "last", "linear", "position", "shapley"])
def test_all_other_models_agree_with_the_small_case(
    small: tuple[pa.Table, Mapping[str, Any]], model: str
) -> None:
    table, expected = small
    wanted = expected["shapley_subset_sum" if model == "shapley" else model]
    found = figures(credit_by_channel(table, [model], bootstrap=None))
    for channel, pair in wanted.items():
        assert found[channel] == pytest.approx(tuple(pair), rel=1e-9)


@pytest.mark.parametrize(("order", "nulls"), CHAINS)
def test_markov_agrees_on_ten_thousand_paths(
    path_data: PathCounts, exact: list[dict[str, str]], order: int, nulls: bool
) -> None:
    found = figures(credit_by_channel(path_data, ["markov"], order, nulls, bootstrap=None))
    removed = effects(path_data, order, nulls)
    name = "with_null_paths" if nulls else "converting_only"
    wanted = [row for row in exact if (row["model"], row["paths"]) == (f"markov_{order}", name)]
    assert len(wanted) == 12
    for row in wanted:
        pair = (float(row["conversions"]), float(row["value"]))
        assert found[row["channel"]] == pytest.approx(pair, rel=1e-6)
        pair = [
            float(row["removal_effect_conversions"]),
            float(row["removal_effect_value"]),
        ]
        assert removed[row["channel"]] == pytest.approx(pair, rel=1e-6)


@pytest.mark.parametrize("model", ["first", "last", "linear", "position", "shapley"])
def test_all_other_models_agree_on_ten_thousand_paths(
    path_data: PathCounts, exact: list[dict[str, str]], model: str
) -> None:
    found = figures(credit_by_channel(path_data, [model], bootstrap=None))
    name = "shapley_zhao" if model == "shapley" else model
    wanted = [row for row in exact if row["model"] == name]
    assert len(wanted) == 12
    for row in wanted:
        pair = (float(row["conversions"]), float(row["value"]))
        assert found[row["channel"]] == pytest.approx(pair, rel=1e-6)


def test_twenty_channels_agree_with_ianchutes_sample(shared_data: Path) -> None:
    """The sample's `position` is half and half where two touches are all, as ours is."""
    folder = shared_data / "attribution"
    paths = json.loads((folder / "ianchute_MIT" / "sample.json").read_text("utf-8"))
    table = pa.table(
        {
            "path": [[str(channel) for channel in path] for path in paths],
            "conversions": [1.0] * len(paths),
        }
    )
    models = {
        "shapley": "shapley_zhao",
        "first": "first",
        "last": "last",
        "linear": "linear",
        "position": "position",
        "markov": "markov1_converting_only",
    }
    wanted = read(shared_data, "reference_ianchute_sample.csv")
    assert len(wanted) == 20
    found = {name: figures(credit_by_channel(table, [name], bootstrap=None)) for name in models}
    for row in wanted:
        for name, column in models.items():
            count, _ = found[name][row["channel"]]
            assert count == pytest.approx(float(row[column]), rel=1e-6), (name, row)


@pytest.mark.parametrize("transform", ["none", "exposure"])
def test_leave_one_out_agrees_with_fractribution(
    path_data: PathCounts, shared_data: Path, transform: str
) -> None:
    """It is called `shapley` there. `exposure` is the paths with repeats in a row as one."""
    counts = path_data if transform == "none" else without_repeats(path_data)
    found = figures(credit_by_channel(counts, ["leave_one_out"], bootstrap=None))
    wanted = [
        row
        for row in read(shared_data, "reference_google_fractribution_on_pathdata.csv")
        if (row["model"], row["path_transform"]) == ("shapley", transform)
        and row["channel"] != "Unmatched_Channel"
    ]
    assert len(wanted) == 12
    for row in wanted:
        pair = (float(row["conversions"]), float(row["value"]))
        assert found[row["channel"]] == pytest.approx(pair, rel=1e-6)


def without_repeats(counts: PathCounts) -> PathCounts:
    paths = [
        [counts.channels[code] for code, _ in groupby(counts.items[start : start + length])]
        for start, length in zip(counts.starts, counts.lengths, strict=True)
    ]
    return count_paths(
        pa.table(
            {
                "path": paths,
                "conversions": counts.conversions,
                "value": counts.values,
                "nulls": counts.nulls,
            }
        )
    )


def test_leave_one_out_agrees_with_snowplows_expected_report(shared_data: Path) -> None:
    """Its path summary rounds nothing but has no revenue where nobody converted: 0."""
    folder = shared_data / "attribution" / "snowplow_fractribution_APACHE2"
    with (folder / "snowplow_fractribution_path_summary_expected.csv").open() as file:
        rows = list(csv.DictReader(file))
    table = pa.table(
        {
            "path": [row["transformed_path"] for row in rows],
            "conversions": [int(row["conversions"]) for row in rows],
            "value": [float(row["revenue"] or 0) for row in rows],
            "nulls": [int(row["non_conversions"]) for row in rows],
        }
    )
    found = figures(
        credit_by_channel(table, ["leave_one_out"], separator=" > ", bootstrap=None)
    )
    with (folder / "snowplow_fractribution_channel_attribution_expected.csv").open() as file:
        wanted = [row for row in csv.DictReader(file) if row["ATTRIBUTION_TYPE"] == "shapley"]
    for row in wanted:
        if row["CHANNEL"] in found:
            pair = (float(row["CONVERSIONS"]), float(row["REVENUE"]))
            assert found[row["CHANNEL"]] == pytest.approx(pair, rel=1e-6)


@pytest.mark.parametrize("order", [1, 2])
def test_dsearle90s_journeys_agree_with_the_oracle(shared_data: Path, order: int) -> None:
    """Its own program is no reference: it counts a transition once per path however often it
    happens, and adds 0.1 and the least effect to every effect. So the oracle judges here."""
    rows = []
    for line in read(shared_data, "dsearle90_markov_MIT/paths.csv"):
        path = tuple(line[f"T_{i}"] for i in range(1, 11) if line[f"T_{i}"])
        won = Fraction(line["conv_flag"] == "conv")
        rows.append(Row(path, won, won, 1 - won))
    table = pa.table(
        {
            "path": [list(row.path) for row in rows],
            "conversions": [float(row.conversions) for row in rows],
            "nulls": [float(row.nulls) for row in rows],
        }
    )
    found = figures(credit_by_channel(table, ["markov"], order, bootstrap=None))
    wanted = credit(f"markov(order={order})", rows, "conversions")
    assert len(wanted) >= 5
    for channel, one in wanted.items():
        assert found[channel][0] == pytest.approx(float(one), rel=1e-9)
