"""Facts named by what they say, so that importing twice adds nothing.

A fact whose row has a natural key is named by key and content: a changed row is a new
snapshot, an unchanged one is known. Without a key, equal rows are told apart by counting: the
second of two equal rows is a second fact, in this file and in every later export of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from headwater.capture.importers.drafts import Draft
from headwater.facts import fact_id

_PERSONAL: Final = frozenset({"email", "phone", "person_name", "message"})
_TAG_DIGITS: Final = 16

Tags = npt.NDArray[np.uint64]


def identity_parts(values: Mapping[str, object], keyed: Callable[[str], str]) -> list[str]:
    """Return the content as parts of an id; personal texts only as keyed hashes.

    A plain hash of a name or an address could be found by trying likely ones.
    """
    parts: list[str] = []
    for name in sorted(values):
        text = str(values[name])
        parts.append(name)
        parts.append(keyed(f"{name}:{text}") if name in _PERSONAL else text)
    return parts


class Namer:
    """Gives each draft of one file its fact id, in the file's order."""

    def __init__(self) -> None:
        self._seen = _Occurrences()
        self.repeats = 0

    def name(self, drafts: Sequence[Draft]) -> list[str]:
        """Return the ids of the next drafts. `repeats` counts keyed ones met before."""
        bases = [fact_id(*draft.identity) for draft in drafts]
        times = self._seen.count([int(base[:_TAG_DIGITS], 16) for base in bases])
        names = []
        for draft, base, occurrence in zip(drafts, bases, times, strict=True):
            if occurrence == 0 or draft.is_keyed:
                names.append(base)
                self.repeats += occurrence > 0
            else:
                names.append(fact_id(base, str(occurrence)))
        return names


class _Occurrences:
    """Says how often each tag was seen before, at eight bytes for each distinct tag.

    Sorted runs, merged as they grow to like sizes: a file of ten million rows takes 80 MB,
    where a dictionary would take more than a gigabyte.
    """

    def __init__(self) -> None:
        self._runs: list[Tags] = []
        self._repeated: dict[int, int] = {}

    def count(self, tags: Sequence[int]) -> list[int]:
        """Return for each tag how often it came before, and remember it."""
        array = np.array(tags, dtype=np.uint64)
        distinct, firsts = np.unique(array, return_index=True)
        is_old = np.zeros(len(distinct), dtype=np.bool_)
        for run in self._runs:
            is_old |= _contains(run, distinct)
        self._add(distinct[~is_old])
        counts = np.zeros(len(array), dtype=np.int64)
        again = np.ones(len(array), dtype=np.bool_)
        again[firsts[~is_old]] = False
        for position in np.flatnonzero(again).tolist():
            tag = tags[position]
            counts[position] = self._repeated.get(tag, 1)
            self._repeated[tag] = int(counts[position]) + 1
        return [int(count) for count in counts]

    def _add(self, fresh: Tags) -> None:
        if len(fresh) == 0:
            return
        self._runs.append(fresh)
        while len(self._runs) > 1 and len(self._runs[-1]) * 2 > len(self._runs[-2]):
            merged = np.concatenate([self._runs.pop(), self._runs.pop()])
            merged.sort()
            self._runs.append(merged)


def _contains(run: Tags, tags: Tags) -> npt.NDArray[np.bool_]:
    places = np.searchsorted(run, tags)
    places[places == len(run)] = 0
    return np.equal(run[places], tags)
