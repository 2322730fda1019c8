"""What people met before deciding, tracked without a gap: the input for judging models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from headwater.world.arrays import Ints
from headwater.world.columns import coded, whole
from headwater.world.scene import Scene
from headwater.world.story import Story, chunk_sizes, tell


@dataclass(frozen=True, slots=True)
class Encounters:
    """The people of one chunk whose decision falls within the world.

    `touches`: `person_id`, `touched_at`, `touch_id`, `channel`, `campaign` (the way's name),
    in the order (person, time, id). `conversions`: `conversion_id`, `person_id`, `anchored_at`,
    `value_minor` (0), `kind` (`lead` or `order`: the first decision to order). Times are
    microseconds UTC; ids are numbers, unique in the world.
    """

    touches: pa.Table
    conversions: pa.Table


def encounters(scene: Scene) -> Iterator[Encounters]:
    """Yield each chunk's encounters; a chunk's people are in no other."""
    first = 0
    for chunk in range(len(chunk_sizes(scene.events))):
        story = tell(scene, chunk)
        touches = _touches(scene, story, first)
        yield Encounters(touches, _conversions(story))
        first += touches.num_rows


def _touches(scene: Scene, story: Story, first: int) -> pa.Table:
    sessions, unclicked, outcomes = story.sessions, story.unclicked, story.outcomes
    person = np.concatenate([unclicked.person, sessions.person])
    way = np.concatenate([unclicked.way, sessions.way])
    at = np.concatenate([unclicked.met_at, sessions.starts_at])
    before = outcomes.in_time[person] & (at <= outcomes.decides_at[person])
    rows = np.flatnonzero(before)
    # What was heard comes before a session that starts at the very same moment.
    rows = rows[np.lexsort((rows, at[rows], person[rows]))]
    ways = scene.company.ways
    return pa.table(
        {
            "person_id": whole(story.crowd.numbers[person[rows]]),
            "touched_at": whole(at[rows]),
            "touch_id": whole(first + np.arange(rows.size)),
            "channel": coded([one.channel for one in ways], way[rows]),
            "campaign": coded([one.name for one in ways], way[rows]),
        }
    )


def _conversions(story: Story) -> pa.Table:
    leads = np.flatnonzero(story.outcomes.leads)
    orders = np.flatnonzero(story.outcomes.orders)
    who: Ints = np.concatenate([leads, orders])
    numbers = story.crowd.numbers[who]
    kind = np.repeat([0, 1], [leads.size, orders.size])
    return pa.table(
        {
            "conversion_id": whole(numbers * 2 + kind),
            "person_id": whole(numbers),
            "anchored_at": whole(story.outcomes.decides_at[who]),
            "value_minor": whole(np.zeros_like(numbers)),
            "kind": coded(["lead", "order"], kind),
        }
    )
