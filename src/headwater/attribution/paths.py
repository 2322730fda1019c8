"""The path of each conversion as a range of its person's touches.

Path = touches with `anchored_at - lookback < touched_at <= anchored_at`, in the order
(touched_at, touch_id). With `reset`, touches at or before the person's previous moment of
conversion of the same kind are out; conversions at one same moment (an order and its refund)
share their path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np

from headwater.attribution.arrays import (
    NEVER,
    Bools,
    Floats,
    Ints,
    Numbers,
    first_above,
    owners,
    ranges_of,
    taken,
)


@dataclass(frozen=True)
class Touches:
    """The touches of whole persons as arrays, clustered by person, then in path order."""

    touched_at: Ints
    is_direct: Bools
    channels: Ints
    """Codes into `channel_names`."""
    channel_names: tuple[str, ...]
    labels: Ints | None = None
    """Codes of what credit is summed by."""

    @cached_property
    def owned(self) -> Ints:
        """The touches that are not direct (any person's)."""
        return np.flatnonzero(~self.is_direct)


class Anchor(StrEnum):
    """From where a touch is counted."""

    START = "start"
    END = "end"
    OWNED_START = "owned start"
    """The first touch that is not direct; all direct: the first."""
    OWNED_END = "owned end"
    """The last touch that is not direct; all direct: the last."""
    STAGE = "stage"
    """The last touch at or before a stage's time."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Which touch of a path is meant: the models' word for it, the same for every path."""

    anchor: Anchor
    rank: int = 0
    """So many touches after the start, or before the end."""
    stage: str = ""


FIRST: Final = Spot(Anchor.START)
LAST: Final = Spot(Anchor.END)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a spot is: one touch per path; `reached` is None where every path has it."""

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
        return self.touch_of_row

    @cached_property
    def touch_of_row(self) -> Ints:
        return ranges_of(self.starts, self.lengths, self.path_of_row)

    @cached_property
    def path_of_row(self) -> Ints:
        return owners(self.lengths)

    @cached_property
    def time_of_row(self) -> Ints:
        return self.at_rows(self.touches.touched_at)

    @cached_property
    def label_of_row(self) -> Ints:
        if self.touches.labels is None:
            raise TypeError("these touches have no labels to sum by")
        return self.at_rows(self.touches.labels)

    def per_row(self, per_path: Numbers) -> Numbers:
        """Return each path's number once per row."""
        return taken(per_path, self.path_of_row)

    def at_rows(self, per_touch: Numbers) -> Numbers:
        """Return the number of each row's touch."""
        rows = self.rows
        return per_touch[rows] if isinstance(rows, slice) else taken(per_touch, rows)

    def summed(self, per_row: Floats | Bools) -> Floats:
        """Return the sum of each path's rows."""
        sums = np.bincount(self.path_of_row, per_row, self.lengths.size)
        return sums.astype(np.float64, copy=False)

    def place(self, spot: Spot) -> Place:
        """Return where a spot is; models that name the same one share the work on it."""
        found = self._places.get(spot)
        if found is None:
            found = self._places[spot] = self._find(spot)
        return found

    @cached_property
    def _places(self) -> dict[Spot, Place]:
        return {}

    def _find(self, spot: Spot) -> Place:
        match spot.anchor:
            case Anchor.STAGE:
                return self._milestone(spot.stage)
            case Anchor.OWNED_START:
                return Place(self._first_owned())
            case Anchor.OWNED_END:
                return Place(self._last_owned())
            case _ if spot.rank == 0:
                return Place(self.starts if spot.anchor is Anchor.START else self.lasts)
            case Anchor.START:
                touch = np.minimum(self.starts + spot.rank, self.lasts)
            case Anchor.END:
                touch = np.maximum(self.lasts - spot.rank, self.starts)
        return Place(touch, self.lengths > spot.rank)

    def _first_owned(self) -> Ints:
        found = self.starts.copy()
        owned = self.touches.owned
        direct = np.flatnonzero(self.touches.is_direct[found])
        places = np.searchsorted(owned, found[direct])
        direct, places = direct[places < owned.size], places[places < owned.size]
        after = owned[places]
        found[direct] = np.where(after <= self.lasts[direct], after, found[direct])
        return found

    def _last_owned(self) -> Ints:
        found = self.lasts.copy()
        owned = self.touches.owned
        direct = np.flatnonzero(self.touches.is_direct[found])
        places = np.searchsorted(owned, found[direct])
        direct, places = direct[places > 0], places[places > 0]
        before = owned[places - 1]
        found[direct] = np.where(before >= self.starts[direct], before, found[direct])
        return found

    def _milestone(self, stage: str) -> Place:
        in_time = self.time_of_row <= self.per_row(self.milestones[stage])
        before = self.summed(in_time).astype(np.int64)
        return Place(self.starts + np.maximum(before - 1, 0), before > 0)


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
