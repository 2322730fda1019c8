"""Hosts in what browsers send: of an origin, of a page's address, of the request itself."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Final

from publicsuffixlist import PublicSuffixList

_END: Final = re.compile(r"[/?#\\]")
LONGEST_HOST: Final = 300
"""Characters of what holds a host. Longer ones are not kept at hand: strangers choose them."""


def origin_host(origin: str) -> str:
    """Return the host of an `Origin`, `https://example.com:8443`; "" for `null`."""
    return (_kept_host if len(origin) <= LONGEST_HOST else host_of_url)(origin)


def host_of_url(url: str) -> str:
    """Return the host of an address in lower-case ASCII, without port; "" if it has none."""
    _, slashes, rest = url.partition("://")
    return bare_host(_END.split(rest[:LONGEST_HOST], maxsplit=1)[0]) if slashes else ""


_kept_host: Final = lru_cache(maxsize=4096)(host_of_url)


def bare_host(authority: str) -> str:
    """Return the host of `user@host:port`."""
    name = authority.rpartition("@")[2].strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    name = name.partition(":")[0].rstrip(".")
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def cookie_domain(host: str) -> str | None:
    """Return the widest domain that a cookie set by `host` may have; None for an address."""
    return _cookie_domain(host) if len(host) <= LONGEST_HOST else None


@lru_cache(maxsize=4096)
def _cookie_domain(host: str) -> str | None:
    if "." not in host or _is_address(host):
        return None
    found = _suffixes().privatesuffix(host)
    return found if isinstance(found, str) else None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
