"""Paths by labels within the labels that credit is summed by, counted beside these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from headwater.attribution.arrays import Ints
from headwater.attribution.data_driven.journeys import Counted, Journeys
from headwater.attribution.incremental.finely import Finely
from headwater.attribution.intake import Matched
from headwater.domain.words import NOT_SET


@dataclass(slots=True)
class Finer:
    """Chunks of matched touches as paths of pairs: a label summed by, and one learned by."""

    journeys: Journeys
    counted: Counted = field(default_factory=Counted)
    pairs: dict[tuple[int, int], int] = field(default_factory=dict)
    """The number of each pair."""

    def add(self, part: Matched) -> None:
        """Take in a chunk."""
        if part.groups is None or part.finer is None:
            self.journeys.outside(part)
            return
        numbers = self._numbers(part.groups, part.finer)
        paths = part.paths
        if paths is not None:
            paths = replace(paths, touches=replace(paths.touches, labels=numbers))
        for batch in self.journeys.of(replace(part, paths=paths, groups=numbers)):
            self.counted.add(batch)

    def finely(
        self, names: Sequence[str], finer: Sequence[str], called: tuple[str, str]
    ) -> Finely:
        """Return the counts; `called`: the columns of the finer labels and of the others.

        `names` and `finer` are both columns' labels in the order of their numbers.
        """
        channel_of: dict[str, str] = {}
        labels: list[str] = []
        for of, within in self.pairs:
            channel = names[of]
            label = channel
            if finer[within] != NOT_SET:
                label = f"{channel}: {finer[within]}"
                while label in channel_of or label in names:
                    label += "'"  # another pair is written alike
            channel_of[label] = channel
            labels.append(label)
        counts = self.counted.counts(labels, self.journeys)
        return Finely(counts, channel_of, *called).often_met()

    def _numbers(self, of: Ints, within: Ints) -> Ints:
        width = int(within.max(initial=0)) + 1
        found, places = np.unique(of * width + within, return_inverse=True)
        numbers = [
            self.pairs.setdefault(divmod(key, width), len(self.pairs)) for key in found.tolist()
        ]
        return np.array(numbers, dtype=np.int64)[places]
