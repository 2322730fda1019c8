"""What is left of the facts that lead to a person, after an erasure.

The row stays, so that revenue and counts still add up; what leads to the person goes.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.words import FactKind
from headwater.facts.traces import NAMED_BY_US, Mask, Rows, Traces, pattern_of

_BLANKED: Final = frozenset(
    {
        *("email_key", "phone_key", "external_id", "visitor_id", "subject", "personal"),
        *("name_key", "ip", "user_agent", "properties", "click_id", "recording_url"),
    }
)
_BLANKED_OF_KIND: Final = {FactKind.DEAL: frozenset({"name"})}
"""A deal's name is often its person's; an event's name is the event's."""
_OF_THE_BROWSER: Final = frozenset({"visitor_id", "ip", "user_agent", "click_id"})
"""What of another person's fact leads to the browser that was used."""
_URLS: Final = frozenset({"url", "landing_page", "referrer"})
_NEVER_TOUCHED: Final = frozenset({"fact_id", "line_id", "origin"})
_QUERY: Final = r"(?s)[?#].*"
_OWN_DOMAIN: Final = "domain:"
"""An account known by the mail domain alone may be one person's own."""


def blanked(kind: FactKind, table: Any, rows: Rows, traces: Traces) -> Any:
    """Return the table with everything gone that leads to the person."""
    gone = _BLANKED | _BLANKED_OF_KIND.get(kind, frozenset())
    theirs, elsewhere = rows.theirs, rows.elsewhere
    for place, field in enumerate(table.schema):
        name, column = field.name, table.column(place)
        if name in _NEVER_TOUCHED:
            continue
        if name in gone:
            column = _emptied(column, theirs)
            if name in _OF_THE_BROWSER:
                column = _emptied(column, elsewhere & _used(table, traces))
        if pa.types.is_string(field.type):
            column = _cleaned(name, column, rows, traces)
        table = table.set_column(place, field, column)
    return table


def _used(table: Any, traces: Traces) -> Mask:
    values = pa.array(sorted(traces.visitor_ids), pa.string())
    used: Mask = pc.is_in(table.column("visitor_id"), values).to_numpy()
    return used


def _emptied(column: Any, mask: Mask) -> Any:
    return pc.if_else(pa.array(mask), pa.scalar(None, column.type), column)


def _cleaned(name: str, column: Any, rows: Rows, traces: Traces) -> Any:
    if name in NAMED_BY_US:
        return _renamed(column, traces)
    if name == "account_id":
        own = pc.fill_null(pc.starts_with(column, _OWN_DOMAIN), fill_value=False)
        return _emptied(column, rows.theirs & own.to_numpy())
    flags = pa.array(rows.theirs | rows.elsewhere)
    clean = pc.filter(column, flags)
    if name in _URLS:
        plain = pc.replace_substring_regex(clean, _QUERY, "")
        clean = pc.if_else(pc.filter(pa.array(rows.theirs), flags), plain, clean)
    if traces.texts:
        # Twice: of two that stand side by side the first takes the sign between them.
        for _ in range(2):
            clean = pc.replace_substring_regex(clean, pattern_of(traces), r"\1\3")
    empty = pc.equal(pc.binary_length(clean), 0)
    clean = pc.if_else(empty, pa.scalar(None, pa.string()), clean)
    return pc.replace_with_mask(_whole(column), flags, _whole(clean))


def _renamed(column: Any, traces: Traces) -> Any:
    if not traces.renames:
        return column
    old = pa.array(sorted(traces.renames), pa.string())
    new = pa.array([traces.renames[name] for name in old.to_pylist()], pa.string())
    return pc.coalesce(new.take(_whole(pc.index_in(column, old))), _whole(column))


def _whole(column: Any) -> Any:
    if isinstance(column, pa.ChunkedArray):
        return (
            pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        )
    return column
