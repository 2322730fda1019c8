"""The verdict on one user agent."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from is_bot import Bots
from pydantic import BaseModel, ConfigDict

FILE: Final = Path(__file__).parent / "agents.toml"
NO_AGENT: Final = "no_agent"
CRAWLER: Final = "crawler"
UNNAMED: Final = "(unnamed)"

_BOTS: Final = Bots()
_ROBOT: Final = re.compile(
    r"[a-z][\w.+-]*(?:bot|crawler|spider|fetcher|monitor|preview|reader)(?:-\w+)*",
    re.IGNORECASE,
)
_PRODUCT: Final = re.compile(r"[a-z][\w.+-]*(?=/v?\d)", re.IGNORECASE)
_COMPATIBLE: Final = re.compile(r"(?<=compatible; )[a-z][\w.+-]+", re.IGNORECASE)
_FIRST: Final = re.compile(r"[a-z][\w.+-]+", re.IGNORECASE)
_LONGEST_NAME: Final = 40


class Words(BaseModel):
    """What `agents.toml` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    browsers: tuple[str, ...]
    nameless: frozenset[str]
    robots: tuple[str, ...]
    reasons: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Robot:
    """Why an agent is a robot's, and the name of its family, such as `Googlebot`."""

    reason: str
    family: str


@cache
def words() -> Words:
    """Return the words that come with the package (read once)."""
    return Words.model_validate(tomllib.loads(FILE.read_text("utf-8")))


def judge(agent: str, family: str | None) -> Robot | None:
    """Return why an agent is a robot's; None where it is a browser's.

    `agent` is what the client sent, trimmed: an empty text or `-` is a client that sent none,
    which browsers never do. `family` is what a parser of user agents calls it, if anything.
    """
    if agent in {"", "-"}:
        return Robot(NO_AGENT, "(no agent)")
    lowered = agent.lower()
    for word in words().browsers:
        lowered = lowered.replace(word, "app")
    if not (_BOTS.is_bot(lowered) or any(word in lowered for word in words().robots)):
        return None
    for reason, listed in words().reasons.items():
        said = next((word for word in listed if word in lowered), None)
        if said is not None:
            return Robot(reason, _around(agent, said))
    return Robot(CRAWLER, _own(family) or _named(agent))


def _around(agent: str, said: str) -> str:
    """Return the name in an agent that holds a word: `ChatGPT-User` for `chatgpt-user`."""
    found = re.search(rf"[\w.+-]*{re.escape(said.rstrip('/'))}[\w.+-]*", agent, re.IGNORECASE)
    return found[0].strip("+-.")[:_LONGEST_NAME] if found else said


def _named(agent: str) -> str:
    """Return what a robot seems to call itself."""
    for pattern in (_ROBOT, _COMPATIBLE, _PRODUCT, _FIRST):
        names = (_own(one[0]) for one in pattern.finditer(agent))
        name = next(filter(None, names), None)
        if name is not None:
            return name
    return UNNAMED


def _own(name: str | None) -> str | None:
    """Return a name, None where it is that of a browser that robots pose as."""
    return name[:_LONGEST_NAME] if name and name.lower() not in words().nameless else None
