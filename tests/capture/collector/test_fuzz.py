"""Nonsense is answered, never with 500, costs no memory, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from capture.collecting import collector
from capture.collector.fuzzing import assert_all_is_there, fuzz, resident_kb
from capture.collector.sending import SHOP
from headwater.capture.protocols.own import OWN
from headwater.capture.wire import Reading, WireRequest

pytestmark = pytest.mark.slow

REQUESTS = 1_500
"""The long campaign of 1 M is run by hand: see `fuzzing`."""

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner)
    ),
    max_leaves=8,
)
NAMES = some.sampled_from(
    [
        "key",
        "events",
        "visitor",
        "linked",
        "sent_at",
        "consent",
        "gpc",
        "ga",
        "clicks",
        "landing",
    ]
)
EVENTS = some.dictionaries(
    some.sampled_from(
        [
            "id",
            "name",
            "at",
            "url",
            "value",
            "currency",
            "properties",
            "user",
            "items",
            "order_id",
        ]
    ),
    VALUES,
)
BODIES = some.dictionaries(NAMES, VALUES) | some.fixed_dictionaries(
    {"events": some.lists(EVENTS | VALUES, max_size=3)}, optional={"sent_at": VALUES}
)


@given(body=BODIES, at=some.integers(0, 2**50))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_read_into_drafts_or_refusals(body: object, at: int) -> None:
    for content in (json.dumps(body).encode(), json.dumps(body, ensure_ascii=False)):
        data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        reading = OWN.read(WireRequest("POST", "/e", "", {}, data, None, at))
        assert isinstance(reading, Reading)
        assert reading.drafts or reading.refusals


@given(content=some.binary(max_size=200), query=some.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_into_drafts_or_refusals(content: bytes, query: str) -> None:
    assert OWN.read(WireRequest("POST", "/e", query, {}, content, None, 1)).refusals
    assert OWN.read(WireRequest("GET", "/e.gif", f"d={query}", {}, b"", None, 1)).refusals


@pytest.mark.slow
def test_malformed_requests_do_no_harm(tmp_path: Path) -> None:
    with collector(tmp_path, SHOP) as running:
        (pid,) = running.process.pids()
        fuzz(running, REQUESTS // 3, 1)
        before = resident_kb(pid)
        tally = fuzz(running, REQUESTS, 2)
        assert not [status for status in tally.statuses if status >= 500]
        assert resident_kb(pid) - before < 30_000
        assert running.process.pids() == [pid]
        rows = running.facts()
        assert len({row["fact_id"] for row in rows}) == len(rows)
        assert_all_is_there(running)
