"""Which keys are shared by several people, and so join nobody.

Three things show it: too many other keys stand beside one; the names beside a number cannot
be one person's; two mailboxes of one company stand beside a number, which is its switchboard.
More facts can only show more: nothing that was found to be shared is found not to be later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.identity.keys import ABSENT, HALF, KINDS, Codes, Keys, distinct_pairs, numbered

MOST_NAMES: Final = 5
"""How many names one mailbox may stand beside: one person writes theirs in several ways."""
_CROWD: Final = 50
"""So many different ones are not looked at one by one: no person has them."""

Name = frozenset[str]
Sighting = tuple[int, int, Name]
"""The mailbox and the external id beside a number, and the words of the name given."""


class Reason(StrEnum):
    """Why a key is set apart."""

    MANY = "many"
    """So many different keys of one other kind stand beside it."""
    COMPANY = "company"
    """A number beside two mailboxes of one company."""
    NAMES = "names"
    """Names stand beside it that cannot be one person's."""
    USER = "user"
    """A user said so."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the sightings show of each key."""

    reasons: dict[int, Reason]
    beside: Codes
    """How many different keys stand beside each, of the other kind that has most."""


def find_shared(keys: Keys, sightings: pa.Table, shared_above: int) -> Found:
    """Return the shared keys, each with its first reason."""
    beside = _beside(keys)
    reasons: dict[int, Reason] = {}
    for found, reason in (
        (_of_many_names(keys, sightings), Reason.NAMES),
        (_switchboards(keys, sightings), Reason.COMPANY),
        (np.flatnonzero(beside > shared_above).tolist(), Reason.MANY),
    ):
        reasons |= dict.fromkeys(found, reason)
    return Found(reasons, beside)


def _beside(keys: Keys) -> Codes:
    most = np.zeros(len(keys), dtype=np.int64)
    for left, right in combinations(KINDS, 2):
        for codes in keys.beside(left, right):
            most = np.maximum(most, np.bincount(codes, minlength=len(keys)))
    return most


def _switchboards(keys: Keys, sightings: pa.Table) -> list[int]:
    """Return numbers that stand beside two mailboxes of one account."""
    _names, accounts = numbered(sightings["account_id"])
    phones, emails = keys.columns["phone"], keys.columns["email"]
    told = (phones != ABSENT) & (emails != ABSENT) & (accounts != ABSENT)
    at_company = (phones[told] << HALF) | accounts[told]
    offices, numbers = np.unique(at_company, return_inverse=True)
    of_office, _boxes = distinct_pairs(numbers, emails[told])
    several = np.bincount(of_office, minlength=len(offices)) > 1
    found: list[int] = np.unique(offices[several] >> HALF).tolist()
    return found


def _of_many_names(keys: Keys, sightings: pa.Table) -> list[int]:
    texts, names = numbered(sightings["name_key"])
    crowded = [code for code, _rows in _groups(keys.columns["email"], names, MOST_NAMES)]
    offices = [
        code
        for code, rows in _groups(keys.columns["phone"], names, 1)
        if _exclude_each_other(_seen(keys, rows, names, texts))
    ]
    return crowded + offices


def _groups(column: Codes, names: Codes, most: int) -> Iterator[tuple[int, Codes]]:
    """Yield each key beside more than `most` different names, with its named sightings."""
    told = np.flatnonzero((column != ABSENT) & (names != ABSENT))
    of_key, _names = distinct_pairs(column[told], names[told])
    several = np.flatnonzero(np.bincount(of_key) > most)
    if not len(several):
        return
    told = told[np.isin(column[told], several)]
    told = told[np.argsort(column[told], kind="stable")]
    edges = np.searchsorted(column[told], several)
    yield from zip(several.tolist(), np.split(told, edges[1:]), strict=True)


def _seen(keys: Keys, rows: Codes, names: Codes, texts: list[str]) -> set[Sighting]:
    emails, externals = keys.columns["email"][rows], keys.columns["external"][rows]
    words = {number: frozenset(texts[number].split()) for number in set(names[rows].tolist())}
    told = zip(emails.tolist(), externals.tolist(), names[rows].tolist(), strict=True)
    return {(email, external, words[name]) for email, external, name in told}


def _exclude_each_other(seen: set[Sighting]) -> bool:
    """Tell whether two were surely not one person: other names, and nothing else shared."""
    return len(seen) > _CROWD or any(
        not (one[2] <= other[2] or other[2] <= one[2])
        and not (one[0] == other[0] != ABSENT)
        and not (one[1] == other[1] != ABSENT)
        for one, other in combinations(seen, 2)
    )
