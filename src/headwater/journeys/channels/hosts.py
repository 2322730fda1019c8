"""Hosts and referrers: read from whatever a browser, a log or a file wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

LONGEST_REFERRER: Final = 4096
"""Characters of a referrer that are read; the rest is of no use here."""

_SCHEMES: Final = frozenset({"http", "https", "android-app", "ios-app"})
_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_IPV4: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_IPV6: Final = re.compile(r"[0-9a-f:.]{2,45}")


@dataclass(frozen=True, slots=True)
class Referrer:
    """A referrer's parts. `host` is lower case, in its ASCII form, without a port.

    `query` holds the fragment too: some engines keep the search there. `scheme` is "" where
    none was written.
    """

    text: str
    scheme: str
    host: str
    path: str
    query: str

    @property
    def is_app(self) -> bool:
        """Tell whether `host` is an app's id rather than a host."""
        return self.scheme.endswith("-app")

    @property
    def rest(self) -> str:
        """Return path and query, as the search engines' lists match them."""
        return f"{self.path}?{self.query}" if self.query else self.path


def read_referrer(raw: str | None) -> Referrer | None:
    """Return the parts of a referrer, or None where it names no site or app."""
    if not raw:
        return None
    text = raw[:LONGEST_REFERRER].strip()
    scheme, colon, rest = text.partition("://")
    scheme = scheme.lower()
    if not colon:
        scheme, rest = "", text.removeprefix("//")
    elif scheme not in _SCHEMES:
        return None
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    host = read_host(authority)
    if not host or not (colon or _looks_like_a_site(host)):
        return None
    if fragment:
        query = f"{query}&{fragment}"
    return Referrer(text, scheme, host, slash + path, query)


def read_host(authority: str) -> str:
    """Return the host of `user@host:port` in lower-case ASCII, "" where it is not one."""
    name = authority.rpartition("@")[2].strip().lower()
    if name.startswith("["):
        inside = name[1:].partition("]")[0]
        return inside if _IPV6.fullmatch(inside) else ""
    name = name.partition(":")[0].rstrip(".")
    if len(name) > 253:
        return ""
    if not name.isascii():
        name = _to_ascii(name)
    return name if _NAME.fullmatch(name) and ".." not in name else ""


def site_host(site: str | None) -> str:
    """Return the host of a site written as a host or as a URL; "" where there is none."""
    if not site:
        return ""
    return _site_host(site)


@lru_cache(maxsize=4096)
def _site_host(site: str) -> str:
    rest = site.partition("://")[2] or site
    return read_host(re.split(r"[/?#]", rest[:LONGEST_REFERRER], maxsplit=1)[0])


@lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str:
    """Return the part of a host that one owner registered: `a.b.co.uk` gives `b.co.uk`.

    Names under a private suffix count as apart (`one.blogspot.com`, `two.blogspot.com`).
    IP addresses and single labels are returned as they are.
    """
    if is_address(host):
        return host
    found = _suffixes().privatesuffix(host)
    return found if isinstance(found, str) else host


def public_suffix(host: str) -> str:
    """Return the suffix that a registry gives names under: `www.google.co.uk` gives `co.uk`.

    "" for an address, an unknown top-level domain, or a host that is itself a suffix.
    """
    if is_address(host):
        return ""
    suffix = _registries().publicsuffix(host)
    return suffix if isinstance(suffix, str) and suffix != host else ""


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address."""
    return ":" in host or _IPV4.fullmatch(host) is not None


def parents(host: str) -> list[str]:
    """Return a host and its parent domains of two labels or more, the longest first."""
    labels = host.split(".")
    return [host, *(".".join(labels[start:]) for start in range(1, len(labels) - 1))]


def _looks_like_a_site(host: str) -> bool:
    return is_address(host) or public_suffix(host) != ""


def _to_ascii(name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _registries() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True, accept_unknown=False)
