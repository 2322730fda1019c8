"""Host names as people type them, brought into the one form in which sites are matched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from headwater.domain.errors import InputError

_HOST: Final = re.compile(
    r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*"
)
_LONGEST: Final = 253


def host_of(text: str) -> str:
    """Return the host of a domain or an address, in lower case and ASCII.

    Takes `Example.com`, `https://example.com/page`, `localhost:8000`, `müller.de`. Raises
    InputError where there is no host in it.
    """
    typed = text.strip()
    try:
        host = _split(typed if "//" in typed else f"//{typed}").hostname or ""
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:
        host = ""
    if not host or len(host) > _LONGEST or not _HOST.fullmatch(host):
        raise InputError(f"'{text}' is no domain, such as example.com")
    return host


def domain_of(text: str) -> str:
    """Return the name of a site: its host without `www.`."""
    host = host_of(text)
    return host.removeprefix("www.") if host.count(".") > 1 else host


def is_among(host: str, domains: Iterable[str]) -> bool:
    """Whether a host is one of these domains or lies under one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def web_address(text: str) -> SplitResult:
    """Return the parts of an http(s) address; InputError where it is none."""
    typed = text.strip()
    has_controls = any(sign.isspace() or ord(sign) < 32 for sign in typed)
    try:
        parts = _split(typed)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    # Browsers read a backslash as a slash: it could hide another host.
    if not is_address or has_controls or "\\" in typed or parts.username is not None:
        raise InputError(f"'{text}' is no web address, such as https://example.com/offer")
    return parts


def _split(text: str) -> SplitResult:
    parts = urlsplit(text)
    _ = parts.port  # raises ValueError where it is no number
    return parts
