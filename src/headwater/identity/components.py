"""Who is one person: the connected components over strong keys (e-mail, phone, external id).

Two keys in one fact name the same person. A key that several people share (`sharing` finds
them) is set apart and joins nobody, and browsers never join persons. Users may rule otherwise.
"""

from __future__ import annotations

import hashlib
from itertools import combinations
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.identity.keys import KINDS, Codes, Flags, Keys, encode
from headwater.identity.rulings import NO_RULINGS, Rulings
from headwater.identity.sharing import Found, Reason, find_shared

SHARED_ABOVE: Final = 5
"""The usual setting of how many keys of another kind may stand beside one person's key."""


def resolve(
    sightings: pa.Table,
    known_shared: frozenset[str] = frozenset(),
    rulings: Rulings = NO_RULINGS,
    shared_above: int = SHARED_ABOVE,
) -> pa.Table:
    """Return `person_key, person_id, is_shared, reason, beside`, sorted by key.

    `sightings` has one row per fact with the columns `external_id`, `email_key`, `phone_key`,
    `name_key` and `account_id` (texts or null). The result depends on the set of rows alone,
    not their order. `known_shared` are keys that other sightings have shown to be shared.
    `reason` says why a key was found to be shared, also where a user ruled that it is not.
    """
    keys = encode(sightings)
    found = find_shared(keys, sightings, shared_above)
    shared = _shared(keys, found, known_shared, rulings)
    labels = _components(len(keys), *_edges(keys, shared, rulings))
    ids = np.array([_person_id(name) for name in keys.names], dtype=object)
    return pa.table(
        {
            "person_key": pa.array(keys.names, pa.string()),
            "person_id": pa.array(ids[labels] if len(keys) else [], pa.string()),
            "is_shared": pa.array(shared, pa.bool_()),
            "reason": pa.array(_reasons(found, shared), pa.string()),
            "beside": pa.array(found.beside, pa.int64()),
        }
    )


def _shared(keys: Keys, found: Found, known: frozenset[str], rulings: Rulings) -> Flags:
    shared = np.zeros(len(keys), dtype=np.bool_)
    shared[list(found.reasons)] = True
    if known:
        shared |= np.fromiter((name in known for name in keys.names), np.bool_, len(keys))
    for code, is_shared in rulings.sharing_codes(keys):
        shared[code] = is_shared
    return shared


def _reasons(found: Found, shared: Flags) -> list[str | None]:
    return [
        found.reasons.get(code, Reason.USER if is_shared else None)
        for code, is_shared in enumerate(shared.tolist())
    ]


def _edges(keys: Keys, shared: Flags, rulings: Rulings) -> tuple[Codes, Codes]:
    told = [keys.beside(left, right) for left, right in combinations(KINDS, 2)]
    ruled = np.array(rulings.edges(keys), dtype=np.int64).reshape(-1, 2).T
    starts = np.concatenate([*(pair[0] for pair in told), ruled[0]])
    ends = np.concatenate([*(pair[1] for pair in told), ruled[1]])
    joins = ~shared[starts] & ~shared[ends]
    return starts[joins], ends[joins]


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
