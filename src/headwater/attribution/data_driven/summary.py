"""Credit by channel from path counts, under rule-based and data-driven models alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.attribution.data_driven.bootstrap import Bootstrap, intervals
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Draw, Fitted, Flag
from headwater.attribution.data_driven.families import AnyModel, Estimator, chosen
from headwater.attribution.data_driven.markov import Markov
from headwater.attribution.data_driven.results import Result, credit_table
from headwater.attribution.data_driven.rules import fit_rule
from headwater.attribution.data_driven.shapley import touch_shares
from headwater.attribution.data_driven.tables import PathInput, count_paths

USUAL: Final = Bootstrap()


def credit_by_channel(
    paths: PathCounts | PathInput,
    models: Sequence[str | AnyModel],
    order: int = 1,
    nulls: bool = True,
    separator: str | None = None,
    bootstrap: Bootstrap | None = USUAL,
) -> pa.Table:
    """Return conversions and value per model and channel.

    `paths`: counts, or a table that `count_paths` takes (`separator` is for it). `models`:
    rule-based ones that need neither times nor stages, and `shapley`, `shapley_rate`,
    `markov`, `markov(order=2)`, `leave_one_out`; `order` is that of a plain `markov`. With
    `nulls` false, those who did not convert are left out. `bootstrap`: None for no intervals.

    Columns: `model`; `channel`; `conversions` (double); `value` (double), or `value_minor`
    (int64) where the paths have that; `conversions_low`, `conversions_high` and the same of
    the value: the interval of 95 %, null for rule-based models; absent without a bootstrap;
    `flags` (list of texts, see `Flag`): what was assumed, and what weakens the row.

    Each model has every channel by name, then `(no touch)`; its rows sum to all conversions
    and value, to the unit for minor units. Estimates are exact; intervals are drawn from the
    bootstrap's seed, so the same paths give the same ones. Raises InputError.

    >>> table = pa.table({"path": [["Ad", "Mail"], ["Ad"]], "conversions": [3, 1]})
    >>> credit_by_channel(table, ["shapley"], bootstrap=None)["conversions"].to_pylist()
    [2.5, 1.5, 0.0]
    """
    wanted = chosen(models, order)
    counts = paths if isinstance(paths, PathCounts) else count_paths(paths, None, separator)
    found = fitted(counts, wanted, nulls=nulls, bootstrap=bootstrap)
    return credit_table(counts, found, with_bounds=bootstrap is not None)


def fitted(
    counts: PathCounts,
    models: Sequence[AnyModel],
    *,
    nulls: bool = True,
    bootstrap: Bootstrap | None = None,
) -> list[Result]:
    """Return each model's estimate, with intervals where there is a bootstrap."""
    counts, assumed = assume(counts, nulls=nulls)
    fits = [_fit(one, counts, assumed) for one in models]
    if bootstrap is not None:
        _draw(counts, fits, bootstrap)
    return fits


def assume(counts: PathCounts, *, nulls: bool) -> tuple[PathCounts, set[Flag]]:
    """Return the counts to learn from, and what that assumes."""
    if not counts.nulls.any():
        return counts, {Flag.NO_NULLS}
    return (counts, set()) if nulls else (counts.without_nulls(), {Flag.NULLS_LEFT_OUT})


def _fit(model: AnyModel, counts: PathCounts, assumed: set[Flag]) -> Result:
    """Return the model's estimate, as yet without intervals."""
    learns = isinstance(model, Estimator)
    fitted = model.fit(counts) if isinstance(model, Estimator) else fit_rule(model, counts)
    credit = fitted.credit(Draw.observed(counts))
    flags = {*credit.flags, *(assumed if learns else ())}
    if not counts.has_values:
        flags.add(Flag.NO_VALUES)
    return Result(model.label, credit, flags, fitted if learns else None)


def _draw(counts: PathCounts, results: list[Result], bootstrap: Bootstrap) -> None:
    """Give the data-driven results their intervals, or the reason why there is none."""
    fits: list[Fitted] = []
    drawn: list[Result] = []
    for one in results:
        if one.fitted is None:
            continue
        if bootstrap.affords(one.fitted):
            fits.append(one.fitted)
            drawn.append(one)
        else:
            one.flags.add(Flag.NO_INTERVAL)
    for one, interval in zip(drawn, intervals(counts, fits, bootstrap), strict=True):
        one.interval = interval


def removal_effects(
    paths: PathCounts | PathInput,
    order: int = 1,
    nulls: bool = True,
    separator: str | None = None,
) -> pa.Table:
    """Return what share of all conversions and value is lost without each channel.

    Columns: `channel`, by name; `removal_conversions` and `removal_value` (doubles): null
    where there are no conversions, or no value, to lose.
    """
    counts = paths if isinstance(paths, PathCounts) else count_paths(paths, None, separator)
    counts, _ = assume(counts, nulls=nulls)
    lost = Markov("markov", order).fit(counts).losses(Draw.observed(counts))
    totals = [counts.conversions.sum(), counts.values.sum()]
    columns = [
        pa.array(one / total) if total else pa.nulls(len(one), pa.float64())
        for one, total in zip(lost.T, totals, strict=True)
    ]
    names = ["channel", "removal_conversions", "removal_value"]
    return pa.table([pa.array(counts.channels, pa.string()), *columns], names=names)


def positions(paths: PathCounts | PathInput, separator: str | None = None) -> pa.Table:
    """Return ordered Shapley values: each channel's share spread over its places in the path.

    Columns: `channel`; `position` (1 is the first touch); `conversions`; `value` (doubles;
    minor units where the paths have those). Sums by channel are those of `shapley`.
    """
    counts = paths if isinstance(paths, PathCounts) else count_paths(paths, None, separator)
    shares = touch_shares(counts)
    place = np.arange(counts.items.size) - np.repeat(counts.starts, counts.lengths)
    longest = int(counts.lengths.max(initial=1))
    keys, groups = np.unique(counts.items * longest + place, return_inverse=True)
    sums = [
        np.bincount(groups, shares * amounts[counts.path_of_item], keys.size)
        for amounts in (counts.conversions, counts.values)
    ]
    names = [counts.channels[code] for code in (keys // longest).tolist()]
    return pa.table(
        {
            "channel": pa.array(names, pa.string()),
            "position": keys % longest + 1,
            "conversions": sums[0],
            "value": sums[1],
        }
    )
