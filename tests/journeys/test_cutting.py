"""Sessions as they are cut, against walking through each visitor's events one by one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.journeys.cutting import BOUNDS_SCHEMA, cut, in_order

TIMEOUT = 30
SCHEMA = pa.schema(
    [
        ("visitor_number", pa.int64()),
        ("occurred_at", pa.int64()),
        ("fact_head", pa.string()),
        ("event_number", pa.int64()),
        ("page_views", pa.int32()),
        ("local_day", pa.int64()),
        ("agent_number", pa.int64()),
        ("key_number", pa.int64()),
    ]
)
PLACES = 7
ARRIVALS = pa.table(
    {
        "key_number": pa.array(range(PLACES), pa.int64()),
        "origin_number": pa.array([10 + place for place in range(PLACES)], pa.int64()),
        "arrival_number": pa.array([20 + place for place in range(PLACES)], pa.int64()),
    }
)


@dataclass(frozen=True)
class Event:
    visitor: int
    at: int
    number: int
    page_views: int = 1
    day: int = 0
    arrival: int | None = None

    def row(self) -> dict[str, object]:
        return {
            "visitor_number": self.visitor,
            "occurred_at": self.at,
            "fact_head": f"{self.number:012x}",
            "event_number": self.number,
            "page_views": self.page_views,
            "local_day": self.day,
            "agent_number": 7,
            "key_number": self.arrival,
        }


def told(events: list[Event]) -> list[tuple[object, ...]]:
    """Return what is cut: visitor, first event, begin, end, events, page views, origin."""
    found = cut(
        pa.Table.from_pylist([event.row() for event in events], SCHEMA), ARRIVALS, TIMEOUT
    )
    assert found.schema == BOUNDS_SCHEMA
    names = [name for name in BOUNDS_SCHEMA.names if name != "agent_number"]
    return sorted(tuple(row[name] for name in names) for row in found.to_pylist())


def walked(events: list[Event]) -> list[tuple[object, ...]]:
    sessions: list[list[Event]] = []
    source: int | None = None
    for event in sorted(events, key=lambda event: (event.visitor, event.at, event.number)):
        last = sessions[-1][-1] if sessions else None
        is_visit = (
            last is not None
            and last.visitor == event.visitor
            and event.at - last.at <= TIMEOUT
            and last.day == event.day
        )
        is_elsewhere = event.arrival is not None and event.arrival != source
        if is_visit and not is_elsewhere:
            sessions[-1].append(event)
        else:
            sessions.append([event])
            source = event.arrival
    return sorted(
        (
            session[0].visitor,
            session[0].number,
            session[0].at,
            session[-1].at,
            len(session),
            sum(event.page_views for event in session),
            None if session[0].arrival is None else 10 + session[0].arrival,
        )
        for session in sessions
    )


def test_no_events_are_no_sessions() -> None:
    assert told([]) == []


@pytest.mark.parametrize(
    ("events", "sessions"),
    [
        pytest.param([Event(1, 0, 1), Event(1, 30, 2)], [2], id="a gap of the timeout"),
        pytest.param([Event(1, 0, 1), Event(1, 31, 2)], [1, 1], id="a longer gap"),
        pytest.param([Event(1, 0, 1), Event(2, 1, 2)], [1, 1], id="two visitors"),
        pytest.param([Event(1, 0, 1), Event(1, 1, 2, day=1)], [1, 1], id="midnight"),
        pytest.param(
            [Event(1, 0, 1), Event(1, 1, 2, arrival=5)], [1, 1], id="a source after none"
        ),
        pytest.param(
            [Event(1, 0, 1, arrival=5), Event(1, 1, 2), Event(1, 2, 3, arrival=5)],
            [3],
            id="the same source again",
        ),
        pytest.param(
            [Event(1, 0, 1, arrival=5), Event(1, 1, 2, arrival=6), Event(1, 2, 3, arrival=5)],
            [1, 1, 1],
            id="there and back",
        ),
        pytest.param(
            [Event(1, 0, 1, arrival=5), Event(1, 99, 2), Event(1, 100, 3, arrival=5)],
            [1, 1, 1],
            id="the same source in a visit that began with none",
        ),
    ],
)
def test_where_a_session_ends(events: list[Event], sessions: list[int]) -> None:
    assert [row[4] for row in told(events)] == sessions


def test_events_of_one_moment_stand_in_the_order_of_their_ids() -> None:
    events = [Event(1, 0, 3, arrival=5), Event(1, 0, 1), Event(1, 0, 2, arrival=5)]
    assert [row[1] for row in told(events)] == [1, 2]


EVENTS = st.lists(
    st.builds(
        Event,
        visitor=st.integers(-2, 2),
        at=st.integers(0, 200),
        number=st.just(0),
        page_views=st.integers(0, 1),
        day=st.just(0),
        arrival=st.none() | st.integers(0, 2),
    ),
    max_size=40,
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_cutting_whole_columns_is_walking_event_by_event(
    events: list[Event], order: Random
) -> None:
    numbered = [
        Event(event.visitor, event.at, number, event.page_views, event.at // 90, event.arrival)
        for number, event in enumerate(events)
    ]
    shuffled = list(numbered)
    order.shuffle(shuffled)
    assert told(shuffled) == walked(numbered)


NUMBERS = (
    st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2) | st.sampled_from([2**60, 2**60 + 1])
)
MOMENTS = st.integers(0, 10) | st.integers(0, 2**50) | st.integers(2**40, 2**40 + 5000)


@given(st.lists(st.tuples(NUMBERS, MOMENTS, st.integers(0, 99)), min_size=1, max_size=60))
def test_events_stand_by_visitor_moment_and_id(events: list[tuple[int, int, int]]) -> None:
    rows = [(visitor, at, f"{number:012x}") for visitor, at, number in events]
    names = ["visitor_number", "occurred_at", "fact_head"]
    columns = [list(column) for column in zip(*rows, strict=True)]
    order = in_order(pa.table(columns, names))
    assert sorted(order.tolist()) == list(range(len(rows)))
    assert [rows[place] for place in order] == sorted(rows)


def test_an_arrival_that_says_nothing_of_an_origin_has_none() -> None:
    """Its key is not among those that say so."""
    assert [row[6] for row in told([Event(1, 0, 1, arrival=PLACES + 1)])] == [None]
