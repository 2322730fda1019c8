"""How people choose the way by which they come, and whether intent has a say in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from headwater.world.arrays import Floats, Ints
from headwater.world.clock import DAYS, DAYS_A_MONTH, active_days
from headwater.world.company import Company


class Exposure(StrEnum):
    """Whether wanting to buy decides what people see."""

    CONFOUNDED = "confounded"
    """Keen people search for the brand and are followed by retargeting: as in real life."""
    RANDOM = "random"
    """Chance alone decides: what an ideal experiment would show."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Weights by day and way, and the pull of intent towards each way."""

    first: Floats
    later: Floats
    after: Floats
    pull: Floats
    exposure: Exposure

    @classmethod
    def of(cls, company: Company, exposure: Exposure) -> Habits:
        """Read the company's habits: some ways come and go, some grow."""
        active = np.stack([active_days(way.months) for way in company.ways], axis=1)
        months = np.arange(DAYS)[:, None] / DAYS_A_MONTH
        weights = active * company.way_numbers(lambda way: way.growth)[None, :] ** months
        pull = company.way_numbers(lambda way: way.intent)
        return cls(
            first=weights * company.way_numbers(lambda way: way.first),
            later=weights * company.way_numbers(lambda way: way.later),
            after=weights * company.way_numbers(lambda way: way.after),
            pull=pull if exposure is Exposure.CONFOUNDED else np.zeros_like(pull),
            exposure=exposure,
        )

    def choose(
        self, weights: Floats, days: Ints, intent: Floats, rng: np.random.Generator
    ) -> Ints:
        """Return a way for each person by the weights (day x way) of their day."""
        used = np.flatnonzero(weights.any(axis=0))
        own = weights[:, used][days]
        for column in np.flatnonzero(self.pull[used]):
            own[:, column] *= np.exp(self.pull[used[column]] * intent)
        edges = np.cumsum(own, axis=1)
        drawn = rng.random(len(days)) * edges[:, -1]
        place = np.minimum((edges <= drawn[:, None]).sum(axis=1), len(used) - 1)
        return np.asarray(used[place], dtype=np.int64)
