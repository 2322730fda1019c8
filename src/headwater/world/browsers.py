"""Which browser each session comes from: lost cookies, second devices, shared tablets."""

from __future__ import annotations

from typing import Final

import numpy as np

from headwater.domain.times import DAY
from headwater.world.arrays import Ints, Words, is_first
from headwater.world.journeys import Sessions
from headwater.world.mix import fraction, scramble
from headwater.world.people import Crowd

_GENERATIONS: Final = 64
_SECOND_DEVICE: Final = 0.4


def _devices(crowd: Crowd, sessions: Sessions, rng: np.random.Generator) -> Ints:
    """Return 0 or 1: some people own a second device and use it for every other session."""
    owners = fraction(crowd.numbers, 21) < _SECOND_DEVICE
    other = rng.random(len(sessions)) < 0.5
    shared = crowd.host[sessions.person] != sessions.person
    later = ~is_first(sessions.person)
    used = owners[sessions.person] & other & later & ~shared
    return np.asarray(used, dtype=np.int64)


def _generations(sessions: Sessions, rng: np.random.Generator) -> Ints:
    """Return how often each person's cookies were lost before the session.

    A cookie written by a script lives seven days in Safari; people also clear theirs.
    """
    first = is_first(sessions.person)
    gap = np.diff(sessions.starts_at, prepend=0)
    chance = np.where(gap > 7 * DAY, 0.48, 0.12)
    lost = ((rng.random(len(sessions)) < chance) & ~first).astype(np.int64)
    total = np.cumsum(lost)
    return np.asarray(total - total[np.flatnonzero(first)][np.cumsum(first) - 1])


def browser_keys(crowd: Crowd, sessions: Sessions, rng: np.random.Generator) -> Ints:
    """Return a number for the browser of each session; `devices_of` and `visitors` read it."""
    host = crowd.host[sessions.person]
    generation = np.minimum(_generations(sessions, rng), _GENERATIONS - 1)
    generation[host != sessions.person] = 0  # they open the host's tablet
    device = _devices(crowd, sessions, rng)
    return np.asarray((crowd.numbers[host] * 2 + device) * _GENERATIONS + generation)


def devices_of(keys: Ints) -> Ints:
    """Return the device behind each browser: the same before and after a lost cookie."""
    return keys // _GENERATIONS


def visitors(keys: Ints, salt: int) -> Words:
    """Return the visitor id of each browser."""
    return scramble(keys, salt)
