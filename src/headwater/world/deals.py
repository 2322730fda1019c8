"""Deals: what the sales team makes of half of the leads, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final

import numpy as np

from headwater.domain.times import DAY, MINUTE
from headwater.world.arrays import Bools, Floats, Ints, weighted
from headwater.world.clock import QUIET
from headwater.world.company import Company
from headwater.world.outcomes import Outcomes
from headwater.world.people import Crowd, pays_in_dollars

STAGES: Final = ("new", "qualified", "proposal", "negotiation", "won", "lost")
WON: Final = 4
LOST: Final = 5
SPREAD: Final = 0.55
"""Standard deviation of the logarithm of a deal's amount around its product's median."""
ZERO_VALUE: Final = 0.02
EUROS_PER_DOLLAR: Final = 0.92
"""Only the truth tables use it, to add dollars to euros."""

_WORKED: Final = 0.44  # share of the leads that are not won, but become a deal all the same
_STUCK: Final = 0.15
_UNKNOWN: Final = 0.015
_EARLY: Final = 0.006
_STAY_SHARES: Final = np.array([0.6, 2.0, 3.0, 3.0, 1.6])  # before `new`, then in each stage
_LOST_AFTER: Final = np.array([0.35, 0.30, 0.22, 0.13])


class Case(IntEnum):
    """What is odd about a deal, on purpose."""

    NONE = 0
    NOBODY_KNOWN = 1
    WON_BEFORE_FIRST_CONTACT = 2
    ZERO_VALUE = 3


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals, one entry each; a person has at most one."""

    person: Ints
    entered_at: Ints  # (deals, 5): when each stage is entered; the last one closes the deal
    last_step: Ints  # the step after which nothing more happens
    won: Bools
    lost: Bools
    closed_at: Ints  # as the CRM says: the planted cases closed before they were created
    amount_minor: Ints
    dollars: Bools
    product: Ints
    owner: Ints
    lost_reason: Ints
    case: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, chosen: Bools) -> Deals:
        """Return some of the deals."""
        return Deals(*(getattr(self, field.name)[chosen] for field in fields(self)))


def mean_amount(company: Company) -> float:
    """Return the expected amount of a deal in minor units of its own currency."""
    products = company.books.deal_products
    mean = sum(product.share * product.price for product in products) * np.exp(SPREAD**2 / 2)
    return float(mean * 100.0 * (1.0 - ZERO_VALUE))


def _amounts(company: Company, product: Ints, case: Ints, rng: np.random.Generator) -> Ints:
    prices = np.array([entry.price for entry in company.books.deal_products])[product]
    euros = prices * np.exp(rng.normal(0.0, SPREAD, len(product)))
    minor = np.rint(euros / 10.0).astype(np.int64) * 1000
    return np.where(case == Case.ZERO_VALUE, 0, minor)


def _cases(won: Bools, rng: np.random.Generator) -> Ints:
    """Plant the odd ones: rare, but never fewer than one early close where any is won."""
    luck = rng.random(len(won))
    case = np.zeros(len(won), dtype=np.int64)
    case[luck < ZERO_VALUE] = Case.ZERO_VALUE
    case[luck > 1.0 - _UNKNOWN] = Case.NOBODY_KNOWN
    winners = np.flatnonzero(won)
    early = winners[rng.random(len(winners)) < _EARLY]
    if len(winners) > 8 and not len(early):
        early = winners[4:5]
    case[early] = Case.WON_BEFORE_FIRST_CONTACT
    return case


def _stages(outcomes: Outcomes, person: Ints, rng: np.random.Generator) -> Ints:
    stays = rng.gamma(_STAY_SHARES, 1.0, (len(person), 5))
    shares = np.cumsum(stays, axis=1) / stays.sum(axis=1, keepdims=True)
    begun = outcomes.decides_at[person] + QUIET
    spent = (outcomes.won_at[person] - begun)[:, None] * shares
    entered = begun[:, None] + spent.astype(np.int64)
    entered[:, 1:] = np.maximum(entered[:, 1:], entered[:, :-1] + MINUTE)
    return np.asarray(entered)


def draw_deals(
    company: Company, crowd: Crowd, outcomes: Outcomes, rng: np.random.Generator
) -> Deals:
    """Return the deals of the leads; what falls after the world's end is cut by the facts."""
    leads = np.flatnonzero(outcomes.leads)
    wins = rng.random(len(leads)) < outcomes.win_chance[leads]
    worked = wins | (rng.random(len(leads)) < _WORKED)
    person, won = leads[worked], wins[worked]
    count = len(person)
    lost = ~won & (rng.random(count) >= _STUCK)
    left_after = weighted(_LOST_AFTER, rng.random(count))
    last_step = np.where(won, 4, np.where(lost, left_after + 1, left_after))
    entered = _stages(outcomes, person, rng)
    case = _cases(won, rng)
    closed = entered[np.arange(count), last_step]
    early = case == Case.WON_BEFORE_FIRST_CONTACT
    closed[early] = outcomes.decides_at[person[early]] - 2 * DAY
    shares: Floats = np.array([entry.share for entry in company.books.deal_products])
    product = weighted(shares, rng.random(count))
    return Deals(
        person=person,
        entered_at=entered,
        last_step=last_step,
        won=won,
        lost=lost,
        closed_at=closed,
        amount_minor=_amounts(company, product, case, rng),
        dollars=pays_in_dollars(company, crowd.numbers[person]),
        product=product,
        owner=rng.integers(0, len(company.books.sales.reps), count),
        lost_reason=rng.integers(0, len(company.books.sales.lost_reasons), count),
        case=case,
    )
