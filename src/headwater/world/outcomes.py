"""Who becomes a lead, who orders, and how likely it was.

The model behind everything, on the scale of log-odds, for a person of intent z who was exposed
to the ways w before deciding:

    lead:   BASE_LEAD  + INTENT_LEAD  * z + sum of lift[w]
    order:  BASE_ORDER + INTENT_ORDER * z + sum of lift[w]

A way counts once however often it was met. A lead is won with a probability that belongs to the
person (their kind, told by the way that first brought them, and their intent): no way changes
it, so a way's effect on won deals is its effect on leads, weighed by that probability.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from headwater.domain.times import DAY
from headwater.world.arrays import Bools, Floats, Ints, Words, is_first, logistic
from headwater.world.clock import QUIET, active_days
from headwater.world.habits import Exposure
from headwater.world.journeys import Approach, Purpose
from headwater.world.people import REGIONS, Crowd, region_of
from headwater.world.scene import Scene

BASE: Final[dict[Exposure, tuple[float, float]]] = {
    Exposure.CONFOUNDED: (-3.86, -5.35),
    Exposure.RANDOM: (-3.9, -5.35),
}
"""Log-odds of a lead and of an order for a person of average intent who met nothing."""
INTENT_LEAD: Final = 0.75
INTENT_ORDER: Final = 0.6
INTENT_WON: Final = 0.12
DAYS_TO_WON: Final = 14.7
"""Median days from lead to won."""
METHODS: Final = np.array([0.70, 0.19, 0.11])  # form, call, chat


@dataclass(frozen=True, slots=True)
class Unclicked:
    """Exposures without a session: radio heard, a fair attended, a friend's word."""

    person: Ints
    way: Ints
    met_at: Ints


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One entry per person, and the session in which the decision falls (-1: none)."""

    exposed: Words  # bit w: met way w before deciding
    lead_odds: Floats  # log-odds
    order_odds: Floats
    win_chance: Floats  # of a lead
    in_time: Bools  # the journey ends within the world
    leads: Bools
    orders: Bools
    last_session: Ints
    first_way: Ints
    decides_at: Ints  # when the deciding session starts
    won_at: Ints  # when the deal closes, if the person becomes a lead and the lead is won

    def head(self, count: int) -> Outcomes:
        """Return the first people only."""
        return Outcomes(*(getattr(self, field.name)[:count] for field in fields(self)))


def draw_unclicked(scene: Scene, crowd: Crowd, rng: np.random.Generator) -> Unclicked:
    """Return who met which way without a click, up to two weeks before they first come."""
    days = scene.calendar.day_of(crowd.first_at)
    regions = region_of(crowd.numbers)
    people, ways = [], []
    for number, way in enumerate(scene.company.ways):
        if way.unseen:
            met = crowd.unseen
        elif way.reach:
            chance = way.reach * np.exp(scene.habits.pull[number] * crowd.intent)
            chance *= active_days(way.months)[days]
            near = np.isin(regions, way.regions or range(REGIONS)) & ~crowd.unseen
            met = near & (rng.random(len(crowd)) < chance)
        else:
            continue
        people.append(np.flatnonzero(met))
        ways.append(np.full(len(people[-1]), number))
    person = np.concatenate(people)
    before = (rng.random(len(person)) * 14 * DAY).astype(np.int64)
    met_at = np.maximum(crowd.first_at[person] - before, scene.calendar.starts_at)
    return Unclicked(person, np.concatenate(ways), met_at)


def _exposures(crowd: Crowd, approach: Approach, unclicked: Unclicked) -> Words:
    person = np.concatenate([approach.sessions.person, unclicked.person])
    way = np.concatenate([approach.sessions.way, unclicked.way]).astype(np.uint64)
    exposed = np.zeros(len(crowd), dtype=np.uint64)
    np.bitwise_or.at(exposed, person, np.uint64(1) << way)
    return exposed


def lift_of(exposed: Words, lifts: Floats) -> Floats:
    """Return the sum of the lifts of all ways met."""
    total = np.zeros(len(exposed))
    for way in np.flatnonzero(lifts):
        total += lifts[way] * ((exposed >> np.uint64(way)) & np.uint64(1)).astype(np.float64)
    return total


def _ends(crowd: Crowd, approach: Approach, unclicked: Unclicked) -> tuple[Ints, Ints]:
    """Return each person's last session (-1: none) and the way that first brought them."""
    person = approach.sessions.person
    first_way = np.zeros(len(crowd), dtype=np.int64)
    first_way[unclicked.person] = unclicked.way
    starts = np.flatnonzero(is_first(person))
    first_way[person[starts]] = approach.sessions.way[starts]
    last = np.full(len(crowd), -1, dtype=np.int64)
    last[person] = np.arange(len(person))  # the later assignment wins
    return last, first_way


def draw_outcomes(
    scene: Scene,
    crowd: Crowd,
    approach: Approach,
    unclicked: Unclicked,
    rng: np.random.Generator,
) -> Outcomes:
    """Decide who becomes a lead and who orders."""
    company = scene.company
    exposed = _exposures(crowd, approach, unclicked)
    lift = lift_of(exposed, company.way_numbers(lambda way: way.lift))
    base_lead, base_order = BASE[scene.exposure]
    lead_odds = base_lead + INTENT_LEAD * crowd.intent + lift
    order_odds = base_order + INTENT_ORDER * crowd.intent + lift
    last, first_way = _ends(crowd, approach, unclicked)
    quality = company.way_numbers(lambda way: way.quality)[first_way]
    # Leads are keener than people at large (about one standard deviation): centre on them.
    win_chance = np.minimum(quality * np.exp(INTENT_WON * (crowd.intent - 0.6)), 0.9)
    in_time = ~approach.cut_short
    leads = in_time & (rng.random(len(crowd)) < logistic(lead_odds))
    orders = in_time & ~crowd.unseen & (rng.random(len(crowd)) < logistic(order_odds))
    decides_at = crowd.first_at.copy()
    seen = last >= 0
    decides_at[seen] = approach.sessions.starts_at[last[seen]]
    return Outcomes(
        exposed=exposed,
        lead_odds=lead_odds,
        order_odds=order_odds,
        win_chance=win_chance,
        in_time=in_time,
        leads=leads,
        orders=orders,
        last_session=last,
        first_way=first_way,
        decides_at=decides_at,
        won_at=decides_at + QUIET + _days_to_won(len(crowd), rng),
    )


def _days_to_won(count: int, rng: np.random.Generator) -> Ints:
    days = np.exp(rng.normal(np.log(DAYS_TO_WON), 0.9, count))
    return np.asarray((np.maximum(days, 0.25) * DAY).astype(np.int64))


def mark_decisions(
    approach: Approach, outcomes: Outcomes, rng: np.random.Generator
) -> Approach:
    """Return the approach with the purpose of each deciding session filled in."""
    buyers = np.flatnonzero(outcomes.orders & ~outcomes.leads)
    sessions = approach.sessions.ending_in(outcomes.last_session[buyers], Purpose.ORDER)
    leads = np.flatnonzero(outcomes.leads & (outcomes.last_session >= 0))
    edges = np.cumsum(METHODS)
    method = 1 + np.searchsorted(edges, rng.random(len(leads)) * edges[-1], side="right")
    sessions = sessions.ending_in(outcomes.last_session[leads], method)
    idle = np.flatnonzero(sessions.purpose == Purpose.BROWSE)
    carts = idle[rng.random(len(idle)) < 0.012]
    return Approach(sessions.ending_in(carts, Purpose.CART), approach.cut_short)
