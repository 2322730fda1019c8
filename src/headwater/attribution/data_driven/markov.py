"""Removal effects in the Markov chain of the paths, exactly: one inverse for all channels.

After Anderl, Becker, von Wangenheim & Schumann, "Mapping the customer journey" (2016). With
N = (I - Q)^-1, B = N r and K the states that hold channel c, removing c (whoever comes to K
does not convert) takes `N[0,K] N[K,K]^-1 B[K]` of the `B[0]` conversions.

Counted paths balance: START's row of N is, up to one factor, how often each state was left.
With D these numbers and G = (D (I - Q))^-1, N is G D, B is G e for the conversions e ending
in each state, and the loss is the sum of `G[K,K]^-1 (G e)[K]`, in conversions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven.chain import Chain, Flows
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
        if not self.chain.states:
            return np.zeros((self.chain.channels, 2))
        return losses(self.chain.flows(draw), self.chain.members)

    def credit(self, draw: Draw) -> Credit:
        amounts = (draw.conversions, draw.values)
        totals = [Total(one.sum(), partial(self.fallback.of, one)) for one in amounts]
        return by_effects(self.losses(draw), totals)


def losses(flows: Flows, members: Sequence[Ints]) -> Floats:
    """Return channels x 2: what is lost without the states of each channel (`members`)."""
    lost = np.zeros((len(members), 2))
    inverse = np.linalg.inv(flows.net)
    gains = inverse @ flows.ends
    for channel, states in enumerate(members):
        if states.size == 1:
            lost[channel] = gains[states[0]] / inverse[states[0], states[0]]
        elif states.size:
            within = inverse[np.ix_(states, states)]
            lost[channel] = np.linalg.solve(within, gains[states]).sum(axis=0)
    return lost


@dataclass(frozen=True, slots=True)
class Total:
    """What is to be shared out, and how to share it where no removal has an effect."""

    amount: float
    evenly: Callable[[], Floats]


def by_effects(lost: Floats, totals: Sequence[Total]) -> Credit:
    """Share totals (conversions, then value) in proportion to what is lost, channels x 2."""
    shared = []
    flags = set()
    for total, effects in zip(totals, lost.T, strict=True):
        sum_of_effects = effects.sum()
        if abs(sum_of_effects) <= _NOISE * np.abs(effects).sum():
            even = total.evenly()
            shared.append(even)
            if even.any():
                flags.add(Flag.SHARED_EVENLY)
            continue
        shared.append(effects / sum_of_effects * total.amount)
        if total.amount > 0 and (effects / sum_of_effects < -_NOISE).any():
            flags.add(Flag.NEGATIVE)
    return Credit(shared[0], shared[1], frozenset(flags))
