"""Cuts what visitors did into sessions.

A session ends where nothing follows for the timeout, at midnight (by setting), and where the
visitor arrives from another source. One sort and a few passes over whole columns: windows in
SQL would sort the same events three times.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.warehouse.steps import Reader

BOUNDS_SCHEMA: Final = pa.schema(
    [
        (name, pa.int64())
        for name in (
            "visitor_number",
            "event_number",
            "occurred_at",
            "ended_at",
            "events",
            "page_views",
            "origin_number",
            "agent_number",
        )
    ]
)
"""One row per session, named by its first event; times in microseconds UTC."""

_PART_EVENTS: Final = 2_500_000
"""Events that are cut at once: some 400 MB."""
_ORDER: Final = [(name, "ascending") for name in ("visitor_number", "occurred_at", "fact_head")]
_BEGUN: Final = (
    "visitor_number",
    "event_number",
    "occurred_at",
    "origin_number",
    "agent_number",
)
"""What a session has of its first event."""
_NOWHERE: Final = -1  # no arrival has this number

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def session_bounds(reader: Reader) -> pa.Table:
    """Return the sessions of `session_events`, cut for as many visitors as memory holds."""
    timeout = int(str(reader.params["session_timeout"]))
    counted = reader.query("select count(*) as events from session_events")["events"][0].as_py()
    parts = 1 << (counted // _PART_EVENTS).bit_length()
    return pa.concat_tables(
        cut(
            reader.query(
                "select * from session_events where visitor_number & $mask = $part",
                {"mask": parts - 1, "part": part},
            ),
            timeout,
        )
        for part in range(parts)
    )


def cut(events: pa.Table, timeout: int) -> pa.Table:
    """Return the sessions of some visitors' events, which may come in any order.

    `events` has the columns of `session_events`; `timeout` is in microseconds. A session
    starts with a visitor's first event, after a longer gap than `timeout`, on another
    `local_day`, and with an arrival that differs from the last one of the visit.
    """
    if not events.num_rows:
        return BOUNDS_SCHEMA.empty_table()
    whole = events.combine_chunks()
    order = pc.sort_indices(whole, _ORDER).to_numpy()
    at = whole["occurred_at"].to_numpy()[order]
    starts_spell = _changes(whole["visitor_number"].to_numpy()[order])
    starts_spell |= _changes(whole["local_day"].to_numpy()[order])
    starts_spell[1:] |= np.diff(at) > timeout
    arrivals = whole["arrival_number"].fill_null(_NOWHERE).to_numpy()[order]
    first = np.flatnonzero(starts_spell | _turns(arrivals, starts_spell))
    last = np.append(first[1:], len(at)) - 1
    begun = whole.select(_BEGUN).take(pa.array(order[first]))
    page_views = np.add.reduceat(whole["page_views"].to_numpy()[order], first)
    told = {
        **{name: begun[name] for name in _BEGUN},
        "ended_at": at[last],
        "events": last - first + 1,
        "page_views": page_views,
    }
    return pa.table([told[name] for name in BOUNDS_SCHEMA.names], BOUNDS_SCHEMA.names).cast(
        BOUNDS_SCHEMA
    )


def _turns(arrivals: Numbers, starts_spell: Flags) -> Flags:
    """Say which events arrive from elsewhere than the last arrival before them in the visit.

    A visit that began with no arrival was direct: its first arrival is another source.
    """
    is_mark = starts_spell | (arrivals != _NOWHERE)
    marks = arrivals[is_mark]
    turns = np.zeros(len(arrivals), dtype=np.bool_)
    turns[is_mark] = (marks != _NOWHERE) & _changes(marks)
    return turns


def _changes(values: Numbers) -> Flags:
    """Say which values differ from the one before; the first does."""
    changes = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes
