"""Loads the .sql files that live beside each stage, with what their headers say.

A statement is a pure SELECT: whoever runs it decides whether it fills a table, a view or a
report. Its header lines are `grain`, `reads`, `writes` and `params`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_HEADER = re.compile(r"^-- (grain|reads|writes|params):[ \t]*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One SELECT and what its header declares."""

    package: str
    name: str
    text: str
    grain: tuple[str, ...]
    reads: tuple[str, ...]
    writes: str
    params: tuple[str, ...]


@cache
def load(package: str, name: str) -> Statement:
    """Return one statement, for example ``load("journeys", "sessions")``."""
    path = files(f"headwater.{package}").joinpath("sql", f"{name}.sql")
    return parse(package, name, path.read_text("utf-8"))


def parse(package: str, name: str, text: str) -> Statement:
    """Read the header of a statement's text."""
    header = {key: _names(value) for key, value in _HEADER.findall(text)}
    return Statement(
        package=package,
        name=name,
        text=text,
        grain=header.get("grain", ()),
        reads=header.get("reads", ()),
        writes=next(iter(header.get("writes", ())), ""),
        params=header.get("params", ()),
    )


def _names(listed: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in listed.split(","))
    return () if names == ("none",) else names
