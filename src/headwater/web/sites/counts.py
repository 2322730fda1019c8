"""How many sessions and leads came by a short link or a promo code, from the derived tables.

They are counted by source, medium and campaign, as every report counts them: those that have
all three in common are counted together, and say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from headwater.web import house
from headwater.web.sites.models import Link, PromoCode
from headwater.web.sqlfiles import ask

_SEPARATOR: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Count:
    """What came by one source, medium and campaign."""

    sessions: int = 0
    leads: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """A link or a code and what came by it; `beside` names those counted together with it."""

    what: Link | PromoCode
    count: Count
    beside: tuple[str, ...] = ()


def counted(listed: Iterable[Link | PromoCode]) -> tuple[Counted, ...]:
    """Return links or codes with their counts."""
    kept = tuple(listed)
    named: dict[str, list[str]] = {}
    for one in kept:
        named.setdefault(_origin(one), []).append(str(one))
    found = _counts(set(named))
    return tuple(
        Counted(
            one,
            found.get(_origin(one), Count()),
            tuple(name for name in named[_origin(one)] if name != str(one)),
        )
        for one in kept
    )


def _counts(origins: set[str]) -> dict[str, Count]:
    if not origins or not house.has_tables():
        return {}
    rows = ask("sourced_counts", {"origins": sorted(origins)}).to_pylist()
    return {row["origin"]: Count(row["sessions"], row["leads"]) for row in rows}


def _origin(one: Link | PromoCode) -> str:
    return _SEPARATOR.join((one.source, one.medium, one.campaign))
