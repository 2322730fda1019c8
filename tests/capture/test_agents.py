from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater.capture.agents import AGENTS_SCHEMA, Agent, describe, describe_all
from headwater.capture.bots import Robot

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME += "Chrome/120.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
IPHONE += "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
IPAD = "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
IPAD += "Version/16.6 Mobile/15E148 Safari/604.1"
ANDROID_TABLET = "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like "
ANDROID_TABLET += "Gecko) Chrome/120.0.0.0 Safari/537.36"
TABLET_PC = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; Tablet PC 2.0)"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (CHROME, Agent("desktop", "Windows", "Chrome")),
        (IPHONE, Agent("mobile", "iOS", "Mobile Safari")),
        (IPAD, Agent("tablet", "iOS", "Mobile Safari")),
        (ANDROID_TABLET, Agent("tablet", "Android", "Chrome")),
        (TABLET_PC, Agent("desktop", "Windows", "IE")),
        (GOOGLEBOT, Agent("bot", None, "Googlebot", Robot("crawler", "Googlebot"))),
    ],
)
def test_an_agent_is_described_by_what_it_says(user_agent: str, expected: Agent) -> None:
    assert describe(user_agent) == expected


def test_an_agent_that_nobody_recorded_proves_nothing() -> None:
    assert describe(None) == Agent("unknown", None, None)


@pytest.mark.parametrize("sent", ["", " ", "-"])
def test_a_client_that_sends_no_agent_is_a_bot(sent: str) -> None:
    assert describe(sent).is_bot


def test_a_megabyte_of_agent_is_described_in_no_time() -> None:
    assert describe("Mozilla/5.0 (" + "a(" * 500_000).device in {"bot", "unknown"}


def test_many_agents_become_one_table() -> None:
    table = describe_all([CHROME, GOOGLEBOT])
    assert table.schema == AGENTS_SCHEMA
    assert table.column("is_bot").to_pylist() == [False, True]


@pytest.mark.slow
def test_crawlers_are_bots_and_browsers_are_not(shared_data: Path) -> None:
    crawlers = listed(shared_data / "bots" / "crawlers.yml")
    browsers = listed(shared_data / "bots" / "browsers.yml")
    assert (len(crawlers), len(browsers)) == (626, 555)
    assert sum(describe(agent).is_bot for agent in crawlers) >= 620
    assert [agent for agent in browsers if describe(agent).is_bot] == []


def listed(path: Path) -> list[str]:
    """Return the items of all lists of a plain YAML file."""
    items = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("  - "):
            item = line.removeprefix("  - ")
            items.append(json.loads(item) if item.startswith('"') else item.strip("'"))
    return items
