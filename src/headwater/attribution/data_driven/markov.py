"""Removal effects in the Markov chain of the paths, exactly: one inverse for all channels.

After Anderl, Becker, von Wangenheim & Schumann, "Mapping the customer journey" (2016). With
N = (I - Q)^-1, B = N r and K the states that hold channel c, removing c (whoever comes to K
does not convert) takes `N[0,K] N[K,K]^-1 B[K]` of the `B[0]` conversions.

Counted paths balance: START's row of N is, up to one factor, how often each state was left.
With D these numbers and G = (D (I - Q))^-1, N is G D, B is G e for the conversions e ending
in each state, and the loss is the sum of `G[K,K]^-1 (G e)[K]`, in conversions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.attribution.arrays import Floats
from headwater.attribution.data_driven.chain import Chain
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Credit, Draw, Flag, Shares, evenly
from headwater.domain.errors import InputError

_NOISE = 1e-12
"""Sums of effects this small beside the effects themselves are 0 but for rounding."""


@dataclass(frozen=True, slots=True)
class Markov:
    """Credit in proportion to what is lost without the channel; order >= 1."""

    label: str
    order: int = 1

    def __post_init__(self) -> None:
        if self.order < 1:
            raise InputError(f"The order of '{self.label}' is {self.order}; it is 1 or more.")

    def fit(self, counts: PathCounts) -> Removal:
        return Removal(Chain.of(counts, self.order), evenly(counts))


@dataclass(frozen=True, slots=True)
class Removal:
    """A chain, and the shares to fall back on where no removal has an effect."""

    chain: Chain
    fallback: Shares

    @property
    def work(self) -> float:
        return self.chain.work

    def losses(self, draw: Draw) -> Floats:
        """Return channels x 2: the conversions and the value lost without each channel."""
        lost = np.zeros((self.chain.channels, 2))
        if not self.chain.states:
            return lost
        flows = self.chain.flows(draw)
        inverse = np.linalg.inv(flows.net)
        gains = inverse @ flows.ends
        for channel, states in enumerate(self.chain.members):
            if states.size == 1:
                lost[channel] = gains[states[0]] / inverse[states[0], states[0]]
            elif states.size:
                within = inverse[np.ix_(states, states)]
                lost[channel] = np.linalg.solve(within, gains[states]).sum(axis=0)
        return lost

    def credit(self, draw: Draw) -> Credit:
        lost = self.losses(draw)
        shared = []
        flags = set()
        for amounts, effects in zip((draw.conversions, draw.values), lost.T, strict=True):
            total, sum_of_effects = amounts.sum(), effects.sum()
            if abs(sum_of_effects) <= _NOISE * np.abs(effects).sum():
                shared.append(self.fallback.of(amounts))
                if amounts.any():
                    flags.add(Flag.SHARED_EVENLY)
                continue
            shared.append(effects / sum_of_effects * total)
            if total > 0 and (effects / sum_of_effects < -_NOISE).any():
                flags.add(Flag.NEGATIVE)
        return Credit(shared[0], shared[1], frozenset(flags))
