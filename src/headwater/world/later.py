"""What people do once they are known: they come back, ask again, call, and buy parts."""

from __future__ import annotations

from typing import Final

import numpy as np

from headwater.domain.times import DAY
from headwater.world.arrays import Ints, positions
from headwater.world.clock import Calendar, time_of_day
from headwater.world.deals import Deals
from headwater.world.journeys import Purpose, Sessions
from headwater.world.outcomes import Outcomes
from headwater.world.people import Crowd
from headwater.world.scene import Scene

_ORDERS_A_YEAR: Final = 1.3
_SESSIONS_AFTER_LEAD: Final = 1.3
_ASK_AGAIN: Final = 0.08
_CALL_AGAIN: Final = 0.15


def _days_after(starts: Ints, days: Ints, rng: np.random.Generator) -> Ints:
    return np.asarray((starts // DAY + days) * DAY + time_of_day(rng, len(starts)))


def _customers(outcomes: Outcomes, deals: Deals) -> tuple[Ints, Ints]:
    """Return everyone who ever buys, and since when they may buy parts."""
    buyers = np.flatnonzero(outcomes.orders)
    winners = deals.person[deals.won]
    person = np.concatenate([buyers, winners])
    since = np.concatenate([outcomes.decides_at[buyers], outcomes.won_at[winners]])
    return person, since


def _purchases(
    calendar: Calendar, outcomes: Outcomes, deals: Deals, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return (person, start) of orders after the first decision."""
    customer, since = _customers(outcomes, deals)
    days_left = np.maximum(calendar.ends_at - since, 0) // DAY
    owner, _ = positions(rng.poisson(_ORDERS_A_YEAR * days_left / 365.25))
    after = 1 + (rng.random(len(owner)) * days_left[owner]).astype(np.int64)
    # Who became a lead in the deciding session orders some days later.
    both = np.flatnonzero(outcomes.orders & outcomes.leads)
    soon = 1 + rng.integers(0, 5, len(both))
    person = np.concatenate([customer[owner], both])
    starts = np.concatenate([since[owner], outcomes.decides_at[both]])
    return person, _days_after(starts, np.concatenate([after, soon]), rng)


def draw_later(
    scene: Scene, crowd: Crowd, outcomes: Outcomes, deals: Deals, rng: np.random.Generator
) -> Sessions:
    """Return the sessions after each decision that fall into the world."""
    habits, calendar = scene.habits, scene.calendar
    seen_leads = np.flatnonzero(outcomes.leads & (outcomes.last_session >= 0))
    owner, _ = positions(rng.poisson(_SESSIONS_AFTER_LEAD, len(seen_leads)))
    idle = seen_leads[owner]
    gaps = 1 + rng.exponential(9.0, len(idle)).astype(np.int64)
    buyers, bought_at = _purchases(calendar, outcomes, deals, rng)
    person = np.concatenate([idle, buyers])
    starts = np.concatenate([_days_after(outcomes.decides_at[idle], gaps, rng), bought_at])
    purpose = np.full(len(person), int(Purpose.ORDER))
    asks = rng.random(len(idle))
    purpose[: len(idle)] = np.where(
        asks < _ASK_AGAIN,
        Purpose.FORM,
        np.where(asks < _ASK_AGAIN + _CALL_AGAIN, Purpose.CALL, Purpose.BROWSE),
    )
    days = calendar.day_of(starts)
    way = habits.choose(habits.after, days, crowd.intent[person], rng)
    return Sessions(person, starts, way, purpose).take(starts < calendar.last_start)
