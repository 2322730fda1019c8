"""Steps that decide whether an event is kept: `drop_*`, each a counted reason."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_network
from typing import Any, Final

from headwater.capture.collector.clients import Network, in_networks
from headwater.capture.collector.hosts import bare_host, host_of_url
from headwater.capture.collector.passage import Passage
from headwater.capture.snapshot import Site
from headwater.capture.wire import Refusal
from headwater.domain.times import DAY, SECOND

OLDEST: Final = 400 * DAY
"""As long as a visitor's cookie lives: what is older belongs into an import."""
FURTHEST: Final = DAY
"""A clock that runs ahead by more is not to be corrected by guessing."""
LATENCY: Final = 30 * SECOND
"""A shift within it is the network's delay as well as the clock's."""


def drop_unknown_site(passage: Passage) -> Refusal | None:
    """Find the site by write key, by the site named, by the page's host, by the sender."""
    draft, visit = passage.draft, passage.visit
    key = draft.write_key
    site = _site_named(passage) if key is None else visit.sites.of_key(key)
    if site is not None:
        passage.site = site
        return None
    if key is not None:
        return Refusal("unknown_site", "key", "no site has this write key")
    return Refusal("unknown_site", "site", "neither a site nor a page of one is named")


def _site_named(passage: Passage) -> Site | None:
    sites, values = passage.visit.sites, passage.values
    named = values.get("site")
    if isinstance(named, str) and named:
        return sites.of_host(host_of_url(named) if "://" in named else bare_host(named))
    url = values.get("url")
    host = host_of_url(url) if isinstance(url, str) else ""
    return sites.of_host(host or passage.visit.sender or "")


def drop_foreign_origin(passage: Passage) -> Refusal | None:
    """A page of another owner may not speak for this site."""
    sender = passage.visit.sender
    if sender is None or passage.visit.sites.of_host(sender) is passage.site:
        return None
    return Refusal(
        "foreign_origin", "origin", f"'{sender}' is no domain of {passage.site.domain}"
    )


def drop_own_address(passage: Passage) -> Refusal | None:
    """The company's own staff are not its visitors."""
    excluded = passage.site.excluded_addresses
    if not excluded:
        return None
    told = passage.values.get("ip", passage.visit.request.ip)
    if isinstance(told, str) and in_networks(told, _networks(excluded)):
        return Refusal("own_address", "", "the address is among those the site leaves out")
    return None


@lru_cache(maxsize=1024)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text, strict=False) for text in texts)


def put_time(passage: Passage) -> None:
    """Put the client's time right by how far its clock is off, or take the time of receipt."""
    values, received_at = passage.values, passage.visit.request.received_at
    at: Any = values.get("occurred_at")
    if at.__class__ is not int:
        values["occurred_at"] = received_at
        return
    shift = passage.draft.shift
    if not -LATENCY <= shift <= LATENCY:
        at -= shift
    if at > received_at and at <= received_at + FURTHEST:
        at = received_at
    values["occurred_at"] = at


def drop_too_old(passage: Passage) -> Refusal | None:
    """Old events come by imports, which say what they replace."""
    if _lead(passage) < -OLDEST:
        return Refusal("too_old", "at", "more than 400 days ago; import it instead")
    return None


def drop_too_far(passage: Passage) -> Refusal | None:
    """Nothing has happened tomorrow."""
    if _lead(passage) > 0:
        return Refusal("too_far", "at", "more than a day in the future; mind the time unit")
    return None


def _lead(passage: Passage) -> int:
    at: Any = passage.values["occurred_at"]
    lead: int = at - passage.visit.request.received_at
    return lead
