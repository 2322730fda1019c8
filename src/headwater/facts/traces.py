"""What names a person in the facts: the values to look for, and the rows that hold them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, quote_plus

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.facts.records import PersonKeys
from headwater.facts.vault import Vault

Mask = npt.NDArray[np.bool_]

NAMING: Final = ("email_key", "phone_key", "external_id", "subject", "fact_id")
OWN_KEYS: Final = ("email_key", "phone_key", "external_id")
NAMED_BY_US: Final = ("deal_id", "order_id")
"""Ids that may have been made of a person's key, where a file had none of its own."""
_UNREAD: Final = frozenset({*NAMING, *NAMED_BY_US, "visitor_id", "line_id", "personal"})
_SHORTEST: Final = 6
"""Shorter ids are too common to be looked for inside texts."""


@dataclass(frozen=True, slots=True)
class Traces:
    """The values that name a person, by the column they are in."""

    by_column: Mapping[str, frozenset[str]]
    subjects: frozenset[str]
    visitor_ids: frozenset[str]
    renames: Mapping[str, str]
    """Another id for each deal or order that is named by a key of the person."""
    texts: tuple[str, ...]
    """What may be written inside other texts: addresses, numbers, ids."""

    @classmethod
    def of(cls, person: PersonKeys, vault: Vault) -> Traces:
        """Return the traces of a person: originals become the keyed hashes in the facts."""
        email_keys = {*person.email_keys, *map(vault.email_key, person.emails)}
        phone_keys = {*person.phone_keys, *map(vault.phone_key, person.phones)}
        subjects = {
            *person.subjects,
            *email_keys,
            *phone_keys,
            *map(vault.external_subject, person.external_ids),
            *map(vault.visitor_subject, person.visitor_ids),
        }
        by_column = {
            "email_key": frozenset(email_keys),
            "phone_key": frozenset(phone_keys),
            "external_id": frozenset(person.external_ids),
            "subject": frozenset(subjects),
            "fact_id": frozenset(person.fact_ids),
        }
        named = {*email_keys, *phone_keys, *person.external_ids}
        return cls(
            by_column,
            frozenset(subjects),
            frozenset(person.visitor_ids),
            {name: f"erased-{secrets.token_hex(8)}" for name in named},
            written_forms(person, (*email_keys, *phone_keys)),
        )

    def of_keys_alone(self) -> Traces:
        """Return the same traces without those that are looked for inside texts."""
        return replace(self, texts=())


def written_forms(person: PersonKeys, hashes: Iterable[str]) -> tuple[str, ...]:
    """Return every form in which a person's keys may stand inside a text."""
    originals = [text for text in (*person.emails, *person.phones) if text]
    forms = {form(text) for text in originals for form in (str, quote, quote_plus)}
    ids = (*person.external_ids, *person.visitor_ids, *hashes)
    return tuple(sorted(forms | {one for one in ids if len(one) >= _SHORTEST}))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table that lead to a person."""

    theirs: Mask
    """Facts of the person, or of a browser of theirs without anybody else's key."""
    elsewhere: Mask
    """Facts of others on a browser of theirs, deals named by a key of theirs, mentions."""

    @property
    def any(self) -> bool:
        """Tell whether there is one."""
        return bool(self.theirs.any() or self.elsewhere.any())


def columns_to_read(schema: Any) -> list[str]:
    """Return the columns of a schema that may lead to a person."""
    return [field.name for field in schema if pa.types.is_string(field.type)]


def rows_of(table: Any, traces: Traces) -> Rows:
    """Find the rows that lead to the person."""
    named = np.zeros(table.num_rows, dtype=np.bool_)
    for name, values in traces.by_column.items():
        named |= _holds(table, name, values)
    browsed = _holds(table, "visitor_id", traces.visitor_ids)
    theirs = named | (browsed & ~_others_key(table))
    elsewhere = browsed.copy()
    for name in NAMED_BY_US:
        elsewhere |= _holds(table, name, traces.renames)
    return Rows(theirs, (elsewhere | _mentions(table, traces)) & ~theirs)


def _holds(table: Any, name: str, values: Iterable[str]) -> Mask:
    sought = sorted(values)
    if not sought or name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.bool_)
    found: Mask = pc.is_in(table.column(name), pa.array(sought, pa.string())).to_numpy()
    return found


def _others_key(table: Any) -> Mask:
    has_any = np.zeros(table.num_rows, dtype=np.bool_)
    for name in OWN_KEYS:
        if name in table.column_names:
            has_any |= pc.is_valid(table.column(name)).to_numpy()
    return has_any


def _mentions(table: Any, traces: Traces) -> Mask:
    found = np.zeros(table.num_rows, dtype=np.bool_)
    if not traces.texts:
        return found
    for name in table.column_names:
        column = table.column(name)
        is_read = name not in _UNREAD and pa.types.is_string(column.type)
        if is_read and column.null_count < len(column):
            here = pc.match_substring_regex(column, pattern_of(traces))
            found |= pc.fill_null(here, fill_value=False).to_numpy()
    return found


def pattern_of(traces: Traces) -> str:
    """Return the regular expression that finds the traces in a text, whatever the case.

    A trace is found as a word: `crm:77` is not found in `crm:778`, but after `%20`.
    """
    traced = "|".join(map(re.escape, traces.texts))
    return rf"(?i)(^|[^0-9a-z]|%[0-9a-f]{{2}})({traced})($|[^0-9a-z])"
