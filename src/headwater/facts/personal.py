"""Turns the plain personal columns of facts into keys and encrypted originals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.facts.hot import Row
from headwater.facts.validation import PLAIN
from headwater.facts.vault import LockedAway, Originals, Vault, subject_fields

_FIELDS: Final = subject_fields()
_COMPUTED: Final = ("email_key", "phone_key", "subject", "personal", "name_key")


def is_personal(row: Row) -> bool:
    """Tell whether a row carries plain originals."""
    return any(name in row for name in PLAIN)


def lock_rows(vault: Vault, rows: Sequence[Row], schema: Any) -> list[Row]:
    """Return the rows with keys and ciphertext in place of the originals."""
    computed = [name for name in _COMPUTED if name in schema.names]
    people = [_originals(row) for row in rows if is_personal(row)]
    locked = iter(vault.lock_away(people) if people else ())
    return [
        _with_keys(row, next(locked), computed) if is_personal(row) else row for row in rows
    ]


def lock_table(vault: Vault, table: Any, schema: Any) -> Any:
    """Return the table, with the schema's columns alone, originals replaced likewise."""
    plain = [name for name in PLAIN if name in table.column_names]
    has_any = np.zeros(table.num_rows, dtype=np.bool_)
    for name in plain:
        has_any |= pc.is_valid(table.column(name)).to_numpy()
    places = np.flatnonzero(has_any)
    stored = table.select(schema.names)
    if len(places) == 0:
        return stored.cast(schema)
    wanted = [name for name in _FIELDS if name in table.column_names]
    rows = table.select(wanted).take(pa.array(places)).to_pylist()
    locked = vault.lock_away([Originals(**row) for row in rows])
    mask = pa.array(has_any)
    for name in (name for name in _COMPUTED if name in schema.names):
        values = pa.array([getattr(item, name) for item in locked], schema.field(name).type)
        column = stored.column(name).combine_chunks()
        changed = pc.replace_with_mask(column, mask, values)
        stored = stored.set_column(schema.get_field_index(name), name, changed)
    return stored.cast(schema)


def _originals(row: Row) -> Originals:
    return Originals(**{name: row[name] for name in _FIELDS if name in row})


def _with_keys(row: Row, locked: LockedAway, computed: Sequence[str]) -> Row:
    kept = {name: value for name, value in row.items() if name not in PLAIN}
    made = {name: getattr(locked, name) for name in computed}
    return kept | {name: value for name, value in made.items() if value is not None}
