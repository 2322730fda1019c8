"""The Markov chain of paths: states that are the last k channels, and what flows between."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats, Ints, spread_ranges
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.distinct import distinct
from headwater.attribution.data_driven.estimators import Draw
from headwater.domain.errors import InputError

MOST_STATES: Final = 6000
"""A dense matrix of so many states takes 0.3 GB, and its inverse some minutes at most."""


@dataclass(frozen=True, slots=True)
class Flows:
    """Persons leaving and ending, for one draw.

    `net` (states x states) has on its diagonal how many persons left a state for another one
    or for an end, and elsewhere minus how many went from the row's state to the column's.
    It is (I - Q) with each row times its sum, so rows and columns both lean on the diagonal:
    elimination is stable in any order. `ends` (states x 2): conversions and value ending there.
    """

    net: Floats
    ends: Floats

    @classmethod
    def of(cls, net: Floats, leaving: Floats, ends: Floats) -> Flows:
        """Return the flows of moves (`net` without its diagonal) and of how many left."""
        reached = leaving > 0
        # Nobody was there in this draw; any diagonal will do, as nothing leads there.
        net.reshape(-1)[:: net.shape[0] + 1] = np.where(reached, leaving, 1.0)
        return cls(net, ends * reached[:, None])


def check_states(states: int, order: int) -> None:
    """Raise InputError where a chain has too many states to be solved."""
    if states > MOST_STATES:
        raise InputError(
            f"Markov of order {order} makes {states:,} states of these paths; up to "
            f"{MOST_STATES:,} can be solved exactly. Lower the order, or group channels."
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """Which path takes which steps; one state per k-gram, or per whole path shorter than k."""

    states: int
    channels: int
    last: Ints
    """The state that each path ends in."""
    heads: Ints
    """The first of each distinct pair's moves; a move is from a state to another one."""
    path: Ints
    """The path of each move, pair after pair."""
    pairs: Ints
    """Distinct pairs as `source * states + target`."""
    members: tuple[Ints, ...]
    """By channel: the states that hold it, ascending."""

    @classmethod
    def of(cls, counts: PathCounts, order: int) -> Chain:
        """Return the chain of an order >= 1; InputError where it has too many states."""
        visits = np.maximum(counts.lengths - order + 1, 1)
        grams, sizes = _grams(counts, order, visits)
        chosen, states = _single(grams) if order == 1 else distinct(grams, sizes)
        check_states(chosen.size, order)
        path = np.repeat(np.arange(counts.lengths.size), visits)
        # Staying in a state changes nothing about where a path goes next, so it is left out:
        # removal effects are the same, and long repeats cost no precision.
        moves = np.flatnonzero((path[1:] == path[:-1]) & (states[1:] != states[:-1]))
        keys = states[moves] * chosen.size + states[moves + 1]
        # Small numbers are sorted by their digits, in one pass.
        small = np.uint16 if chosen.size < 2**8 else np.int64
        by_pair = np.argsort(keys.astype(small), kind="stable")
        pairs, heads = np.unique(keys[by_pair], return_index=True)
        return cls(
            int(chosen.size),
            len(counts.channels),
            states[np.cumsum(visits) - 1],
            heads.astype(np.int64),
            path[moves[by_pair]],
            pairs,
            _members(grams, sizes, chosen, len(counts.channels)),
        )

    def flows(self, draw: Draw) -> Flows:
        """Return what flows when each path is gone by its conversions and null paths."""
        persons = draw.conversions + draw.nulls
        net = np.zeros((self.states, self.states))
        flat = net.reshape(-1)
        if self.pairs.size:
            flat[self.pairs] = -np.add.reduceat(persons[self.path], self.heads)
        leaving = np.bincount(self.last, persons, self.states) - net.sum(axis=1)
        ends = [
            np.bincount(self.last, one, self.states) for one in (draw.conversions, draw.values)
        ]
        return Flows.of(net, leaving, np.stack(ends, axis=1).astype(np.float64, copy=False))

    @property
    def work(self) -> float:
        """About how many sums and products one draw's effects take."""
        removals = sum(states.size**3 for states in self.members) if self.states else 0
        return 2.0 * self.states**3 + removals + 4.0 * self.path.size


def _grams(counts: PathCounts, order: int, visits: Ints) -> tuple[Ints, Ints]:
    """Return the channels of every state visited, end to end, and how many each has."""
    if order == 1:
        return counts.items, np.ones(counts.items.size, dtype=np.int64)
    sizes = np.repeat(np.minimum(counts.lengths, order), visits)
    return counts.items[spread_ranges(spread_ranges(counts.starts, visits), sizes)], sizes


def _single(channels: Ints) -> tuple[Ints, Ints]:
    """Return what `distinct` does, of paths of one channel each, without comparing them."""
    last = np.full(int(channels.max(initial=-1)) + 1, -1, dtype=np.int64)
    last[channels] = np.arange(channels.size)
    present = np.flatnonzero(last >= 0)
    ranks = np.cumsum(last >= 0) - 1
    return last[present], ranks[channels]


def _members(grams: Ints, sizes: Ints, chosen: Ints, channels: int) -> tuple[Ints, ...]:
    starts = (np.cumsum(sizes) - sizes)[chosen]
    sizes = sizes[chosen]
    held = grams[spread_ranges(starts, sizes)]
    state = np.repeat(np.arange(chosen.size), sizes)
    keys = np.unique(held * max(chosen.size, 1) + state)
    bounds = np.searchsorted(keys, np.arange(channels + 1) * chosen.size)
    return tuple(
        keys[low:high] - channel * chosen.size
        for channel, (low, high) in enumerate(pairwise(bounds.tolist()))
    )
