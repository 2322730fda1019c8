"""What each channel truly added, in two ways: removed alone, and as shares that add up.

Both come from the chances that the people really had, intent included; nothing is simulated.
*Removed* is what would be lost if this channel alone were gone. *Added* shares out what is lost
if all were gone: each person's difference, in proportion to the lifts of what they met (the
Aumann-Shapley price: what each adds on average while all of it fades in together).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from headwater.domain.words import BASELINE
from headwater.world.arrays import Bools, Floats, logistic
from headwater.world.outcomes import lift_of
from headwater.world.scene import Scene
from headwater.world.story import Story, chunk_sizes, tell

DECISIONS: Final = ("lead", "order")


def increments(scene: Scene) -> pa.Table:
    """Return one row per kind and channel, and one per kind for `(baseline)`.

    Columns: `kind`; `channel`; `removed` (null for the baseline) and `added`, in conversions:
    a kind's `added` sum to what is expected of all people; `share`: removed, as a share of the
    channels' sum (null for the baseline): the true incremental shares by channel.
    """
    channels = sorted({way.channel for way in scene.company.ways})
    sums = np.zeros((len(DECISIONS), 2, len(channels) + 1))
    for chunk in range(len(chunk_sizes(scene.events))):
        story = tell(scene, chunk)
        for kind, (odds, who) in enumerate(_chances(story)):
            sums[kind] += _sums(scene, story, odds, who)
    tables = [_table(*row, channels) for row in zip(DECISIONS, sums, strict=True)]
    return pa.concat_tables(tables)


def _chances(story: Story) -> list[tuple[Floats, Bools]]:
    """Return by kind the log-odds of all people, and who decides."""
    outcomes = story.outcomes
    return [
        (outcomes.lead_odds, outcomes.in_time),
        (outcomes.order_odds, outcomes.in_time & ~story.crowd.unseen),
    ]


def _sums(scene: Scene, story: Story, odds: Floats, who: Bools) -> Floats:
    """Return (removed, added) x channels, and last what comes without any."""
    ways = scene.company.ways
    lifts = scene.company.way_numbers(lambda way: way.lift)
    names = np.array([way.channel for way in ways])
    odds, met = odds[who], story.outcomes.exposed[who]
    parts = [lift_of(met, np.where(names == one, lifts, 0.0)) for one in sorted(set(names))]
    total = np.sum(parts, axis=0)
    here, gone = logistic(odds), logistic(odds - total)
    price = (here - gone) / np.where(total > 0, total, 1.0)  # no lift is below 0
    removed = [(here - logistic(odds - part)).sum() for part in parts]
    added = [(price * part).sum() for part in parts]
    return np.array([[*removed, 0.0], [*added, gone.sum()]])


def _table(kind: str, sums: Floats, channels: list[str]) -> pa.Table:
    removed, added = sums
    removed = removed[:-1]
    return pa.table(
        {
            "kind": pa.repeat(kind, len(channels) + 1),
            "channel": pa.array([*channels, BASELINE]),
            "removed": pa.array([*removed.tolist(), None], pa.float64()),
            "added": pa.array(added),
            "share": pa.array([*(removed / removed.sum()).tolist(), None], pa.float64()),
        }
    )
