"""Which facts name a person, and what is left of them after an erasure.

The row stays, so that revenue and counts still add up; what leads to the person goes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, quote_plus

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.words import FactKind
from headwater.facts.records import PersonKeys
from headwater.facts.vault import Vault

Mask = npt.NDArray[np.bool_]

_BLANKED: Final = frozenset(
    {
        *("email_key", "phone_key", "external_id", "visitor_id", "subject", "personal"),
        *("name_key", "ip", "user_agent", "properties", "click_id", "recording_url"),
    }
)
_BLANKED_OF_KIND: Final = {FactKind.DEAL: frozenset({"name"})}
"""A deal's name is often its person's; an event's name is the event's."""
_URLS: Final = frozenset({"url", "landing_page", "referrer"})
_NEVER_TOUCHED: Final = frozenset({"fact_id", "deal_id", "order_id", "line_id"})
_QUERY: Final = r"(?s)[?#].*"


@dataclass(frozen=True, slots=True)
class Traces:
    """What to look for: the values that name a person, by the column they are in."""

    by_column: Mapping[str, frozenset[str]]
    subjects: frozenset[str]
    texts: tuple[str, ...]
    """E-mail addresses and numbers as they may be written inside other texts."""

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
            "visitor_id": frozenset(person.visitor_ids),
            "subject": frozenset(subjects),
        }
        originals = [text for text in (*person.emails, *person.phones) if text]
        forms = {f(text) for text in originals for f in (str, quote, quote_plus)}
        return cls(by_column, frozenset(subjects), tuple(sorted(forms)))


def naming_columns(schema: Any) -> list[str]:
    """Return the columns of a schema that may name a person; empty where none can."""
    names = ("email_key", "phone_key", "external_id", "visitor_id", "subject")
    return [name for name in names if name in schema.names]


def naming_rows(table: Any, traces: Traces) -> Mask:
    """Tell for each row whether one of its naming columns holds one of the traces."""
    mask = np.zeros(table.num_rows, dtype=np.bool_)
    for name, values in traces.by_column.items():
        if values:
            sought = pa.array(sorted(values), pa.string())
            mask |= pc.is_in(table.column(name), sought).to_numpy()
    return mask


def blanked(kind: FactKind, table: Any, mask: Mask, traces: Traces) -> Any:
    """Return the table with everything personal gone from the rows of the mask."""
    flags = pa.array(mask)
    gone = _BLANKED | _BLANKED_OF_KIND.get(kind, frozenset())
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if field.name in gone:
            changed = pc.if_else(flags, pa.scalar(None, field.type), column)
        elif pa.types.is_string(field.type) and field.name not in _NEVER_TOUCHED:
            changed = _cleaned(field.name, column, flags, traces)
        else:
            continue
        table = table.set_column(place, field, changed)
    return table


def _cleaned(name: str, column: Any, flags: Any, traces: Traces) -> Any:
    clean = pc.filter(column, flags)
    if name in _URLS:
        clean = pc.replace_substring_regex(clean, _QUERY, "")
    if traces.texts:
        pattern = "(?i)" + "|".join(map(re.escape, traces.texts))
        clean = pc.replace_substring_regex(clean, pattern, "")
    empty = pc.equal(pc.binary_length(clean), 0)
    clean = pc.if_else(empty, pa.scalar(None, pa.string()), clean)
    return pc.replace_with_mask(_whole(column), flags, _whole(clean))


def _whole(column: Any) -> Any:
    if isinstance(column, pa.ChunkedArray):
        return (
            pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        )
    return column
