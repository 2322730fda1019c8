"""What every part of the world needs to know: the company, the period and the dice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

import numpy as np

from headwater.world.clock import Calendar
from headwater.world.company import Company, load_company
from headwater.world.habits import Exposure, Habits
from headwater.world.mix import scramble


class Draw(IntEnum):
    """The separate streams of chance: a change in one part leaves the others as they were."""

    CROWD = 1
    APPROACH = 2
    UNCLICKED = 3
    OUTCOMES = 4
    DECISIONS = 5
    DEALS = 6
    LATER = 7
    BROWSERS = 8
    VIEWS = 9
    ROBOTS = 10
    CALLS = 11
    ORDERS = 12
    SPEND = 13
    STORIES = 14


@dataclass(frozen=True, slots=True)
class Scene:
    """One world before anything happens in it."""

    company: Company
    calendar: Calendar
    habits: Habits
    events: int
    seed: int

    @classmethod
    def of(cls, events: int, seed: int, ends_at: datetime, exposure: Exposure) -> Scene:
        """Set the scene for so many web events before a moment."""
        company = load_company()
        return cls(company, Calendar.until(ends_at), Habits.of(company, exposure), events, seed)

    @property
    def exposure(self) -> Exposure:
        return self.habits.exposure

    @property
    def salt(self) -> int:
        """Keeps the ids of two worlds apart."""
        key = np.array([self.seed * 1_000_003 + self.events], dtype=np.int64)
        return int(scramble(key, int(self.exposure is Exposure.RANDOM))[0] >> np.uint64(8))

    def rng(self, chunk: int, draw: Draw) -> np.random.Generator:
        """Return the stream of chance of one part of one chunk."""
        return np.random.default_rng([self.seed, self.events, chunk, draw])
