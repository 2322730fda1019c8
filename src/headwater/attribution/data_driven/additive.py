"""Models whose counts add up, learnt chunk by chunk without keeping any path.

The Markov chain of order 1 needs how often people went from one channel to another; Shapley
values need shares of each path alone. Memory and time do not grow with the number of distinct
paths, so this is the way for very many touches; intervals alone need the paths themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven.chain import Flows, check_states
from headwater.attribution.data_driven.counts import Batch
from headwater.attribution.data_driven.estimators import Credit
from headwater.attribution.data_driven.families import AnyModel
from headwater.attribution.data_driven.markov import Markov, Total, by_effects, losses
from headwater.attribution.data_driven.shapley import OrderedShapley, Shapley

_DENSE: Final = 256
"""Up to so many channels a table of channels by channels is quicker than sorting."""
_FEW: Final = 32
_HOLD: Final = 1 << 20
_SHIFT: Final = 32


class Additive(Protocol):
    """Sums for one model, added to path by path."""

    def add(self, paths: Batch, channels: int) -> None:
        """Take in paths whose items are codes below `channels`."""
        ...

    def credit(self, channels: int) -> Credit:
        """Return the credit of each channel by its code."""
        ...


def additive(model: AnyModel) -> Additive | None:
    """Return empty sums for a model, None for one that needs whole paths."""
    if isinstance(model, Markov) and model.order == 1:
        return MarkovSums()
    return ShapleySums() if isinstance(model, Shapley | OrderedShapley) else None


@dataclass(slots=True)
class ByChannel:
    """Conversions and value by channel, 2 x channels, widened as channels appear."""

    sums: Floats = field(default_factory=lambda: np.zeros((2, 0)))

    def add(self, sums: Floats) -> None:
        self.sums = self.wide(sums.shape[1]) + sums

    def wide(self, channels: int) -> Floats:
        return np.pad(self.sums, ((0, 0), (0, channels - self.sums.shape[1])))


@dataclass(slots=True)
class ShapleySums:
    """Each path's amounts shared evenly among its distinct channels."""

    shared: ByChannel = field(default_factory=ByChannel)

    def add(self, paths: Batch, channels: int) -> None:
        if paths.amounts[:2].any():
            self.shared.add(_set_shares(paths, channels))

    def credit(self, channels: int) -> Credit:
        found = self.shared.wide(channels)
        return Credit(found[0], found[1])


@dataclass(slots=True)
class Moves:
    """How many persons went from one channel to another one, as triplets."""

    keys: list[Ints] = field(default_factory=list)
    weights: list[Floats] = field(default_factory=list)
    held: int = 0

    def add(self, paths: Batch, persons: Floats, channels: int) -> None:
        items, ends = paths.items, np.cumsum(paths.lengths) - 1
        going = items[:-1] != items[1:]
        going[ends[:-1]] = False
        steps = np.flatnonzero(going)
        weights = None if (persons == 1.0).all() else np.repeat(persons, paths.lengths)[steps]
        sources, targets = items[steps], items[steps + 1]
        if channels <= _DENSE:
            table = np.bincount(sources * channels + targets, weights, channels * channels)
            cells = np.flatnonzero(table)
            keys = (cells // channels << _SHIFT) + cells % channels
            self._hold(keys, table[cells].astype(np.float64))
        else:
            keys = (sources << _SHIFT) + targets
            self._hold(*_merged(keys, np.ones(keys.size) if weights is None else weights))

    def _hold(self, keys: Ints, weights: Floats) -> None:
        self.keys.append(keys)
        self.weights.append(weights)
        self.held += keys.size
        if self.held > _HOLD:
            keys, weights = _merged(np.concatenate(self.keys), np.concatenate(self.weights))
            self.keys, self.weights = [keys], [weights]
            self.held = 0

    def summed(self) -> tuple[Ints, Ints, Floats]:
        """Return sources, targets and persons, each pair once."""
        if not self.keys:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, np.zeros(0)
        keys, weights = _merged(np.concatenate(self.keys), np.concatenate(self.weights))
        return keys >> _SHIFT, keys & ((1 << _SHIFT) - 1), weights


@dataclass(slots=True)
class MarkovSums:
    """What flows between channels, and into the ends."""

    moves: Moves = field(default_factory=Moves)
    ends: ByChannel = field(default_factory=ByChannel)
    last: ByChannel = field(default_factory=ByChannel)
    """How many persons ended there: those who converted, those who did not."""
    evenly: ByChannel = field(default_factory=ByChannel)
    seen: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def add(self, paths: Batch, channels: int) -> None:
        persons = paths.amounts[0] + paths.amounts[2]
        lasts = paths.items[np.cumsum(paths.lengths) - 1]
        self.seen = np.union1d(self.seen, np.flatnonzero(np.bincount(paths.items)))
        check_states(self.seen.size, 1)
        self.moves.add(paths, persons, channels)
        self.last.add(_at(lasts, paths.amounts[[0, 2]], channels))
        if not paths.amounts[:2].any():
            return
        self.ends.add(_at(lasts, paths.amounts[:2], channels))
        by_row = np.repeat(paths.amounts[:2] / paths.lengths, paths.lengths, axis=1)
        self.evenly.add(_at(paths.items, by_row, channels))

    def credit(self, channels: int) -> Credit:
        states = self.seen.size
        rank = np.zeros(channels, dtype=np.int64)
        rank[self.seen] = np.arange(states)
        ends = self.ends.wide(channels)
        lost = np.zeros((channels, 2))
        if states:
            sources, targets, weights = self.moves.summed()
            net = np.zeros((states, states))
            net[rank[sources], rank[targets]] = -weights
            leaving = self.last.wide(channels).sum(axis=0)[self.seen] - net.sum(axis=1)
            flows = Flows.of(net, leaving, ends[:, self.seen].T)
            each = tuple(np.array([state]) for state in range(states))
            lost[self.seen] = losses(flows, each)
        evenly = self.evenly.wide(channels)
        totals = [
            Total(float(earned.sum()), partial(np.copy, even))
            for earned, even in zip(ends, evenly, strict=True)
        ]
        return by_effects(lost, totals)


def _merged(keys: Ints, weights: Floats) -> tuple[Ints, Floats]:
    found, groups = np.unique(keys, return_inverse=True)
    return found, np.bincount(groups, weights, found.size).astype(np.float64)


def _at(codes: Ints, amounts: Sequence[Floats] | Floats, channels: int) -> Floats:
    return np.stack([np.bincount(codes, one, channels) for one in amounts]).astype(np.float64)


def _set_shares(paths: Batch, channels: int) -> Floats:
    """Return 2 x channels: each path's conversions and value among its distinct channels."""
    count = paths.lengths.size
    keys = np.repeat(np.arange(count) * channels, paths.lengths) + paths.items
    if channels <= _FEW:
        held = np.bincount(keys, minlength=count * channels).reshape(count, channels) > 0
        shares: Floats = paths.amounts[:2] / held.sum(axis=1) @ held
        return shares
    cells = np.unique(keys)
    path, channel = np.divmod(cells, channels)
    sizes = np.bincount(path, minlength=count)
    by_cell = (paths.amounts[:2] / sizes)[:, path]
    return _at(channel, by_cell, channels)
