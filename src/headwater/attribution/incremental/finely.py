"""Counts by a finer label than the rows that are shown: campaigns, say, of channels.

A channel of unlike campaigns has no one effect. So effects are learned by campaign, and what
these added is summed by channel, in every draw alike: the intervals are those of the sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from headwater.attribution.data_driven import PathCounts

OWN_EFFECT: Final = 500
"""So many touches let a label have an effect of its own."""
MOST_LABELS: Final = 200
"""At most so many have one; all others of a channel have one together."""


@dataclass(frozen=True, slots=True)
class Finely:
    """Counts of paths of labels, and the channel of each; what both are called."""

    counts: PathCounts
    channel_of: Mapping[str, str]
    learned_by: str = "campaign"
    shown_by: str = "channel"

    @property
    def told(self) -> str:
        """How it was learned, as a sentence without a full stop."""
        effects = len(self.channel_of)
        return (
            f"learned by {self.learned_by} ({effects:,} effects) and shown by {self.shown_by}"
        )

    def often_met(self, fewest: int = OWN_EFFECT, most: int = MOST_LABELS) -> Finely:
        """Return the counts with labels that are seldom met under their channel's name.

        Those of `fewest` touches or more keep their name, the `most` most met of them. A label
        called like its channel is that channel's touches without a label.
        """
        counts = self.counts
        persons = (counts.conversions + counts.nulls)[counts.path_of_item]
        touches = np.bincount(counts.items, persons, len(counts.channels))
        ranked = np.argsort(-touches, kind="stable")[:most].tolist()
        kept = {at for at in ranked if touches[at] >= fewest}
        new = [
            name if at in kept else self.channel_of[name]
            for at, name in enumerate(counts.channels)
        ]
        channel_of = {
            one: self.channel_of[old] for one, old in zip(new, counts.channels, strict=True)
        }
        names = list(channel_of)
        codes = np.array([names.index(one) for one in new], dtype=np.int64)
        merged = PathCounts.of(
            counts.batch.recoded(codes),
            names,
            counts.untouched,
            counts.minor,
            counts.has_values,
        )
        return replace(self, counts=merged, channel_of=channel_of)
