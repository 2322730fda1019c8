"""Sessions on the way to a decision: when people come, and by which way.

Whether a person comes again does not depend on the decision that follows: those who convert
and those who do not have had the same chances of being exposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from headwater.world.arrays import Bools, Ints, logistic
from headwater.world.clock import next_starts
from headwater.world.habits import Exposure
from headwater.world.people import Crowd
from headwater.world.scene import Scene

MAX_SESSIONS: Final = 12
_COME_AGAIN: Final = -0.6  # log-odds


class Purpose(IntEnum):
    """What a session ends in."""

    BROWSE = 0
    FORM = 1
    CALL = 2
    CHAT = 3
    ORDER = 4
    CART = 5  # filled and left


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions, one entry each; `person` is a position in the crowd."""

    person: Ints
    starts_at: Ints
    way: Ints
    purpose: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, chosen: Ints | Bools) -> Sessions:
        """Return some of the sessions."""
        return Sessions(
            self.person[chosen], self.starts_at[chosen], self.way[chosen], self.purpose[chosen]
        )

    def ending_in(self, where: Ints, purpose: Ints | Purpose) -> Sessions:
        """Return the same sessions with another purpose for those at `where`."""
        changed = self.purpose.copy()
        changed[where] = purpose
        return Sessions(self.person, self.starts_at, self.way, changed)

    @classmethod
    def joined(cls, parts: list[Sessions]) -> Sessions:
        """Return all sessions of the parts in the order (person, time)."""
        person = np.concatenate([part.person for part in parts])
        starts_at = np.concatenate([part.starts_at for part in parts])
        order = np.lexsort((starts_at, person))
        way = np.concatenate([part.way for part in parts])
        purpose = np.concatenate([part.purpose for part in parts])
        return cls(person[order], starts_at[order], way[order], purpose[order])


@dataclass(frozen=True, slots=True)
class Approach:
    """The sessions before any decision, in the order (person, time).

    `cut_short`: the world ends before the person has decided.
    """

    sessions: Sessions
    cut_short: Bools


def draw_approach(scene: Scene, crowd: Crowd, rng: np.random.Generator) -> Approach:
    """Return everyone's sessions up to the moment of decision."""
    habits, calendar = scene.habits, scene.calendar
    person = np.flatnonzero(~crowd.unseen)
    starts = crowd.first_at[person]
    keenness = 0.35 if scene.exposure is Exposure.CONFOUNDED else 0.0
    cut_short = np.zeros(len(crowd), dtype=np.bool_)
    parts = []
    for step in range(MAX_SESSIONS):
        weights = habits.later if step else habits.first
        days = calendar.day_of(starts)
        way = habits.choose(weights, days, crowd.intent[person], rng)
        parts.append(Sessions(person, starts, way, np.zeros_like(person)))
        odds = _COME_AGAIN + 0.15 * min(step, 3) + keenness * crowd.intent[person]
        again = rng.random(len(person)) < logistic(odds)
        person, starts = person[again], next_starts(starts[again], rng)
        in_time = starts < calendar.last_start
        cut_short[person[~in_time]] = True
        person, starts = person[in_time], starts[in_time]
    return Approach(Sessions.joined(parts), cut_short)
