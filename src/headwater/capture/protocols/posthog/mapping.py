"""One captured event of PostHog into drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from headwater.capture.protocols.arrivals import campaign_columns
from headwater.capture.protocols.commerce import GA4_NAMES, money_in, purchase_of
from headwater.capture.protocols.payloads import amount_of, first_text, object_of, text_of
from headwater.capture.protocols.posthog.identities import account_of, keys_of, link_keys
from headwater.capture.protocols.purchases import order_draft
from headwater.capture.protocols.times import (
    MILLISECOND,
    iso_micros,
    unix_micros,
)
from headwater.capture.protocols.traits import identity_link, person_in, person_of
from headwater.capture.wire import Draft, Refusal
from headwater.domain.times import SECOND
from headwater.domain.words import FactKind

Event = Mapping[str, object]
Values = dict[str, object]
Drafts = Sequence[Draft] | Refusal

_NAMES: Final = {"$pageview": "page_view", "$screen": "screen_view", "$pageleave": "engagement"}
_NOT_TAKEN: Final = frozenset(
    {"$snapshot", "$snapshot_items", "$$heatmap", "$performance_event"}
)
_KEPT: Final = frozenset(
    {
        *("$lib", "$lib_version", "$session_id", "$window_id", "$timezone", "$event_type"),
        *("$screen_width", "$screen_height", "$feature_flag", "$feature_flag_response"),
        *("$app_name", "$app_version", "$device_type", "$exception_type"),
        *("$prev_pageview_pathname", "$web_vitals_LCP_value"),
    }
)
"""The client's own properties that are kept; those without a dollar sign are the site's."""

_REPEATED: Final = frozenset(
    {
        *("token", "distinct_id", "title", "utm_source", "utm_medium", "utm_campaign"),
        *("utm_content", "utm_term", "gad_source", "mc_cid", "gclid", "gclsrc", "dclid"),
        *("gbraid", "wbraid", "fbclid", "msclkid", "twclid", "li_fat_id", "igshid", "ttclid"),
        *("rdt_cid", "epik", "qclid", "sccid", "irclid", "_kx", "oppref", "bfcid"),
    }
)
"""What stands in columns or in the address. The browser client repeats a landing's tags with
every later event: taken for those of the event they would make each page an arrival."""


def event_drafts(event: Event, seen: Mapping[str, object], received_at: int) -> Drafts:
    """Return what an event comes to, or why it is none; nothing of recordings and heat maps."""
    called = text_of(event.get("event"))
    if called is None:
        return Refusal("no_name", "event", "an event has a name")
    if called in _NOT_TAKEN:
        return []
    properties = object_of(event.get("properties"))
    told = {**_told(event, properties, received_at), **keys_of(event, properties)}
    values = {**seen, **{name: value for name, value in told.items() if value is not None}}
    read = _READERS.get(called, _ordinary)
    drafts = read(event, properties, values)
    for draft in drafts:
        draft.is_cookieless = properties.get("$cookieless_mode") is True
    return drafts


def _told(event: Event, properties: Values, received_at: int) -> Values:
    url = text_of(properties.get("$current_url"))
    referrer = text_of(properties.get("$referrer"))
    return {
        "occurred_at": _occurred_at(event, properties, received_at),
        "account_id": account_of(properties),
        "url": url,
        "referrer": None if referrer == "$direct" else referrer,
        "title": first_text(properties, "title", "$title", "$screen_name"),
        "user_agent": first_text(properties, "$raw_user_agent", "$user_agent"),
        "ip": text_of(properties.get("$ip")),
        "language": first_text(properties, "$browser_language", "$locale"),
        **(campaign_columns(properties, None) if url is None else {}),
    }


def _occurred_at(event: Event, properties: Values, received_at: int) -> int | None:
    moment = iso_micros(event.get("timestamp"))
    if moment is not None:
        return moment
    ago = unix_micros(event.get("offset"), MILLISECOND)
    return unix_micros(properties.get("$time"), SECOND) if ago is None else received_at - ago


def _ordinary(event: Event, properties: Values, values: Values) -> Sequence[Draft]:
    called = text_of(event.get("event")) or ""
    name = _NAMES.get(called) or GA4_NAMES.get(called.lower(), called)
    personal, others = person_in(properties)
    event_id = _event_id(event)
    purchase = purchase_of(name, others, event_id)
    money, others = money_in(others)
    originals, traits = _person_set(event, properties)
    values |= {"name": name, **personal, **originals, **money}
    kept = {key: inner for key, inner in others.items() if _is_kept(key)}
    kept |= {"traits": traits or None, **_engagement(others)}
    if called.lower() in GA4_NAMES:
        kept["event"] = called
    drafts = [_event(values, kept, event_id)]
    return drafts if purchase is None else [*drafts, order_draft(purchase, values)]


def _engagement(properties: Values) -> Values:
    """How long and how far a page was read, as the tracker calls it and counts it."""
    seconds = amount_of(properties.get("$prev_pageview_duration"))
    share = amount_of(properties.get("$prev_pageview_max_scroll_percentage"))
    return {
        "engagement_time_msec": round(float(seconds) * 1000) if seconds else None,
        "percent_scrolled": round(float(share) * 100) if share else None,
    }


def _identify(event: Event, properties: Values, values: Values) -> Sequence[Draft]:
    personal, traits = _person_set(event, properties)
    values |= link_keys(event, properties)
    link = identity_link({**values, **personal}, _event_id(event), "identify")
    if not traits:
        return [link]
    return [link, _event({**values, "name": "identify"}, {"traits": traits}, _event_id(event))]


def _alias(event: Event, properties: Values, values: Values) -> Sequence[Draft]:
    values |= link_keys(event, properties)
    return [identity_link(values, _event_id(event), "alias")]


def _group(event: Event, properties: Values, values: Values) -> Sequence[Draft]:
    values |= {"name": "group", "account_id": text_of(properties.get("$group_key"))}
    values.pop("external_id", None)  # the client makes one up of the group's type and key
    traits = person_in(object_of(properties.get("$group_set")))[1]
    kept = {"group_type": properties.get("$group_type"), "traits": traits or None}
    return [_event(values, kept, _event_id(event))]


def _person_set(event: Event, properties: Values) -> tuple[Values, Values]:
    """The originals and traits that an event sets of its person, at either of two places."""
    traits: Values = {}
    for name in ("$set_once", "$set"):
        traits |= object_of(event.get(name)) | object_of(properties.get(name))
    own = {key: inner for key, inner in traits.items() if not _is_of_the_page(key)}
    return person_of(own)


def _is_of_the_page(name: str) -> bool:
    """The browser client sets a person's agent and last page, with its tags, as traits too."""
    is_own = name.startswith("$") and name not in {"$email", "$phone", "$name"}
    return is_own or name in _REPEATED


def _is_kept(name: str) -> bool:
    if name in _REPEATED:
        return False
    return name in _KEPT if name.startswith("$") else True


def _event(values: Values, properties: Values, event_id: str | None) -> Draft:
    told = {name: value for name, value in properties.items() if value is not None}
    return Draft(FactKind.EVENT, {**values, "properties": told} if told else values, event_id)


def _event_id(event: Event) -> str | None:
    return first_text(event, "uuid", "$insert_id") or text_of(
        object_of(event.get("properties")).get("$insert_id")
    )


_READERS: Final[Mapping[str, Callable[[Event, Values, Values], Sequence[Draft]]]] = {
    "$identify": _identify,
    "$set": _identify,
    "$create_alias": _alias,
    "$merge_dangerously": _alias,
    "$groupidentify": _group,
}
