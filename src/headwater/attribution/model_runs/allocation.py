"""From a model's credit by channel to weights within each path: one factor per channel.

A data-driven model says what each channel earned of all conversions together; a report also
asks which touch of which conversion earned it. Here each path is shared among its distinct
channels in proportion to one factor per channel, `f(c) / sum of f over the path's channels`,
and the factors are chosen so that the shares of all paths sum to the model's own credit by
channel. That is raking (iterative proportional fitting) of paths against channels; of all
tables with these sums it is the nearest to even shares (Csiszar 1975).

The sums cannot always be met: what a channel earned on paths where it stood alone cannot be
given to another one. Then the result is the nearest that can be (in Kullback-Leibler
divergence of the sums), and `Factors.reached` differs from what was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven import PathCounts

_BOUND: Final = 12.0
"""Factors lie within e**-12 .. e**12: beyond, a share is nothing beside the others."""
_EXACT: Final = 1e-12
_ROUNDS: Final = 500
_REPEATS: Final = 20
_HALVINGS: Final = 40
_CELLS: Final = 4_000_000
"""Sets x channels looked at together, so that memory stays flat."""


@dataclass(frozen=True, slots=True)
class Factors:
    """One factor (> 0) per channel, about 1 on average, and what they come to by channel."""

    factors: Floats
    reached: Floats


@dataclass(frozen=True, slots=True)
class Sets:
    """Which distinct sets of channels there are: entry i is `channel[i]` of set `owner[i]`."""

    owner: Ints
    channel: Ints
    starts: Ints
    """The first entry of each set."""
    of_path: Ints
    channels: int

    @classmethod
    def of(cls, counts: PathCounts) -> Sets:
        """Return the sets of channels of the counted paths, each once."""
        paths, channels, _ = counts.members
        known: dict[bytes, int] = {}
        edges = np.append(np.flatnonzero(np.diff(paths, prepend=-1)), paths.size)
        texts = [channels[start:end].tobytes() for start, end in pairwise(edges.tolist())]
        of_path = np.array(
            [known.setdefault(text, len(known)) for text in texts], dtype=np.int64
        )
        held = [np.frombuffer(text, dtype=np.int64) for text in known]
        sizes = np.array([one.size for one in held], dtype=np.int64)
        return cls(
            np.repeat(np.arange(len(known)), sizes),
            np.concatenate([np.zeros(0, dtype=np.int64), *held]),
            np.cumsum(sizes) - sizes,
            of_path,
            len(counts.channels),
        )

    def shares(self, factors: Floats) -> Floats:
        """Return the share of each entry: its channel's factor over its set's sum."""
        raw = factors[self.channel]
        if not raw.size:
            return raw
        shares: Floats = raw / np.add.reduceat(raw, self.starts)[self.owner]
        return shares

    def sums(self, amounts: Floats, factors: Floats) -> Floats:
        """Return what each channel has of the sets' amounts under these factors."""
        weights = self.shares(factors) * amounts[self.owner]
        return np.bincount(self.channel, weights, self.channels).astype(np.float64)


def fit_factors(sets: Sets, amounts: Floats, wanted: Floats) -> Factors:
    """Return the factors under which paths' `amounts` sum to `wanted` by channel.

    `amounts` has one entry per counted path, `wanted` one per channel, with the same sum.
    Amounts below 0 (refunds beyond the sales of their path) follow the others' shares.
    """
    held = np.bincount(sets.of_path, amounts, sets.starts.size).astype(np.float64)
    gained, lost = np.maximum(held, 0.0), np.minimum(held, 0.0)
    logs = np.zeros(sets.channels)
    for _ in range(_REPEATS):
        # What refunds take back depends on the shares, so both are settled in turn.
        back = sets.sums(lost, np.exp(logs))
        before, logs = logs, _fit(sets, gained, np.maximum(wanted - back, 0.0), logs)
        if not lost.any() or np.allclose(before, logs, rtol=0, atol=_EXACT):
            break
    reached = sets.sums(held, np.exp(logs))
    mass = np.abs(reached).sum()
    logs -= np.vdot(np.abs(reached), logs) / mass if mass else 0.0
    return Factors(np.exp(logs), reached)


def _fit(sets: Sets, amounts: Floats, wanted: Floats, logs: Floats) -> Floats:
    """Minimise `sum of amounts x log(sum of factors) - wanted x log factors` within bounds.

    The function is convex and its slope is `sums - wanted`: projected Newton steps, each
    halved until it goes down.
    """
    total = amounts.sum()
    if total <= 0:
        return logs
    for _ in range(_ROUNDS):
        factors = np.exp(logs)
        slope = (sets.sums(amounts, factors) - wanted) / total
        stuck = ((logs <= -_BOUND) & (slope > 0)) | ((logs >= _BOUND) & (slope < 0))
        free = np.flatnonzero(~stuck)
        if not free.size or np.abs(slope[free]).max() <= _EXACT:
            break
        bent = _curvature(sets, amounts / total, factors)[np.ix_(free, free)]
        # Only ratios of factors matter, which leaves one direction without curvature.
        bent[np.diag_indices(free.size)] += 1e-9 * max(bent.diagonal().max(), 1e-9)
        step = np.zeros(sets.channels)
        step[free] = -np.linalg.solve(bent, slope[free])
        better = _descend(sets, (amounts / total, wanted / total), logs, step)
        if better is None:
            break
        logs = better
    return logs


def _descend(
    sets: Sets, sought: tuple[Floats, Floats], logs: Floats, step: Floats
) -> Floats | None:
    """Return the first of ever shorter steps that goes down; None where none does."""
    height = _height(sets, sought, logs)
    step = step * min(1.0, _BOUND / max(float(np.abs(step).max()), _EXACT))
    for _ in range(_HALVINGS):
        there = np.clip(logs + step, -_BOUND, _BOUND)
        if _height(sets, sought, there) < height:
            return there
        step = step / 2
    return None


def _height(sets: Sets, sought: tuple[Floats, Floats], logs: Floats) -> float:
    amounts, wanted = sought
    sums = np.log(np.add.reduceat(np.exp(logs)[sets.channel], sets.starts))
    return float(np.vdot(amounts, sums) - np.vdot(wanted, logs))


def _curvature(sets: Sets, amounts: Floats, factors: Floats) -> Floats:
    """Return the second derivatives: channels x channels."""
    shares = sets.shares(factors)
    weights = shares * amounts[sets.owner]
    bent = np.diag(np.bincount(sets.channel, weights, sets.channels).astype(np.float64))
    edges = np.append(sets.starts, sets.channel.size)
    rows = max(_CELLS // max(sets.channels, 1), 1)
    for first in range(0, sets.starts.size, rows):
        last = min(first + rows, sets.starts.size)
        within = slice(edges[first], edges[last])
        table = np.zeros((last - first, sets.channels))
        table[sets.owner[within] - first, sets.channel[within]] = shares[within]
        bent -= table.T @ (table * amounts[first:last, None])
    return bent
