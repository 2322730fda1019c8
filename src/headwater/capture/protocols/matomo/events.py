"""One hit becomes the events it tells of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b, sha1
from typing import Final

from headwater.capture.protocols.arrivals import seen_by
from headwater.capture.protocols.matomo.commerce import (
    commerce_drafts,
    is_commerce,
    viewed_category,
    viewed_item,
)
from headwater.capture.protocols.matomo.moments import occurred_at
from headwater.capture.protocols.matomo.parameters import Hit
from headwater.capture.protocols.payloads import amount_of, json_object, text_of
from headwater.capture.protocols.traits import known_user
from headwater.capture.wire import Draft, Refusal, WireRequest
from headwater.domain.words import FactKind

_VISITOR: Final = re.compile(r"[0-9a-fA-F]{16}")
_DIMENSION: Final = re.compile(r"dimension\d{1,3}")
_OF_ONE_SENDING: Final = frozenset({"cdo", "queuedtracking", "token_auth", "send_image"})
"""Parameters by which the second sending of a hit may differ from its first."""

Named = tuple[str, dict[str, object]]
"""An event's name and the properties of its own."""


def drafts_of(hit: Hit, request: WireRequest) -> list[Draft] | Refusal:
    """Return the facts of one hit; a refusal where it cannot be used."""
    if hit.text("rec") != "1":
        return Refusal("not_recorded", "rec", "is not 1, so the client asks for no record")
    moment = occurred_at(hit, request.received_at)
    if isinstance(moment, Refusal):
        return moment
    seen = _seen(hit, request)
    if moment is not None:
        seen["occurred_at"] = moment
    found = commerce_drafts(hit, seen) if is_commerce(hit) else _events(hit, seen)
    if isinstance(found, Refusal):
        return found
    _address(found, hit)
    for draft in found:
        draft.has_gpc = request.headers.get("sec-gpc") == "1"
    return found


def _events(hit: Hit, seen: Mapping[str, object]) -> list[Draft] | Refusal:
    named = _named(hit)
    if isinstance(named, Refusal):
        return named
    name, properties = named
    common = seen.get("properties")
    own = {**(common if isinstance(common, Mapping) else {}), **properties}
    values = {**seen, "name": name, "properties": own}
    revenue = amount_of(hit.text("revenue"))
    if revenue is not None:
        values["amount"] = revenue
    drafts = [Draft(FactKind.EVENT, values)]
    if name == "page_view":
        item = viewed_item(hit, seen)
        drafts += [] if item is None else [item]
    return drafts


def _named(hit: Hit) -> Named | Refusal:
    if hit.text("ping") == "1":
        return "engagement", {}
    for parameter, named in _NAMED.items():
        if hit.text(parameter) is not None:
            return named(hit)
    if hit.text("ca") == "1":
        return Refusal("not_taken", "ca", "an action of a Matomo plugin that has no fact here")
    if hit.text("url", "action_name") is None:
        return Refusal("no_event", "url", "is empty, and nothing else says what happened")
    return "page_view", viewed_category(hit)


def _goal(hit: Hit) -> Named:
    return "goal", {"goal_id": hit.text("idgoal")}


def _event(hit: Hit) -> Named:
    """Name an event by its action; a category such as `Videos` says too little."""
    properties = {
        "category": hit.text("e_c"),
        "action": hit.text("e_a"),
        "label": hit.text("e_n"),
        "value": amount_of(hit.text("e_v")),
    }
    return hit.text("e_a", "e_c") or "event", _known(properties)


def _content(hit: Hit) -> Named:
    properties = {
        "content_name": hit.text("c_n"),
        "content_piece": hit.text("c_p"),
        "content_target": hit.text("c_t"),
        "interaction": hit.text("c_i"),
    }
    name = "content_impression" if hit.text("c_i") is None else "content_interaction"
    return name, _known(properties)


def _search(hit: Hit) -> Named:
    properties = {
        "search_term": hit.text("search"),
        "search_category": hit.text("search_cat"),
        "search_results": hit.text("search_count"),
    }
    return "search", _known(properties)


def _link(hit: Hit) -> Named:
    return "outbound_click", {"link_url": hit.text("link")}


def _download(hit: Hit) -> Named:
    return "file_download", {"link_url": hit.text("download")}


def _known(properties: Mapping[str, str | None]) -> dict[str, object]:
    return {name: text for name, text in properties.items() if text is not None}


_NAMED: Final[Mapping[str, Callable[[Hit], Named]]] = {
    "idgoal": _goal,
    "e_c": _event,
    "e_a": _event,
    "c_n": _content,
    "search": _search,
    "link": _link,
    "download": _download,
}
"""By the parameter that tells an event's kind; the first that is there decides."""


def _seen(hit: Hit, request: WireRequest) -> dict[str, object]:
    """Return what all events of a hit have: who, where, by which browser."""
    values: dict[str, object] = {
        "visitor_id": _visitor(hit),
        **known_user(hit.text("uid")),
        "url": hit.text("url"),
        "title": hit.text("action_name"),
        "referrer": hit.text("urlref"),
        "language": (hit.text("lang") or "").partition(",")[0].partition(";")[0].strip()
        or None,
        "user_agent": hit.text("ua"),
        "ip": hit.text("cip") if hit.token is not None else None,
        "properties": _common_properties(hit),
    }
    told = {name: value for name, value in values.items() if value is not None}
    return {**seen_by(request), **told}


def _visitor(hit: Hit) -> str | None:
    """Return the visitor's 16 digits; those of a user id as Matomo makes them of it.

    So the visitors of a Matomo export and of the live requests after it are the same. Not of
    an e-mail address: it could be found out again from its digits.
    """
    for name in ("cid", "_id"):
        told = hit.text(name)
        if told is not None and _VISITOR.fullmatch(told):
            return told.lower()
    user = known_user(hit.text("uid")).get("external_id")
    if not isinstance(user, str):
        return None
    return sha1(user.encode(), usedforsecurity=False).hexdigest()[:16]


def _common_properties(hit: Hit) -> dict[str, object]:
    properties: dict[str, object] = {
        "screen": hit.text("res"),
        "page_view_id": hit.text("pv_id"),
        "matomo_campaign": hit.text("_rcn"),
        "matomo_campaign_keyword": hit.text("_rck"),
    }
    for name, value in hit.parameters.items():
        if _DIMENSION.fullmatch(name):
            properties[name] = text_of(value)
    for parameter, name in (("cvar", "page_variables"), ("_cvar", "visit_variables")):
        variables = json_object((hit.text(parameter) or "").encode())
        if isinstance(variables, dict) and variables:
            properties[name] = variables
    return {name: value for name, value in properties.items() if value is not None}


def _address(drafts: list[Draft], hit: Hit) -> None:
    """Say of which site the drafts are, and by which ids a second sending is known.

    A visitor of whom nothing is known but the browser is one of the day's salt; where a server
    speaks and names nobody, there is no visitor.
    """
    key, sent_as = _key(hit), _sent_as(hit)
    for draft in drafts:
        draft.write_key = key
        is_seen = draft.values.get("ip") is not None
        draft.is_cookieless = is_seen and "visitor_id" not in draft.values
        if draft.event_id is None and sent_as is not None:
            draft.event_id = f"{sent_as}/{draft.values['name']}"


def _key(hit: Hit) -> str | None:
    """Return what names the site: a token, which is checked as a write key; else the page.

    Sites are numbered anew in each Matomo, so the number counts only where there is no page.
    """
    if hit.token is not None:
        return hit.token
    site = hit.text("idsite")
    has_page = (hit.text("url") or "").lower().startswith(("http://", "https://"))
    return None if has_page or site is None else f"matomo:{site}"


def _sent_as(hit: Hit) -> str | None:
    """Name a hit by all it says, where it has enough of chance in it to be the only one.

    The browser script puts a random number and the second of the day into each hit; a service
    worker that was offline sends the same hit again with all of them.
    """
    if not all(hit.text(name) for name in ("_id", "pv_id", "r", "s")):
        return None
    digest = blake2b(digest_size=16)
    for name in sorted(hit.parameters.keys() - _OF_ONE_SENDING):
        digest.update(f"{name}={hit.parameters[name]}\n".encode())
    return digest.hexdigest()
