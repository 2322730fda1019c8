"""The arrays the world is made of: one entry per person, session, event or deal."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Words: TypeAlias = npt.NDArray[np.uint64]
Bools: TypeAlias = npt.NDArray[np.bool_]


def weighted(weights: Floats, uniform: Floats) -> Ints:
    """Return, for each uniform number in [0, 1), the index that the weights give it."""
    edges = np.cumsum(weights)
    chosen = np.searchsorted(edges, uniform * edges[-1], side="right")
    return np.asarray(np.minimum(chosen, len(weights) - 1), dtype=np.int64)


def positions(counts: Ints) -> tuple[Ints, Ints]:
    """Return (owner, ordinal) of each row when owner i has `counts[i]` rows, in order."""
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - starts[owner]


def is_first(sorted_keys: Ints) -> Bools:
    """Return which entries begin a run of equal keys."""
    first = np.ones(len(sorted_keys), dtype=np.bool_)
    first[1:] = sorted_keys[1:] != sorted_keys[:-1]
    return first


def logistic(log_odds: Floats) -> Floats:
    """Return the probability of each log-odds."""
    return 1.0 / (1.0 + np.exp(-log_odds))
