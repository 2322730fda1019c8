"""Who is one person: the connected components over strong keys (e-mail, phone, external id).

Two keys in one fact name the same person. A key that stands beside more than
`SHARED_ABOVE` different keys of one other kind (a switchboard's number, an `info@` address)
is shared by several people: it is set apart and joins nobody. Browsers never join persons.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]

KINDS: Final = {"external": "external_id", "email": "email_key", "phone": "phone_key"}
SHARED_ABOVE: Final = 5
_ABSENT: Final = -1


@dataclass(frozen=True, slots=True)
class _Keys:
    names: list[str]
    """Every distinct key, in order of its text, so that a code also ranks it."""
    columns: dict[str, Codes]
    """The code of each sighting's key of a kind; -1 where it has none."""


def resolve(sightings: pa.Table, known_shared: frozenset[str] = frozenset()) -> pa.Table:
    """Return `person_key, person_id, is_shared`, sorted by key.

    `sightings` has one row per fact with the columns `external_id`, `email_key` and
    `phone_key` (texts or null). The result depends on the set of rows alone, not their order.
    `known_shared` are keys that other sightings have shown to be shared.
    """
    keys = _encode(sightings)
    size = len(keys.names)
    shared = _shared(keys, size)
    if known_shared:
        shared |= np.fromiter((name in known_shared for name in keys.names), np.bool_, size)
    labels = _components(size, *_edges(keys, shared))
    ids = np.array([_person_id(name) for name in keys.names], dtype=object)
    return pa.table(
        {
            "person_key": pa.array(keys.names, pa.string()),
            "person_id": pa.array(ids[labels] if size else [], pa.string()),
            "is_shared": pa.array(shared, pa.bool_()),
        }
    )


def _encode(sightings: pa.Table) -> _Keys:
    prefixed = {
        kind: pc.binary_join_element_wise(kind, sightings[column].combine_chunks(), ":")
        for kind, column in KINDS.items()
    }
    everything = pa.chunked_array(list(prefixed.values()), pa.string())
    names = pc.unique(everything.drop_null())
    names = names.take(pc.sort_indices(names))
    columns = {
        kind: np.asarray(pc.fill_null(pc.index_in(texts, value_set=names), _ABSENT), np.int64)
        for kind, texts in prefixed.items()
    }
    return _Keys(names.to_pylist(), columns)


def _shared(keys: _Keys, size: int) -> npt.NDArray[np.bool_]:
    shared = np.zeros(size, dtype=np.bool_)
    for left, right in combinations(KINDS, 2):
        a, b = keys.columns[left], keys.columns[right]
        both = (a != _ABSENT) & (b != _ABSENT)
        pairs = np.unique(np.stack([a[both], b[both]]), axis=1)
        for codes in pairs:
            shared |= np.bincount(codes, minlength=size) > SHARED_ABOVE
    return shared


def _edges(keys: _Keys, shared: npt.NDArray[np.bool_]) -> tuple[Codes, Codes]:
    starts, ends = [], []
    for left, right in combinations(KINDS, 2):
        a, b = keys.columns[left], keys.columns[right]
        both = (a != _ABSENT) & (b != _ABSENT)
        a, b = a[both], b[both]
        joins = ~shared[a] & ~shared[b]
        starts.append(a[joins])
        ends.append(b[joins])
    return np.concatenate(starts), np.concatenate(ends)


def _components(size: int, starts: Codes, ends: Codes) -> Codes:
    """Give every node the smallest code it can reach: hook to the smaller, then shortcut."""
    labels = np.arange(size, dtype=np.int64)
    while True:
        smaller = np.minimum(labels[starts], labels[ends])
        hooked = labels.copy()
        np.minimum.at(hooked, labels[starts], smaller)
        np.minimum.at(hooked, labels[ends], smaller)
        while not np.array_equal(hooked, hooked[hooked]):
            hooked = hooked[hooked]
        if np.array_equal(hooked, labels):
            return labels
        labels = hooked


def _person_id(key: str) -> str:
    return "p" + hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
