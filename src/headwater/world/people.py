"""The people who may buy: how much they want to, when they first come, from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.domain.times import DAY
from headwater.world.arrays import Bools, Floats, Ints
from headwater.world.company import Company
from headwater.world.mix import choice, fraction
from headwater.world.scene import Scene

REGIONS: Final = 8
_HOUSEHOLD: Final = 0.02


@dataclass(frozen=True, slots=True)
class Crowd:
    """People, one entry each; a person is named by a number unique in the world."""

    numbers: Ints
    intent: Floats  # standard normal
    first_at: Ints
    unseen: Bools  # never on the site: reached by a leaflet only
    host: Ints  # position of the person whose browser they share; their own if none

    def __len__(self) -> int:
        return len(self.numbers)

    def head(self, count: int) -> Crowd:
        """Return the first people only."""
        kept = slice(count)
        return Crowd(
            self.numbers[kept],
            self.intent[kept],
            self.first_at[kept],
            self.unseen[kept],
            self.host[kept],
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A share of the period's arrivals: quantiles from `low` to `high`."""

    low: float
    high: float


def draw_crowd(
    scene: Scene, first_number: int, count: int, span: Span, rng: np.random.Generator
) -> Crowd:
    """Return people who arrive within the span, in no order of time."""
    calendar = scene.calendar
    numbers = first_number + np.arange(count, dtype=np.int64)
    quantiles = span.low + (span.high - span.low) * rng.random(count)
    first_at = calendar.moments(quantiles, rng)
    share_unseen = float(scene.company.way_numbers(lambda way: way.unseen).sum())
    unseen = rng.random(count) < share_unseen
    host = np.arange(count)
    # Two who live together share one browser; the second comes some days after the first.
    second = np.flatnonzero((host % 2 == 1) & (rng.random(count) < _HOUSEHOLD))
    second = second[~unseen[second] & ~unseen[second - 1]]
    host[second] = second - 1
    later = first_at[second - 1] + (rng.exponential(3.0, len(second)) * DAY).astype(np.int64)
    first_at[second] = np.minimum(later, calendar.last_start - 1)
    return Crowd(numbers, rng.standard_normal(count), first_at, unseen, host)


def country_of(company: Company, numbers: Ints) -> Ints:
    """Return the country of each person."""
    shares = np.array([country.share for country in company.books.people.countries])
    edges = np.cumsum(shares) / shares.sum()
    return np.searchsorted(edges, fraction(numbers, 11), side="right").astype(np.int64)


def region_of(numbers: Ints) -> Ints:
    """Return the sales region of each person; radio reaches some regions only."""
    return choice(numbers, 12, REGIONS)


def pays_in_dollars(company: Company, numbers: Ints) -> Bools:
    """Return who buys in US dollars; all others buy in euros."""
    codes = np.array([country.code for country in company.books.people.countries])
    return np.asarray(codes[country_of(company, numbers)] == "us")
