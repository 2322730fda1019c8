"""The path of each conversion as a range of its person's touches.

Path = touches with `anchored_at - lookback < touched_at <= anchored_at`, in the order
(touched_at, touch_id). With `reset`, touches at or before the person's previous moment of
conversion of the same kind are out; conversions at one same moment (an order and its refund)
share their path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headwater.attribution.arrays import NEVER, Bools, Floats, Ints, first_above, spread_ranges


@dataclass(frozen=True)
class Touches:
    """The touches of whole persons as arrays, clustered by person, then in path order."""

    touched_at: Ints
    is_direct: Bools
    channels: Ints
    """Codes into `channel_names`."""
    channel_names: tuple[str, ...]

    @cached_property
    def next_owned(self) -> Ints:
        """For each touch the first one from it on that is not direct (any person's)."""
        size = self.is_direct.size
        index = np.where(self.is_direct, size, np.arange(size))
        return np.minimum.accumulate(index[::-1])[::-1]

    @cached_property
    def last_owned(self) -> Ints:
        """For each touch the last one up to it that is not direct (any person's)."""
        index = np.where(self.is_direct, -1, np.arange(self.is_direct.size))
        return np.maximum.accumulate(index)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One touch per path; `reached` is None where every path has it.

    Compared as objects: models that name the same place share the work on it.
    """

    touch: Ints
    reached: Bools | None = None


@dataclass(frozen=True)
class Paths:
    """Paths of one or more touches each: path i is `touches[starts[i]:starts[i]+lengths[i]]`.

    A *row* is one touch of one path; rows are the paths laid end to end.
    """

    touches: Touches
    starts: Ints
    lengths: Ints
    milestones: Mapping[str, Ints]
    """When each path's stage was reached by stage, `NEVER` where it was not in time."""

    @cached_property
    def lasts(self) -> Ints:
        return self.starts + self.lengths - 1

    @cached_property
    def offsets(self) -> Ints:
        """The first row of each path."""
        return np.cumsum(self.lengths) - self.lengths

    @cached_property
    def rows(self) -> slice | Ints:
        """The touch of each row; a slice where the paths follow one another without a gap."""
        if not self.starts.size:
            return slice(0, 0)
        if (self.starts[1:] == self.starts[:-1] + self.lengths[:-1]).all():
            return slice(int(self.starts[0]), int(self.lasts[-1]) + 1)
        return spread_ranges(self.starts, self.lengths)

    @cached_property
    def path_of_row(self) -> Ints:
        return np.repeat(np.arange(self.lengths.size), self.lengths)

    def per_row(self, per_path: Floats) -> Floats:
        """Return each path's number once per row."""
        return np.repeat(per_path, self.lengths)

    @cached_property
    def first_owned(self) -> Place:
        """The first touch that is not direct; all direct: the first."""
        found = self.touches.next_owned[self.starts]
        return Place(np.where(found <= self.lasts, found, self.starts))

    @cached_property
    def last_owned(self) -> Place:
        """The last touch that is not direct; all direct: the last."""
        found = self.touches.last_owned[self.lasts]
        return Place(np.where(found >= self.starts, found, self.lasts))

    @cached_property
    def first(self) -> Place:
        return Place(self.starts)

    @cached_property
    def last(self) -> Place:
        return Place(self.lasts)

    def from_start(self, rank: int) -> Place:
        """Return touch number `rank` (0 is the first)."""
        if rank == 0:
            return self.first
        return Place(np.minimum(self.starts + rank, self.lasts), self.lengths > rank)

    def from_end(self, rank: int) -> Place:
        """Return touch number `rank` counted back (0 is the last)."""
        if rank == 0:
            return self.last
        return Place(np.maximum(self.lasts - rank, self.starts), self.lengths > rank)

    def milestone(self, stage: str) -> Place:
        """Return the last touch at or before the stage's time."""
        return self._milestones[stage]

    @cached_property
    def _milestones(self) -> dict[str, Place]:
        found = {}
        for stage, reached_at in self.milestones.items():
            after = first_above(
                self.touches.touched_at, reached_at, self.starts, self.starts + self.lengths
            )
            found[stage] = Place(np.maximum(after - 1, self.starts), after > self.starts)
        return found


@dataclass(frozen=True, slots=True)
class Moments:
    """Conversions of known persons, in (person, time, id) order."""

    person: Ints
    """Number of the person among those with touches; -1 for one without."""
    anchored_at: Ints
    kind: Ints | None
    """Codes; needed for reset only."""


def windows(
    touches: Touches, heads: Ints, moments: Moments, lookback: int | None, *, reset: bool
) -> tuple[Ints, Ints]:
    """Return the start and length (0: no touch) of each conversion's path."""
    ends = np.append(heads, touches.touched_at.size)
    known = moments.person >= 0
    low = np.where(known, ends[moments.person], 0)
    high = np.where(known, ends[moments.person + 1], 0)
    stop = first_above(touches.touched_at, moments.anchored_at, low, high)
    floor = _floors(moments, lookback, reset=reset)
    start = low if floor is None else first_above(touches.touched_at, floor, low, stop)
    return start, stop - start


def _floors(moments: Moments, lookback: int | None, *, reset: bool) -> Ints | None:
    """Return the time that every touch of a path must be after, None where there is none."""
    floor = None if lookback is None else moments.anchored_at - lookback
    if reset and moments.kind is not None:
        before = _previous(moments.person, moments.kind, moments.anchored_at)
        floor = before if floor is None else np.maximum(floor, before)
    return floor


def _previous(person: Ints, kind: Ints, anchored_at: Ints) -> Ints:
    """Return the last earlier moment of the same person and kind, `NEVER` for the first."""
    order = np.lexsort((anchored_at, kind, person))
    who, what, when = person[order], kind[order], anchored_at[order]
    same = np.zeros(order.size, dtype=np.bool_)
    same[1:] = (who[1:] == who[:-1]) & (what[1:] == what[:-1])
    moved = np.ones(order.size, dtype=np.bool_)
    moved[1:] = ~same[1:] | (when[1:] != when[:-1])
    # Conversions of one moment form a run; each run looks back to the run before it.
    runs = np.flatnonzero(moved)
    before = np.where(same[runs], when[runs - 1], NEVER)
    previous = np.empty_like(anchored_at)
    previous[order] = before[np.cumsum(moved) - 1]
    return previous
