"""The keys that facts name people by, as numbers."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KINDS: Final = {"external": "external_id", "email": "email_key", "phone": "phone_key"}
"""The kinds of strong keys, with the columns of facts that hold them."""
ABSENT: Final = -1
HALF: Final = 32
"""Bits of one code in a pair: there are fewer than 2^31 keys."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key that some sightings name."""

    names: list[str]
    """Each distinct key (`email:...`), in order of its text, so that a code also ranks it."""
    columns: dict[str, Codes]
    """The code of each sighting's key of a kind; ABSENT where it has none."""

    def __len__(self) -> int:
        return len(self.names)

    def code(self, name: str) -> int:
        """Return the code of a key, ABSENT where no sighting names it."""
        place = bisect_left(self.names, name)
        is_here = place < len(self.names) and self.names[place] == name
        return place if is_here else ABSENT

    def beside(self, left: str, right: str) -> tuple[Codes, Codes]:
        """Return the distinct pairs of keys of two kinds that one sighting names."""
        a, b = self.columns[left], self.columns[right]
        both = (a != ABSENT) & (b != ABSENT)
        return distinct_pairs(a[both], b[both])


def distinct_pairs(left: Codes, right: Codes) -> tuple[Codes, Codes]:
    """Return the distinct pairs of two columns of codes, in order; none may be ABSENT."""
    pairs = np.unique((left << HALF) | right)  # one number sorts faster than two columns
    return pairs >> HALF, pairs & ((1 << HALF) - 1)


def encode(sightings: pa.Table) -> Keys:
    """Return the keys of sightings: one row per fact, a column of texts for each kind."""
    prefixed = {
        kind: pc.binary_join_element_wise(kind, sightings[column].combine_chunks(), ":")
        for kind, column in KINDS.items()
    }
    everything = pa.chunked_array(list(prefixed.values()), pa.string())
    names = pc.unique(everything.drop_null())
    names = names.take(pc.sort_indices(names))
    columns = {
        kind: np.asarray(pc.fill_null(pc.index_in(texts, value_set=names), ABSENT), np.int64)
        for kind, texts in prefixed.items()
    }
    return Keys(names.to_pylist(), columns)


def numbered(column: pa.ChunkedArray) -> tuple[list[str], Codes]:
    """Return a column's distinct texts, and the number of each row's; ABSENT for null."""
    coded = column.combine_chunks().dictionary_encode()
    codes = np.asarray(pc.fill_null(coded.indices, ABSENT), np.int64)
    return coded.dictionary.to_pylist(), codes
