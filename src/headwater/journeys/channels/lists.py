"""The shipped lists of sources, read from `data/` and checked."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

DATA: Final = Path(__file__).parent / "data"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Engine(_Strict):
    """One way a search engine writes its addresses.

    `urls` are hosts, some with a path; `{}` at the end stands for any public suffix and at
    the start for a country. `params` name the query's parameters that hold the search, or
    are patterns (`/.../`) whose first group does. `hiddenkeyword` lists the addresses (path
    and query, or patterns of it) that are searches although they show no keyword.
    """

    name: str
    urls: tuple[str, ...]
    params: tuple[str, ...] = ()
    charsets: tuple[str, ...] = ()
    hiddenkeyword: tuple[str, ...] = ()


class ClickId(_Strict):
    """A click id's parameter and what it implies; see click_ids.toml."""

    parameter: str
    source: str
    medium: str
    category: str
    paid: bool
    yields: bool = False


class Tags(_Strict):
    """The URL parameters that are read as campaign tags, the first found counts."""

    source: tuple[str, ...]
    medium: tuple[str, ...]
    campaign: tuple[str, ...]
    content: tuple[str, ...]
    term: tuple[str, ...]


class Overrules(_Strict):
    """Where Headwater disagrees with the published lists; see sources.toml."""

    referrals: tuple[str, ...]
    engines: frozenset[str]
    open_engines: frozenset[str]
    portals: frozenset[str]
    gateway_labels: frozenset[str]
    paths: frozenset[str]


HostsByName = dict[str, tuple[str, ...]]


class Sources(_Strict):
    """Headwater's own additions; see sources.toml."""

    hosts: dict[str, HostsByName]
    words: dict[str, tuple[str, ...]]
    mediums: dict[str, str]
    overrules: Overrules
    engine_names: dict[str, str]


class Lists(_Strict):
    """Everything the rules look sources up in."""

    engines: tuple[Engine, ...]
    socials: HostsByName
    ai_assistants: HostsByName
    ga4_sources: dict[str, tuple[str, ...]]
    sources: Sources
    gateways: dict[str, HostsByName]
    tags: Tags
    click_ids: tuple[ClickId, ...]


@cache
def shipped() -> Lists:
    """Return the lists that come with the package (read once)."""
    return Lists.model_validate(
        {
            "engines": _json("search_engines"),
            "socials": _json("socials"),
            "ai_assistants": _json("ai_assistants"),
            "ga4_sources": _json("ga4_sources"),
            "sources": _toml("sources"),
            "gateways": _toml("gateways"),
            **_toml("click_ids"),
        }
    )


def _json(name: str) -> object:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _toml(name: str) -> dict[str, object]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
