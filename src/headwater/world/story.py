"""One chunk of the world: a share of its people and all that they ever do.

Chunks follow the order in which people first arrive, so a chunk's facts lie mostly in a few
months. People are drawn generously and cut where the chunk has enough events; robots fill the
rest, so a world of n events holds n events.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from headwater.world.arrays import Ints
from headwater.world.browsers import browser_keys
from headwater.world.deals import Deals, draw_deals
from headwater.world.journeys import Sessions, draw_approach
from headwater.world.later import draw_later
from headwater.world.outcomes import (
    Outcomes,
    Unclicked,
    draw_outcomes,
    draw_unclicked,
    mark_decisions,
)
from headwater.world.people import Crowd, Span, draw_crowd
from headwater.world.scene import Draw, Scene
from headwater.world.touches import Told, draw_told
from headwater.world.views import Lengths, Views, draw_landings, draw_lengths, draw_views

CHUNK_EVENTS: Final = 1_000_000
ROBOTS: Final = 0.08
_EVENTS_A_PERSON: Final = 5.4
_MARGIN: Final = 1.12


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happens to the people of one chunk."""

    chunk: int
    events: int
    span: Span
    crowd: Crowd
    unclicked: Unclicked
    outcomes: Outcomes
    deals: Deals
    told: Told
    sessions: Sessions
    browsers: Ints  # per session
    ads: Ints  # per session
    landings: Ints  # per session
    lengths: Lengths
    views: Views


def chunk_sizes(events: int) -> list[int]:
    """Return the web events of each chunk."""
    chunks = max(1, round(events / CHUNK_EVENTS))
    edges = [events * n // chunks for n in range(chunks + 1)]
    return [high - low for low, high in pairwise(edges)]


def _people_wanted(events: int) -> int:
    return int(events / _EVENTS_A_PERSON * _MARGIN) + 40


def _enough(person: Ints, events: Ints, told: Told, people: int, wanted: int) -> int:
    """Return how many people make up the wanted number of events."""
    own = np.bincount(person, weights=events, minlength=people)
    own += np.bincount(told.person, minlength=people)
    return int(np.searchsorted(np.cumsum(own), wanted, side="right"))


def draw_ads(scene: Scene, way: Ints, rng: np.random.Generator) -> Ints:
    """Return the ad behind each session."""
    counts = scene.company.ad_counts
    starts = np.cumsum(counts) - counts
    return np.asarray(starts[way] + (rng.random(len(way)) * counts[way]).astype(np.int64))


def _cut(told: Told, unclicked: Unclicked, people: int) -> tuple[Told, Unclicked]:
    kept, met = told.person < people, unclicked.person < people
    return (
        Told(told.person[kept], told.way[kept], told.at[kept]),
        Unclicked(unclicked.person[met], unclicked.way[met], unclicked.met_at[met]),
    )


def tell(scene: Scene, chunk: int) -> Story:
    """Return one chunk of the world."""
    sizes = chunk_sizes(scene.events)
    span = Span(chunk / len(sizes), (chunk + 1) / len(sizes))
    first_number = sum(_people_wanted(size) for size in sizes[:chunk])
    wanted = _people_wanted(sizes[chunk])
    crowd = draw_crowd(scene, first_number, wanted, span, scene.rng(chunk, Draw.CROWD))
    approach = draw_approach(scene, crowd, scene.rng(chunk, Draw.APPROACH))
    unclicked = draw_unclicked(scene, crowd, scene.rng(chunk, Draw.UNCLICKED))
    outcomes = draw_outcomes(scene, crowd, approach, unclicked, scene.rng(chunk, Draw.OUTCOMES))
    approach = mark_decisions(approach, outcomes, scene.rng(chunk, Draw.DECISIONS))
    deals = draw_deals(scene.company, crowd, outcomes, scene.rng(chunk, Draw.DEALS))
    later = draw_later(scene, crowd, outcomes, deals, scene.rng(chunk, Draw.LATER))
    told = draw_told(scene, outcomes, unclicked, scene.rng(chunk, Draw.STORIES))
    sessions = Sessions.joined([approach.sessions, later])
    rng = scene.rng(chunk, Draw.VIEWS)
    lengths = draw_lengths(scene.company, sessions, rng)
    human = int(sizes[chunk] * (1.0 - ROBOTS))
    people = _enough(sessions.person, lengths.pages + lengths.tail, told, len(crowd), human)
    told, unclicked = _cut(told, unclicked, people)
    kept = sessions.person < people
    sessions = sessions.take(kept)
    lengths = Lengths(lengths.pages[kept], lengths.tail[kept])
    landings = draw_landings(scene.company, sessions, rng)
    return Story(
        chunk=chunk,
        events=sizes[chunk],
        span=span,
        crowd=crowd.head(people),
        unclicked=unclicked,
        outcomes=outcomes.head(people),
        deals=deals.take(deals.person < people),
        told=told,
        sessions=sessions,
        browsers=browser_keys(crowd, sessions, scene.rng(chunk, Draw.BROWSERS)),
        ads=draw_ads(scene, sessions.way, rng),
        landings=landings,
        lengths=lengths,
        views=draw_views(scene.company, sessions, lengths, landings, rng),
    )
