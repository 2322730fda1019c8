"""Crawlers: they read page after page within seconds and never come from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.domain.times import SECOND
from headwater.world.arrays import Ints, Words, positions, weighted
from headwater.world.mix import scramble
from headwater.world.scene import Scene
from headwater.world.story import Story

_PAGES: Final = 14.0
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Robots:
    """Page views of crawlers, one entry each."""

    visitor: Words
    agent: Ints
    network: Ints
    at: Ints
    page: Ints


def draw_robots(scene: Scene, story: Story, rng: np.random.Generator) -> Robots:
    """Return as many page views as the chunk still lacks."""
    lacking = max(0, story.events - len(story.views.at) - len(story.told.at))
    runs = np.minimum(rng.geometric(1.0 / _PAGES, int(lacking / _PAGES * 1.5) + 20), _MOST)
    run, ordinal = positions(runs)
    run, ordinal = run[:lacking], ordinal[:lacking]
    short = lacking - len(run)
    run, ordinal = np.pad(run, (0, short), mode="edge"), np.pad(ordinal, (0, short))
    span = story.span
    starts = scene.calendar.moments(
        span.low + (span.high - span.low) * rng.random(len(runs)), rng
    )
    pause = (1.0 + 3.0 * rng.random(len(runs)))[run] * ordinal * SECOND
    books = scene.company.books
    agents = weighted(np.array([bot.weight for bot in books.bots]), rng.random(len(runs)))
    return Robots(
        visitor=scramble(run + (story.chunk << 36), scene.salt + 2),
        agent=agents[run],
        network=rng.integers(0, 512, len(runs))[run],
        at=starts[run] + pause.astype(np.int64) + rng.integers(0, 1000, len(run)),
        page=rng.integers(0, len(books.pages), len(run)),
    )
