"""Visitors without cookies: one for a day over all workers, and none for longer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.capture.collector.salt import SALT_FILE, DailySalt
from headwater.domain.errors import StoreError
from headwater.domain.times import DAY, HOUR

NOON = 20_000 * DAY + 12 * HOUR


def test_workers_agree_on_a_visitor_for_a_day_and_not_for_two(tmp_path: Path) -> None:
    one, two = DailySalt(tmp_path), DailySalt(tmp_path)
    today = one.visitor_id("example.com", "203.0.113.9", "Firefox", NOON)
    assert two.visitor_id("example.com", "203.0.113.9", "Firefox", NOON + 11 * HOUR) == today
    tomorrow = two.visitor_id("example.com", "203.0.113.9", "Firefox", NOON + DAY)
    assert tomorrow != today
    assert one.visitor_id("example.com", "203.0.113.9", "Firefox", NOON + DAY) == tomorrow


def test_the_salt_of_yesterday_is_nowhere(tmp_path: Path) -> None:
    salt = DailySalt(tmp_path)
    salt.visitor_id("example.com", None, None, NOON)
    before = json.loads((tmp_path / SALT_FILE).read_text())["salt"]
    salt.visitor_id("example.com", None, None, NOON + DAY)
    assert all(before not in one.read_text() for one in tmp_path.iterdir())
    assert (tmp_path / SALT_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "other",
    [
        ("example.org", "203.0.113.9", "Firefox"),
        ("example.com", "203.0.113.8", "Firefox"),
        ("example.com", "203.0.113.9", "Safari"),
        ("example.com", "203.0.113.9Firefox", ""),
    ],
)
def test_another_site_address_or_browser_is_another_visitor(
    tmp_path: Path, other: tuple[str, str, str]
) -> None:
    salt = DailySalt(tmp_path)
    assert salt.visitor_id(*other, NOON) != salt.visitor_id(
        "example.com", "203.0.113.9", "Firefox", NOON
    )


def test_a_spoilt_salt_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / SALT_FILE).write_text("{")
    assert len(DailySalt(tmp_path).visitor_id("example.com", None, None, NOON)) == 32


def test_a_salt_that_cannot_be_kept_stores_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"collector\.salt"):
        DailySalt(tmp_path / "absent").visitor_id("example.com", None, None, NOON)
