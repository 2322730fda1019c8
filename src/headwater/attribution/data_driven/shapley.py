"""Shapley values of channels, in closed form, and of the game of conversion rates.

Closed form after Zhao, Mahboobi & Bagheri, "Shapley Value Methods for Attribution Modeling in
Online Advertising" (2018): where v(S) counts the conversions of paths whose channels all lie in
S, each path is shared evenly among its distinct channels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import factorial
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Credit, Draw, Flag, Shares, evenly
from headwater.domain.errors import InputError

MOST_CHANNELS: Final = 20
"""The rate game looks at every set of channels: with 20 there are a million."""


@dataclass(frozen=True, slots=True)
class Shapley:
    """phi(c) = sum over sets T with c of R(T) / |T|; any number of channels."""

    label: str

    def fit(self, counts: PathCounts) -> Shares:
        paths, channels, _ = counts.members
        sizes = np.bincount(paths, minlength=counts.lengths.size)
        return Shares(paths, channels, 1.0 / sizes[paths], len(counts.channels))


@dataclass(frozen=True, slots=True)
class OrderedShapley:
    """Shapley with each channel's share spread over its places in the path.

    Totals by channel are those of `shapley`; `positions` tells the places.
    """

    label: str

    def fit(self, counts: PathCounts) -> Shares:
        return Shapley(self.label).fit(counts)


def touch_shares(counts: PathCounts) -> Floats:
    """Return the ordered variant's share of each item: its channel's, spread over its places.

    Sums over a channel's places are its Shapley share, so totals by channel are the same.
    """
    paths, channels, times = counts.members
    sizes = np.bincount(paths, minlength=counts.lengths.size)
    keys = paths * len(counts.channels) + channels
    wanted = counts.path_of_item * len(counts.channels) + counts.items
    shares: Floats = (1.0 / (sizes[paths] * times))[np.searchsorted(keys, wanted)]
    return shares


@dataclass(frozen=True, slots=True)
class RateShapley:
    """The game v(S) = conversions / persons whose channels all lie in S; v = 0 for nobody.

    Its values sum to the conversion rate of all; credit is that times all persons. A channel
    whose persons convert less than others' has credit below 0, shown as it is.
    """

    label: str

    def fit(self, counts: PathCounts) -> RateGame:
        paths, channels, _ = counts.members
        used = np.unique(channels)
        if used.size > MOST_CHANNELS:
            raise InputError(
                f"The model '{self.label}' takes at most {MOST_CHANNELS} channels; the paths "
                f"have {used.size}. Group the rarer ones, or take 'shapley', without a limit."
            )
        bits = np.left_shift(1, np.searchsorted(used, channels))
        sets = np.bincount(paths, bits, counts.lengths.size).astype(np.int64)
        return RateGame(sets, used, evenly(counts), _weights(used.size))


@dataclass(frozen=True, slots=True)
class RateGame:
    """The sets of the paths as bits; `players[i]` is the channel of bit i."""

    sets: Ints
    players: Ints
    fallback: Shares
    weights: Floats
    """By set: how much joining it counts, |S|! (n-|S|-1)! / n!."""

    @property
    def work(self) -> float:
        return 4.0 * self.weights.size * max(self.players.size, 1)

    def credit(self, draw: Draw) -> Credit:
        persons = draw.conversions + draw.nulls
        if not persons.any():
            flags = {Flag.SHARED_EVENLY} if draw.values.any() else frozenset()
            return replace(self.fallback.credit(draw), flags=flags)
        inside = self._below(persons)
        conversions = self._values(draw.conversions, inside) * persons.sum()
        values = self._values(draw.values, inside) * persons.sum()
        negative = (conversions < 0).any() or ((values < 0).any() and (draw.values >= 0).all())
        return Credit(conversions, values, {Flag.NEGATIVE} if negative else frozenset())

    def _below(self, amounts: Floats) -> Floats:
        """Return by set S the sum over the paths whose channels all lie in S."""
        sums: Floats = np.bincount(self.sets, amounts, self.weights.size).astype(np.float64)
        for player in range(self.players.size):
            halves = sums.reshape(-1, 2, 1 << player)
            halves[:, 1] += halves[:, 0]
        return sums

    def _values(self, amounts: Floats, persons: Floats) -> Floats:
        rates = np.zeros(self.weights.size)
        np.divide(self._below(amounts), persons, out=rates, where=persons > 0)
        found = np.zeros(self.fallback.channels)
        for player, channel in enumerate(self.players.tolist()):
            halves = rates.reshape(-1, 2, 1 << player)
            weights = self.weights.reshape(-1, 2, 1 << player)[:, 0]
            found[channel] = np.vdot(weights, halves[:, 1] - halves[:, 0])
        return found


def _weights(players: int) -> Floats:
    of_size = [
        factorial(size) * factorial(players - size - 1) / factorial(players)
        for size in range(players)
    ]
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(players):
        sizes = np.concatenate([sizes, sizes + 1])
    weights: Floats = np.array([*of_size, 0.0])[sizes]
    return weights
