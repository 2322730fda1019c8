"""How often one address may send forms, and how many a site takes: write keys are public.

Counted by the minute and by worker, for the addresses whose every request can make a person.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

from headwater.domain.errors import ConfigError

PER_ADDRESS: Final = "HEADWATER_FORMS_PER_ADDRESS"
PER_SITE: Final = "HEADWATER_FORMS_PER_SITE"

_MINUTE: Final = 60.0
_MOST_ADDRESSES: Final = 20_000
"""Addresses counted within a minute. For those beyond, the site's limit alone stands."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a minute that one worker takes; 0 is no limit."""

    per_address: int = 600
    per_site: int = 6_000

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Limits:
        """Return the limits that are set; raises ConfigError naming a wrong variable."""
        default = cls()
        return cls(
            _number(environment, PER_ADDRESS, default.per_address),
            _number(environment, PER_SITE, default.per_site),
        )


USUAL: Final = Limits()


class Limiter:
    """Counts the requests of the present minute."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._ends_at = float("-inf")
        self._addresses: dict[str, int] = {}
        self._sites: dict[str, int] = {}

    def address_waits(self, address: str | None) -> int:
        """Count a request of an address; returns after how many seconds it may come again."""
        name = _network(address)
        left = self._left()
        if name not in self._addresses and len(self._addresses) >= _MOST_ADDRESSES:
            return 0
        return left if _is_over(self._addresses, name, self._limits.per_address) else 0

    def site_waits(self, domain: str) -> int:
        """Count a request for a site; returns after how many seconds it may come again."""
        left = self._left()
        return left if _is_over(self._sites, domain, self._limits.per_site) else 0

    def _left(self) -> int:
        """Return the seconds that are left of the minute, at least one; begins the next."""
        now = self._clock()
        if now >= self._ends_at:
            self._ends_at = now + _MINUTE
            self._addresses.clear()
            self._sites.clear()
        return int(self._ends_at - now) + 1


def _is_over(counts: dict[str, int], name: str, most: int) -> bool:
    if most == 0:
        return False
    counts[name] = counts.get(name, 0) + 1
    return counts[name] > most


def _network(address: str | None) -> str:
    """Return what one sender cannot change at will: an IPv4 address, the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    return parsed.packed[:8].hex() if isinstance(parsed, IPv6Address) else str(parsed)


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise ConfigError(
            f"{name} is '{text}'. Give a whole number of requests a minute, such as {default}, "
            "or 0 for no limit."
        )
    return int(text)
