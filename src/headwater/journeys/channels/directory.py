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
from headwater.journeys.channels.texts import word

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
    list knows it); `name` the source's name; `listed` the list's entry that says so, "" where
    none does.
    """

    category: str
    name: str
    listed: str = ""


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
        self._socials = {
            host: Place("social", name.lower(), f"socials.json: {name}")
            for name, hosts in lists.socials.items()
            for host in hosts
        }
        self._ga4 = {
            source: category
            for category, sources in lists.ga4_sources.items()
            for source in sources
        }
        self._fill(lists)
        self._words = self._known_words(lists)
        self._gateway_labels = lists.sources.overrules.gateway_labels
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
            return referrer, Found(Place(OWN, referrer.host, f"the site {site}"), "", domain)
        place, keyword = _page(entry, referrer)
        return referrer, Found(place, keyword, domain)

    def category_of_source(self, source: str) -> str:
        """Return the category of a tagged source (lower case), "" where no list knows it."""
        return self.place_of_source(source).category

    def place_of_source(self, source: str) -> Place:
        """Return what a tagged source (lower case) stands for: a name or a host of a list."""
        known = self._words.get(source) or self._words.get(word(source))
        if known is not None:
            return known
        return self._place_of_host(source) if "." in source else Place(REFERRAL, source)

    def _place_of_host(self, source: str) -> Place:
        host = read_host(source)
        if not host:
            return Place(REFERRAL, source)
        entry = self._entry(host)
        if entry.place.category in {GATEWAY, OWN}:
            return Place(REFERRAL, source)
        if entry.place.category == REFERRAL:
            searches = (page for page in entry.pages if page.is_open or page.is_alone)
            return next((_search(page) for page in searches), entry.place)
        return entry.place

    def _look_up(self, host: str) -> _HostEntry:
        plain, suffix = host.removeprefix("www."), public_suffix(host)
        place = self._decided(host, plain, suffix)
        pages = () if place is not None else self._engines.at(host, suffix)
        if place is None:
            place = self._listed(host, plain, suffix) or Place(REFERRAL, plain)
        if place.category == "search" and pages:
            place = _search(pages[-1])
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
            return Place(OWN, host, "own_domains")
        place = self._exact.get(plain)
        for name in names:
            place = place or self._below.get(name)
            if suffix:
                place = place or self._any_suffix.get(name[: -len(suffix) - 1])
        if place is not None:
            is_plain = place.category == REFERRAL
            return Place(REFERRAL, plain, place.listed) if is_plain else place
        first, _, parent = plain.partition(".")
        if first in self._gateway_labels and parent.endswith(registrable_domain(host)):
            return Place(GATEWAY, plain, f"sources.toml, overrules.gateway_labels: {first}")
        is_webmail = plain.startswith(("mail.", "webmail."))
        if not is_webmail or plain == registrable_domain(host):
            return None
        return Place("email", plain, "a host whose name begins with mail. or webmail.")

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
                listed = f"ga4_sources.json: {name}, {category}"
                return Place(category, label if is_known else name, listed)
        return social

    def _fill(self, lists: Lists) -> None:
        assistants = {name.lower(): hosts for name, hosts in lists.ai_assistants.items()}
        self._place("ai", assistants, "ai_assistants.json")
        for category, hosts_by_name in lists.sources.hosts.items():
            self._place(category, hosts_by_name, f"sources.toml, hosts.{category}")
        for kind, hosts_by_name in lists.gateways.items():
            self._place(GATEWAY, hosts_by_name, f"gateways.toml, {kind}")
        referrals = tuple(f"={host}" for host in lists.sources.overrules.referrals)
        self._place(REFERRAL, {"referrals": referrals}, "sources.toml, overrules")

    def _place(self, category: str, hosts_by_name: HostsByName, file: str) -> None:
        for name, hosts in hosts_by_name.items():
            for written in hosts:
                self._put(Place(category, name, f"{file}: {name}"), written)

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

    def _known_words(self, lists: Lists) -> dict[str, Place]:
        """Return what a tagged source may be called, a later list counting more."""
        told = [
            ("ai_assistants.json", "ai", [name.lower() for name in lists.ai_assistants]),
            ("socials.json", "social", [name.lower() for name in lists.socials]),
            *(("ga4_sources.json", *pair) for pair in lists.ga4_sources.items()),
            *(("sources.toml, hosts", *pair) for pair in lists.sources.hosts.items()),
            *(("sources.toml, words", *pair) for pair in lists.sources.words.items()),
        ]
        words = {
            source_name(begins, lists): Place("search", begins, "search_engines.json")
            for begins in lists.sources.engine_names
        }
        for file, category, names in told:
            for name in names:
                words[name] = Place(category, name, f"{file}: {name}, {category}")
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
                return _search(page), keyword
    return entry.place, ""


def _search(page: SearchPage) -> Place:
    return Place("search", page.source, f"search_engines.json: {page.engine}")


def _without_shim(host: str) -> str:
    for shim in _SHIMS:
        if host.startswith(shim):
            return host.removeprefix(shim)
    return host
