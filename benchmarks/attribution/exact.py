"""What each model must say of the made paths: its definition, worked out without Headwater.

First, last and linear by counting; Shapley from the values of all 2^n sets of channels; Markov
(order 1) by solving the chain once as it is and once without each channel.
"""

from __future__ import annotations

from math import factorial

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def exact(codes: Ints, lengths: Ints, converted: Ints, channels: int) -> dict[str, Floats]:
    """Return the conversions of each channel under each model.

    `codes`: the channels of all paths, one path after the other, each `lengths` long;
    `converted`: 1 for paths that ended in a conversion, else 0.
    """
    heads = np.cumsum(lengths) - lengths
    tails = heads + lengths - 1
    share = np.repeat(converted / lengths, lengths)
    sets = np.bitwise_or.reduceat(np.left_shift(1, codes), heads)
    return {
        "first": summed(codes[heads], converted, channels),
        "last": summed(codes[tails], converted, channels),
        "linear": summed(codes, share, channels),
        "markov": markov(codes, heads, tails, converted, channels),
        "shapley": shapley(summed(sets, converted, 1 << channels), channels),
    }


def summed(places: Ints, amounts: Ints | Floats, size: int) -> Floats:
    return np.bincount(places, amounts, size).astype(np.float64)


def shapley(worth: Floats, channels: int) -> Floats:
    """Return each channel's Shapley value; `worth[S]`: conversions of just the set S."""
    value = worth.copy()
    every = np.arange(value.size)
    for channel in range(channels):
        with_it = every[(every >> channel & 1).astype(bool)]
        value[with_it] += value[with_it ^ (1 << channel)]
    sizes = (every[:, None] >> np.arange(channels) & 1).sum(axis=1)
    weights = np.array(
        [factorial(s) * factorial(channels - s - 1) for s in range(channels)], dtype=float
    ) / factorial(channels)
    shares = np.empty(channels)
    for channel in range(channels):
        without = every[(every >> channel & 1) == 0]
        gain = value[without | (1 << channel)] - value[without]
        shares[channel] = (weights[sizes[without]] * gain).sum()
    return shares


def markov(codes: Ints, heads: Ints, tails: Ints, converted: Ints, channels: int) -> Floats:
    """Return the conversions shared in proportion to removal effects."""
    start, won, lost = channels, channels + 1, channels + 2
    counts = np.zeros((channels + 1, channels + 3))
    np.add.at(counts, (np.full(heads.size, start), codes[heads]), 1)
    inside = np.ones(codes.size, dtype=bool)
    inside[tails] = False
    steps = np.flatnonzero(inside)
    np.add.at(counts, (codes[steps], codes[steps + 1]), 1)
    np.add.at(counts, (codes[tails], np.where(converted, won, lost)), 1)
    chances = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    whole = chance_to_win(chances, start)
    effects = np.empty(channels)
    for channel in range(channels):
        without = chances.copy()
        without[:, channel] = 0.0
        effects[channel] = 1 - chance_to_win(without, start) / whole
    shares: Floats = effects / effects.sum() * converted.sum()
    return shares


def chance_to_win(chances: Floats, start: int) -> float:
    """Return the chance to convert from START; what is missing in a row is lost."""
    within = np.eye(start + 1) - chances[:, : start + 1]
    return float(np.linalg.solve(within, chances[:, start + 1])[start])
