"""How many sessions and leads came by a short link or a promo code, from the derived tables.

They are counted by source, medium and campaign, as every report counts them: two links with
the same three show the same figures.
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
    """A link or a code, where it leads or what it says, and what came by it."""

    what: Link | PromoCode
    count: Count


def counted(listed: Iterable[Link | PromoCode]) -> tuple[Counted, ...]:
    """Return links or codes with their counts."""
    kept = tuple(listed)
    found = _counts({_origin(one) for one in kept})
    return tuple(Counted(one, found.get(_origin(one), Count())) for one in kept)


def _counts(origins: set[str]) -> dict[str, Count]:
    if not origins or not house.has_tables():
        return {}
    rows = ask("sourced_counts", {"origins": sorted(origins)}).to_pylist()
    return {row["origin"]: Count(row["sessions"], row["leads"]) for row in rows}


def _origin(one: Link | PromoCode) -> str:
    return _SEPARATOR.join((one.source, one.medium, one.campaign))
