"""Looks a referrer's host, or a tagged source's name, up in all the lists at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from headwater.journeys.channels.engines import Engines, SearchPage, is_under, source_name
from headwater.journeys.channels.hosts import (
    LONGEST_REFERRER,
    Referrer,
    parents,
    public_suffix,
    read_host,
    read_referrer,
    registrable_domain,
)
from headwater.journeys.channels.lists import HostsByName, Lists

GATEWAY: Final = "gateway"
OWN: Final = "own site"
REFERRAL: Final = ""

# `m.youtube.com` is `youtube.com` to the lists that name hosts only.
_SHIMS: Final = (
    "www.",
    "m.",
    "l.",
    "lm.",
    "mobile.",
    "amp.",
    "old.",
    "out.",
    "touch.",
    "away.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a host, or a tagged source's name, stands for.

    `category` is search, social, video, shopping, ai, email, GATEWAY, OWN or REFERRAL (no
    list knows it); `name` the source's name.
    """

    category: str
    name: str


@dataclass(frozen=True, slots=True)
class _HostEntry:
    place: Place
    paths: tuple[tuple[str, Place], ...]
    closed: tuple[str, ...]
    pages: tuple[SearchPage, ...]
    domain: str


@dataclass(frozen=True, slots=True)
class Found:
    """A referrer's place, the search it shows ("" none) and its registrable domain."""

    place: Place
    keyword: str
    domain: str


class Directory:
    """All the lists, indexed. Answers for a host are kept, so repeated hosts are cheap."""

    def __init__(self, lists: Lists, own_domains: Iterable[str] = ()) -> None:
        self._own = frozenset(filter(None, map(read_host, own_domains)))
        self._engines = Engines(lists)
        self._exact: dict[str, Place] = {}
        self._below: dict[str, Place] = {}
        self._any_suffix: dict[str, Place] = {}
        self._paths: dict[str, list[tuple[str, Place]]] = {}
        self._socials = _places("social", lists.socials)
        self._ga4 = {
            source: category
            for category, sources in lists.ga4_sources.items()
            for source in sources
        }
        self._fill(lists)
        self._words = self._known_words(lists)
        self._closed = lists.sources.overrules.paths
        self._entry = lru_cache(maxsize=65536)(self._look_up)
        self._find = lru_cache(maxsize=4096)(self._find_anew)

    def find(self, raw: str | None, site: str) -> tuple[Referrer, Found] | None:
        """Return a raw referrer's parts and what it stands for; None where there is none.

        `site` is the host arrived at, "" if unknown.
        """
        return self._find(raw[:LONGEST_REFERRER], site) if raw else None

    def _find_anew(self, raw: str, site: str) -> tuple[Referrer, Found] | None:
        referrer = read_referrer(raw)
        if referrer is None:
            return None
        entry = self._entry(referrer.host)
        domain = referrer.host if referrer.is_app else entry.domain
        if site and (referrer.host == site or domain == registrable_domain(site)):
            return referrer, Found(Place(OWN, referrer.host), "", domain)
        place, keyword = _page(entry, referrer)
        return referrer, Found(place, keyword, domain)

    def category_of_source(self, source: str) -> str:
        """Return the category of a tagged source (lower case), "" where no list knows it."""
        known = self._words.get(source)
        if known is not None:
            return known
        return self._category_of_host(source) if "." in source else ""

    def _category_of_host(self, source: str) -> str:
        host = read_host(source)
        if not host:
            return ""
        entry = self._entry(host)
        if entry.place.category in {GATEWAY, OWN}:
            return ""
        if entry.place.category == REFERRAL and any(page.is_open for page in entry.pages):
            return "search"
        return entry.place.category

    def _look_up(self, host: str) -> _HostEntry:
        plain, suffix = host.removeprefix("www."), public_suffix(host)
        place = self._decided(host, plain, suffix)
        pages = () if place is not None else self._engines.at(host, suffix)
        if place is None:
            place = self._listed(host, plain, suffix) or Place(REFERRAL, plain)
        if place.category == "search" and pages:
            place = Place("search", pages[-1].source)
        return _HostEntry(
            place=place,
            paths=tuple(self._paths.get(plain, ())),
            closed=tuple(
                name.removeprefix(page.source)
                for page in pages
                for name in self._closed
                if name.startswith(f"{page.source}/")
            ),
            pages=pages,
            domain=registrable_domain(host),
        )

    def _decided(self, host: str, plain: str, suffix: str) -> Place | None:
        """Own sites, and what sources.toml and gateways.toml say: before any list."""
        names = parents(host)
        if not self._own.isdisjoint(names):
            return Place(OWN, host)
        place = self._exact.get(plain)
        for name in names:
            place = place or self._below.get(name)
            if suffix:
                place = place or self._any_suffix.get(name[: -len(suffix) - 1])
        if place is not None:
            return Place(REFERRAL, plain) if place.category == REFERRAL else place
        is_webmail = plain.startswith(("mail.", "webmail."))
        return (
            Place("email", plain) if is_webmail and plain != registrable_domain(host) else None
        )

    def _listed(self, host: str, plain: str, suffix: str) -> Place | None:
        """GA4's sources name hosts; Matomo's social networks count with subdomains."""
        social = next(filter(None, map(self._socials.get, parents(host))), None)
        for name in (plain, _without_shim(plain)):
            category = self._ga4.get(name)
            if category == "social" and social is not None:
                return social
            if category is not None:
                label = name[: -len(suffix) - 1]
                is_known = self._ga4.get(label) == category
                return Place(category, label if is_known else name)
        return social

    def _fill(self, lists: Lists) -> None:
        self._place("ai", {name.lower(): hosts for name, hosts in lists.ai_assistants.items()})
        for category, hosts_by_name in lists.sources.hosts.items():
            self._place(category, hosts_by_name)
        for hosts_by_name in lists.gateways.values():
            self._place(GATEWAY, hosts_by_name)
        self._place(
            REFERRAL, {"": tuple(f"={host}" for host in lists.sources.overrules.referrals)}
        )

    def _place(self, category: str, hosts_by_name: HostsByName) -> None:
        for name, hosts in hosts_by_name.items():
            for written in hosts:
                self._put(Place(category, name), written)

    def _put(self, place: Place, written: str) -> None:
        only_this = written.startswith("=")
        host, slash, path = written.removeprefix("=").partition("/")
        if slash:
            self._paths.setdefault(host.removeprefix("www."), []).append((slash + path, place))
        elif host.endswith(".{}"):
            self._any_suffix[host[:-3]] = place
        elif only_this:
            self._exact[host] = place
        else:
            self._below[host] = place

    def _known_words(self, lists: Lists) -> dict[str, str]:
        words = {name.lower(): "social" for name in lists.socials}
        words |= self._ga4
        for category, hosts_by_name in lists.sources.hosts.items():
            words |= dict.fromkeys(hosts_by_name, category)
        for name in lists.ai_assistants:
            words.setdefault(name.lower(), "ai")
        for begins in lists.sources.engine_names:
            words.setdefault(source_name(begins, lists), "search")
        for category, extra in lists.sources.words.items():
            words |= dict.fromkeys(extra, category)
        return words


def _page(entry: _HostEntry, referrer: Referrer) -> tuple[Place, str]:
    """Return what a page of a host stands for, and the search it shows ("" none)."""
    path = referrer.path
    for prefix, place in entry.paths:
        if is_under(path, prefix):
            return place, ""
    if len(path) < 2 or not any(is_under(path, closed) for closed in entry.closed):
        for page in entry.pages:
            keyword = page.keyword(referrer)
            if keyword is not None:
                return Place("search", page.source), keyword
    return entry.place, ""


def _places(category: str, hosts_by_name: HostsByName) -> dict[str, Place]:
    return {
        host: Place(category, name.lower())
        for name, hosts in hosts_by_name.items()
        for host in hosts
    }


def _without_shim(host: str) -> str:
    for shim in _SHIMS:
        if host.startswith(shim):
            return host.removeprefix(shim)
    return host
