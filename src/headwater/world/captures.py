"""The moments at which people make themselves known: forms sent, calls, chats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.world.arrays import Bools, Ints
from headwater.world.journeys import Purpose
from headwater.world.scene import Scene
from headwater.world.story import Story
from headwater.world.views import decided_at

NOBODY: Final = -1
_JUNK_CALLS: Final = 0.12  # for each call that is meant


@dataclass(frozen=True, slots=True)
class Captures:
    """Captures of people, one entry each, in the order of time; junk calls are nobody's."""

    person: Ints
    at: Ints
    session: Ints  # -1: none, they never were on the site
    method: Ints  # a Purpose: FORM, CALL or CHAT
    makes_lead: Bools  # the first time this person is heard of

    def of(self, method: Purpose) -> Captures:
        """Return the captures of one method."""
        return self.take(self.method == method)

    def take(self, chosen: Bools | Ints) -> Captures:
        """Return some of the captures."""
        return Captures(
            self.person[chosen],
            self.at[chosen],
            self.session[chosen],
            self.method[chosen],
            self.makes_lead[chosen],
        )


def draw_captures(scene: Scene, story: Story, rng: np.random.Generator) -> Captures:
    """Return everyone who makes themselves known, and the calls that mean nothing."""
    purpose = story.sessions.purpose
    session = np.flatnonzero(np.isin(purpose, (Purpose.FORM, Purpose.CALL, Purpose.CHAT)))
    person = story.sessions.person[session]
    moments = decided_at(story.sessions, story.lengths, story.views)[session]
    unseen = np.flatnonzero(story.outcomes.leads & (story.outcomes.last_session < 0))
    meant = np.count_nonzero(purpose == Purpose.CALL) + len(unseen)
    junk = int(meant * _JUNK_CALLS)
    span = story.span
    junk_at = scene.calendar.moments(span.low + (span.high - span.low) * rng.random(junk), rng)
    nowhere = np.full(len(unseen) + junk, -1)
    captures = Captures(
        person=np.concatenate([person, unseen, np.full(junk, NOBODY)]),
        at=np.concatenate([moments, story.outcomes.decides_at[unseen], junk_at]),
        session=np.concatenate([session, nowhere]),
        method=np.concatenate([purpose[session], np.full(len(nowhere), Purpose.CALL)]),
        makes_lead=np.concatenate(
            [
                story.sessions.starts_at[session] == story.outcomes.decides_at[person],
                np.ones(len(unseen), dtype=np.bool_),
                np.zeros(junk, dtype=np.bool_),
            ]
        ),
    )
    order = np.argsort(captures.at, kind="stable")
    return captures.take(order)
