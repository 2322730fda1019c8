"""Models whose counts add up, learnt chunk by chunk without keeping any path.

The Markov chain of order 1 needs how often people went from one channel to another; Shapley
values need shares of each path alone. Memory and time do not grow with the number of distinct
paths, so this is the way for very many touches; intervals alone need the paths themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Final, Protocol

import numpy as np

from headwater.attribution.arrays import Floats, Ints, owners, taken
from headwater.attribution.data_driven.chain import Flows, check_states
from headwater.attribution.data_driven.counts import Batch
from headwater.attribution.data_driven.estimators import Credit
from headwater.attribution.data_driven.families import AnyModel
from headwater.attribution.data_driven.markov import Markov, Total, by_effects, losses
from headwater.attribution.data_driven.shapley import OrderedShapley, Shapley

_DENSE: Final = 256
"""Up to so many channels a table of channels by channels is quicker than sorting."""
_FEW: Final = 14
"""Up to so many channels a table of all sets of them stays in the cache."""
_BITS: Final = 62
"""So many channels have a bit of a whole number each."""
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


def additive(model: AnyModel, *, refunds: bool = True) -> Additive | None:
    """Return empty sums for a model, None for one that needs whole paths.

    `refunds`: whether values may be negative, or come without a conversion.
    """
    if isinstance(model, Markov) and model.order == 1:
        return MarkovSums(may_cancel=refunds)
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
        ends = np.cumsum(paths.lengths) - 1
        weights = None
        if not (persons == 1.0).all():
            weights = taken(persons, owners(paths.lengths))
        if channels <= _DENSE:
            table = _moves(paths.items, ends, weights, channels)
            cells = np.flatnonzero(table)
            keys = (cells // channels << _SHIFT) + cells % channels
            self._hold(keys, table[cells])
            return
        sources, targets = paths.items[:-1], paths.items[1:]
        going = sources != targets
        going[ends[:-1]] = False
        keys = (sources[going] << _SHIFT) + targets[going]
        self._hold(*_merged(keys, None if weights is None else weights[:-1][going]))

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

    may_cancel: bool = True
    """Whether effects on value can sum to 0 where there is value: where some are refunds."""
    moves: Moves = field(default_factory=Moves)
    ends: ByChannel = field(default_factory=ByChannel)
    last: ByChannel = field(default_factory=ByChannel)
    """How many persons ended there: those who converted, those who did not."""
    evenly: ByChannel = field(default_factory=ByChannel)
    """What each channel has of it all where nothing else can be told."""

    def add(self, paths: Batch, channels: int) -> None:
        persons = paths.amounts[0] + paths.amounts[2]
        lasts = paths.items[np.cumsum(paths.lengths) - 1]
        self.moves.add(paths, persons, channels)
        self.last.add(_at(lasts, [paths.amounts[0], paths.amounts[2]], channels))
        if not paths.amounts[:2].any():
            return
        self.ends.add(_at(lasts, paths.amounts[:2], channels))
        if self.may_cancel:
            each = paths.amounts[:2] / paths.lengths
            owner = owners(paths.lengths)
            self.evenly.add(_at(paths.items, [taken(one, owner) for one in each], channels))

    def credit(self, channels: int) -> Credit:
        sources, targets, weights = self.moves.summed()
        last = self.last.wide(channels).sum(axis=0)
        # Who ever left a channel went to another one, or ended there.
        seen = np.union1d(np.union1d(sources, targets), np.flatnonzero(last))
        states = seen.size
        check_states(states, 1)
        rank = np.zeros(channels, dtype=np.int64)
        rank[seen] = np.arange(states)
        ends = self.ends.wide(channels)
        lost = np.zeros((channels, 2))
        if states:
            net = np.zeros((states, states))
            net[rank[sources], rank[targets]] = -weights
            leaving = last[seen] - net.sum(axis=1)
            flows = Flows.of(net, leaving, ends[:, seen].T)
            each = tuple(np.array([state]) for state in range(states))
            lost[seen] = losses(flows, each)
        evenly = self.evenly.wide(channels)
        totals = [
            Total(float(earned.sum()), partial(np.copy, even))
            for earned, even in zip(ends, evenly, strict=True)
        ]
        return by_effects(lost, totals)


def _moves(items: Ints, ends: Ints, weights: Floats | None, channels: int) -> Floats:
    """Return channels x channels, flat: how many went from one channel to another one."""
    keys = items[:-1] * channels
    keys += items[1:]
    if weights is not None:
        weights[ends] = 0.0
        weights = weights[:-1]
    table = np.bincount(keys, weights, channels * channels)
    if weights is None:  # from the end of one path to the next path nobody went
        table -= np.bincount(keys[ends[:-1]], minlength=table.size)
    table[:: channels + 1] = 0
    return table.astype(np.float64)


def _merged(keys: Ints, weights: Floats | None) -> tuple[Ints, Floats]:
    found, groups = np.unique(keys, return_inverse=True)
    return found, np.bincount(groups, weights, found.size).astype(np.float64)


def _at(codes: Ints, amounts: Sequence[Floats] | Floats, channels: int) -> Floats:
    return np.stack([np.bincount(codes, one, channels) for one in amounts]).astype(np.float64)


def _set_shares(paths: Batch, channels: int) -> Floats:
    """Return 2 x channels: each path's conversions and value among its distinct channels."""
    if channels > _BITS:
        return _cell_shares(paths, channels)
    bits = np.left_shift(1, np.arange(channels))
    heads = np.cumsum(paths.lengths) - paths.lengths
    sets = np.bitwise_or.reduceat(taken(bits, paths.items), heads)
    if channels <= _FEW:
        shares = _every_set(channels)
    else:
        used, sets = np.unique(sets, return_inverse=True)
        shares = _even_shares(used, channels)
    found: Floats = _at(sets, paths.amounts[:2], shares.shape[0]) @ shares
    return found


def _cell_shares(paths: Batch, channels: int) -> Floats:
    cells = np.unique(owners(paths.lengths) * channels + paths.items)
    path, channel = np.divmod(cells, channels)
    sizes = np.bincount(path, minlength=paths.lengths.size)
    by_cell = (paths.amounts[:2] / sizes)[:, path]
    return _at(channel, by_cell, channels)


@lru_cache(maxsize=1)
def _every_set(channels: int) -> Floats:
    return _even_shares(np.arange(1 << channels), channels)


def _even_shares(sets: Ints, channels: int) -> Floats:
    """Return sets x channels: an even share for each channel whose bit is in the set."""
    held = sets[:, None] >> np.arange(channels) & 1
    shares: Floats = held / np.maximum(held.sum(axis=1, keepdims=True), 1)
    return shares
