"""What a user agent says about itself: bot or browser, device, system.

Bots are told by `bots`, systems and browsers by `ua-parser` with its built-in rules. A verdict
is derived, never stored with the fact, so newer lists revise the past.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyarrow as pa
from ua_parser import parse

from headwater.capture.bots import Robot, judge

_CACHED_AGENTS: Final = 65_536
_PARSED_CHARACTERS: Final = 1_024  # attackers send megabytes; the rules need only the start

_TABLET: Final = re.compile(
    r"ipad|tablet(?! pc)|kindle|silk/|playbook|nook|\bkf[a-z]{3,4}\b", re.IGNORECASE
)
_MOBILE: Final = re.compile(
    r"mobi|iphone|ipod|phone|opera mini|opera mobi|symb|series[ 46]0|midp|up\.browser|"
    r"blackberry|bb10|vita|nintendo (3ds|ds)|wap",
    re.IGNORECASE,
)
_DESKTOP: Final = re.compile(
    r"windows|win(9|32|64|10| 9)|macintosh|mac_powerpc|x11|linux|cros|darwin|bsd|amiga|"
    r"haiku|beos|cygwin|sunos",
    re.IGNORECASE,
)
_ANDROID: Final = re.compile(r"android", re.IGNORECASE)

AGENTS_SCHEMA: Final = pa.schema(
    [
        pa.field("user_agent", pa.string()),
        pa.field("is_bot", pa.bool_()),
        pa.field("device", pa.string()),
        pa.field("os", pa.string()),
        pa.field("browser", pa.string()),
        pa.field("bot_reason", pa.string()),
        pa.field("bot_family", pa.string()),
    ]
)
"""The columns of the derived table `agents`."""


@dataclass(frozen=True, slots=True)
class Agent:
    """The verdict on one user agent; `os` and `browser` are null where no rule knows them.

    `device` is desktop, mobile, tablet, bot or unknown. `robot` says why it is a bot.
    """

    device: str
    os: str | None
    browser: str | None
    robot: Robot | None = None

    @property
    def is_bot(self) -> bool:
        """Whether a robot says this of itself."""
        return self.robot is not None


_NOT_RECORDED: Final = Agent(device="unknown", os=None, browser=None)


@lru_cache(maxsize=_CACHED_AGENTS)
def describe(user_agent: str | None) -> Agent:
    """Return what `user_agent` says about itself.

    None means that nobody recorded it, which proves nothing. An empty text or `-` means that
    the client sent none, which browsers never do: a bot.
    """
    if user_agent is None:
        return _NOT_RECORDED
    text = user_agent.strip()[:_PARSED_CHARACTERS]
    found = parse(text)
    browser = found.user_agent.family if found.user_agent else None
    robot = judge(text, browser)
    return Agent(
        device=_device(text) if robot is None else "bot",
        os=found.os.family if found.os else None,
        browser=browser,
        robot=robot,
    )


def describe_all(user_agents: Sequence[str]) -> pa.Table:
    """Return one row of AGENTS_SCHEMA for each user agent, in the order given."""
    verdicts = [describe(user_agent) for user_agent in user_agents]
    robots = [verdict.robot for verdict in verdicts]
    return pa.table(
        {
            "user_agent": list(user_agents),
            "is_bot": [verdict.is_bot for verdict in verdicts],
            "device": [verdict.device for verdict in verdicts],
            "os": [verdict.os for verdict in verdicts],
            "browser": [verdict.browser for verdict in verdicts],
            "bot_reason": [robot.reason if robot else None for robot in robots],
            "bot_family": [robot.family if robot else None for robot in robots],
        },
        schema=AGENTS_SCHEMA,
    )


def _device(text: str) -> str:
    if _TABLET.search(text):
        return "tablet"
    if _MOBILE.search(text):
        return "mobile"
    if _ANDROID.search(text):
        # Android's rule: a browser on a phone says "Mobile", one on a tablet does not.
        return "tablet" if text.startswith("Mozilla/") else "mobile"
    return "desktop" if _DESKTOP.search(text) else "unknown"
