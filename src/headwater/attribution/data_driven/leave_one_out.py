"""Leave one out, after Google's fractribution (2020), which calls it Shapley.

A touch is worth what the conversion rate of its path falls by without it: the rate of the
path as it is, less that of the same path without this touch, where anybody went it; never
below 0. A path's conversions are shared in proportion. Where no touch is worth anything, the
last one gets them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Credit, Draw, Shares


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """Conversion rates of paths with and without a touch."""

    label: str

    def fit(self, counts: PathCounts) -> Removals:
        heads = _run_heads(counts)
        sizes = np.diff(np.append(heads, counts.items.size))
        # Only what earned something is shared out.
        earning = (counts.conversions != 0) | (counts.values != 0) | (counts.squares != 0)
        kept = earning[counts.path_of_item[heads]]
        heads = heads[kept]
        paths = counts.path_of_item[heads]
        return Removals(
            paths,
            counts.items[heads],
            sizes[kept].astype(np.float64),
            _without(counts, heads),
            np.flatnonzero(np.diff(paths, prepend=-1)),
            len(counts.channels),
        )


@dataclass(frozen=True, slots=True)
class Removals:
    """One entry per run of equal touches: leaving out any one of them gives the same path."""

    path: Ints
    channel: Ints
    times: Floats
    without: Ints
    """The path that is left; -1: nobody went it."""
    heads: Ints
    """The first entry of each path."""
    channels: int

    @property
    def work(self) -> float:
        return 4.0 * self.path.size

    def credit(self, draw: Draw) -> Credit:
        if not self.path.size:
            return Credit(np.zeros(self.channels), np.zeros(self.channels))
        persons = draw.conversions + draw.nulls
        rates = np.zeros(persons.size + 1)  # the last is that of a path that nobody went
        np.divide(draw.conversions, persons, out=rates[:-1], where=persons > 0)
        worth = self.times * np.maximum(rates[self.path] - rates[self.without], 0.0)
        return Shares(self.path, self.channel, self._shares(worth), self.channels).credit(draw)

    def _shares(self, worth: Floats) -> Floats:
        sums = np.add.reduceat(worth, self.heads)
        sizes = np.diff(np.append(self.heads, worth.size))
        worthless = sums <= 0.0
        lasts = (self.heads + sizes - 1)[worthless]
        worth[lasts] = 1.0
        shares: Floats = worth / np.repeat(np.where(worthless, 1.0, sums), sizes)
        return shares


def _run_heads(counts: PathCounts) -> Ints:
    """Return the first item of each run of equal items within a path."""
    changes = np.diff(counts.items, prepend=-1) != 0
    changes[counts.starts] = True
    return np.flatnonzero(changes)


def _without(counts: PathCounts, heads: Ints) -> Ints:
    """Return for each item the path that is left without it, -1 where nobody went that."""
    items = counts.items.astype(np.int32)
    bounds = zip(counts.starts.tolist(), counts.lengths.tolist(), strict=True)
    texts = [items[start : start + length].tobytes() for start, length in bounds]
    known = {text: number for number, text in enumerate(texts)}
    lengths = set(counts.lengths.tolist())
    paths = counts.path_of_item[heads]
    found = np.full(heads.size, -1, dtype=np.int64)
    places = (heads - counts.starts[paths]) * items.itemsize
    for entry, (path, place) in enumerate(zip(paths.tolist(), places.tolist(), strict=True)):
        text = texts[path]
        # No path of that length is known: spare the copy, which may be a long one.
        if len(text) // items.itemsize - 1 in lengths:
            found[entry] = known.get(text[:place] + text[place + items.itemsize :], -1)
    return found
