"""Which company an e-mail address is of, where its domain tells.

Addresses are stored hashed, so this is decided when a fact comes in: `with_account` fills
`account_id` with `domain:<domain>` where nothing better is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from publicsuffixlist import PublicSuffixList

from headwater.domain.words import FactKind

DOMAIN_ACCOUNT: Final = "domain:"
"""How the id of an account begins that is known by its mail domain alone."""

_LISTS: Final = ("free", "disposable", "academic")
_TELLING: Final = frozenset(
    {FactKind.LEAD, FactKind.CALL, FactKind.CHAT, FactKind.IDENTITY_LINK}
)
"""Kinds by which people make themselves known. A deal's or an order's account is the CRM's."""
_PROVIDERS: Final = frozenset(
    {
        *("aol", "fastmail", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "mail"),
        *("msn", "outlook", "proton", "protonmail", "rocketmail", "tutanota", "yahoo"),
        *("yandex", "ymail", "zoho"),
    }
)
"""Providers with editions for many countries, such as hotmail.com.tr: the name before the
public suffix."""
_ACADEMIC: Final = frozenset({"edu", "ac", "k12"})


def with_account(kind: FactKind, values: Mapping[str, object]) -> dict[str, object]:
    """Return a fact's values with the account that its e-mail's domain tells, if one does.

    `values` hold the normalised address as `email`. An account that is there stays.
    """
    told = dict(values)
    email = told.get("email")
    if kind in _TELLING and not told.get("account_id") and isinstance(email, str):
        domain = company_domain(email)
        if domain is not None:
            told["account_id"] = DOMAIN_ACCOUNT + domain
    return told


def company_domain(email: str) -> str | None:
    """Return the domain that the company of an address registered, in ASCII.

    `ann@mail.example.co.uk` gives `example.co.uk`. None where the address is no address, or one
    of a free or disposable mail provider, of a school or university, or of a place that nobody
    can register, such as an IP address.
    """
    host = email.rpartition("@")[2].strip().lower().rstrip(".")
    return _company(host) if "@" in email else None


@lru_cache(maxsize=65536)
def _company(host: str) -> str | None:
    if not host.isascii() or host.startswith("["):
        return None
    registered = _suffixes().privatesuffix(host)
    if not isinstance(registered, str) or registered.replace(".", "").isdigit():
        return None
    name, _, suffix = registered.partition(".")
    if name in _PROVIDERS or not _ACADEMIC.isdisjoint(suffix.split(".")):
        return None
    return None if _is_listed(host, registered) else registered


def _is_listed(host: str, registered: str) -> bool:
    """Tell whether a list has the host, or a domain between it and what was registered."""
    listed = _not_companies()
    while host != registered:
        if host in listed:
            return True
        host = host.partition(".")[2]
    return registered in listed


@cache
def _not_companies() -> frozenset[str]:
    folder = files("headwater.capture") / "data" / "mail_domains"
    texts = [(folder / f"{name}.txt").read_text("ascii") for name in _LISTS]
    return frozenset(domain for text in texts for domain in text.split())


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
