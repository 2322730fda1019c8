"""Credit summed by label (a channel, say) without a row per touch.

Models of landmarks cost one pass over the paths per touch they name and one over the rows for
what they share evenly, together, not each: `shapes.py` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from headwater.attribution.arrays import Floats, Ints, taken
from headwater.attribution.models import Model
from headwater.attribution.paths import Paths, Spot
from headwater.attribution.shapes import Shapes, is_shaped, shapes
from headwater.attribution.spreads import Landmarks, Relative

_CELLS: Final = 1 << 18
"""A table of shapes by labels up to this size stays in the cache."""

Amounts: TypeAlias = tuple[Floats | None, Floats]
"""Conversions (None: one each) and value of each path."""
Coefficients: TypeAlias = list[tuple[int, Floats]]
"""By the index of a model: what it gives to a touch of each shape."""


@dataclass(frozen=True)
class Labelled:
    """Paths with what they earned, and the label of each touch as a code below `size`."""

    paths: Paths
    amounts: Amounts
    of_touch: Ints
    size: int


def sums(models: Sequence[Model], given: Labelled) -> Floats:
    """Return 2 (conversions, value) x models x labels: what each label earns."""
    found = np.zeros((2, len(models), given.size))
    shaped = [index for index, one in enumerate(models) if is_shaped(one)]
    if shaped:
        _add_shaped(found, models, shaped, given)
    for index, one in enumerate(models):
        if not is_shaped(one):
            _add_spread(found[:, index], one, given)
    return found


def _add_shaped(
    found: Floats, models: Sequence[Model], shaped: Sequence[int], given: Labelled
) -> None:
    kinds = shapes(given.paths)
    evens: Coefficients = []
    named: dict[Spot, Coefficients] = {}
    for index in shaped:
        spread = models[index].spread(kinds.samples)
        if not isinstance(spread, Landmarks):
            raise TypeError(f"{models[index].label} is shaped, but gives no landmarks")
        if spread.even is not None:
            evens.append((index, spread.even))
        for one in spread.named:
            named.setdefault(one.spot, []).append((index, spread.beyond_even(one)))
    for spot, shares in named.items():
        _add_spot(found, shares, spot, kinds, given)
    if evens:
        _add_evens(found, evens, kinds, given)


def _add_spot(
    found: Floats, shares: Coefficients, spot: Spot, kinds: Shapes, given: Labelled
) -> None:
    labels = taken(given.of_touch, given.paths.place(spot).touch)
    if _fits(kinds, given):
        table = _table(kinds.of_path * given.size + labels, given.amounts, kinds, given.size)
        _weigh(found, shares, table)
        return
    for index, share in shares:
        weights = taken(share, kinds.of_path)
        for which, amount in enumerate(given.amounts):
            by_path = weights if amount is None else weights * amount
            found[which, index] += np.bincount(labels, by_path, given.size)


def _add_evens(found: Floats, evens: Coefficients, kinds: Shapes, given: Labelled) -> None:
    count, value = given.amounts
    if _fits(kinds, given):
        cells = given.paths.per_row(kinds.of_path * given.size)
        cells += given.paths.label_of_row
        by_row = (
            None if count is None else given.paths.per_row(count),
            given.paths.per_row(value),
        )
        _weigh(found, evens, _table(cells, by_row, kinds, given.size))
        return
    for index, share in evens:
        weights = taken(share, kinds.of_path)
        for which, amount in enumerate(given.amounts):
            each = given.paths.per_row(weights if amount is None else weights * amount)
            found[which, index] += np.bincount(given.paths.label_of_row, each, given.size)


def _fits(kinds: Shapes, given: Labelled) -> bool:
    return kinds.samples.starts.size * given.size <= _CELLS


def _table(cells: Ints, amounts: Amounts, kinds: Shapes, labels: int) -> Floats:
    """Return 2 x shapes x labels: the sums of the amounts in each cell."""
    rows = kinds.samples.starts.size
    found = [np.bincount(cells, one, rows * labels) for one in amounts]
    return np.stack(found).reshape(2, rows, labels).astype(np.float64, copy=False)


def _weigh(found: Floats, shares: Coefficients, table: Floats) -> None:
    for index, share in shares:
        found[:, index] += np.einsum("k,akl->al", share, table)


def _add_spread(into: Floats, model: Model, given: Labelled) -> None:
    spread = model.spread(given.paths)
    if isinstance(spread, Relative):
        raw, per_path = spread.raw, 1.0 / spread.totals
    else:
        raw, per_path = spread.weights(given.paths), np.ones(given.paths.lengths.size)
    for which, amount in enumerate(given.amounts):
        by_row = given.paths.per_row(per_path if amount is None else per_path * amount)
        by_row *= raw
        into[which] += np.bincount(given.paths.label_of_row, by_row, given.size)
