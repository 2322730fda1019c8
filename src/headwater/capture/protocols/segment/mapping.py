"""One message of the Segment API into drafts, by its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from headwater.capture.protocols.arrivals import campaign_columns
from headwater.capture.protocols.commerce import GA4_NAMES, money_in, purchase_of
from headwater.capture.protocols.payloads import object_of, text_of
from headwater.capture.protocols.purchases import order_draft
from headwater.capture.protocols.times import any_micros
from headwater.capture.protocols.traits import (
    identity_link,
    known_user,
    person_in,
    person_of,
)
from headwater.capture.wire import Draft, Refusal
from headwater.domain.words import FactKind

Message = Mapping[str, object]
Values = dict[str, object]
Drafts = Sequence[Draft] | Refusal

_PAGE: Final = ("url", "title", "referrer")
_OF_PAGES: Final = frozenset({*_PAGE, "path", "search", "hash", "host", "referring_domain"})
"""Columns, and parts of the address, which is cleaned of personal parameters as a whole."""
_KEPT: Final = ("app", "library", "os", "screen", "timezone", "sessionId", "clientIds")
"""What of a message's context is kept with its event; the protocol's page says what is not."""


def message_drafts(message: Message, seen: Mapping[str, object]) -> Drafts:
    """Return what a message comes to, or why it is none.

    `seen` has what the request shows of the visitor; the message's context overrules it.
    """
    kind = text_of(message.get("type")) or ""
    read = _READERS.get(kind)
    if read is None:
        return Refusal("unknown_type", "type", kind[:40])
    told = {name: value for name, value in _told(message).items() if value is not None}
    return read(message, {**seen, **told})


def _told(message: Message) -> Values:
    context = object_of(message.get("context"))
    page = {**object_of(context.get("page")), **_described_page(message)}
    url = text_of(page.get("url"))
    return {
        "occurred_at": any_micros(message.get("timestamp") or message.get("originalTimestamp")),
        "visitor_id": text_of(message.get("anonymousId")),
        **known_user(text_of(message.get("userId"))),
        "account_id": text_of(context.get("groupId")),
        **{column: text_of(page.get(column)) for column in _PAGE},
        "language": text_of(context.get("locale")),
        "user_agent": text_of(context.get("userAgent")),
        "ip": text_of(context.get("ip")),
        **campaign_columns(object_of(context.get("campaign")), url),
        **person_of(object_of(context.get("traits")))[0],
    }


def _described_page(message: Message) -> Values:
    """The page as a page call's properties describe it; they come before the context's."""
    properties = object_of(message.get("properties"))
    if message.get("type") != "page":
        return {}
    return {name: properties[name] for name in _PAGE if properties.get(name) is not None}


def _track(message: Message, values: Values) -> Drafts:
    called = text_of(message.get("event"))
    if called is None:
        return Refusal("no_name", "event", "a track call names its event")
    name = GA4_NAMES.get(called.lower(), called)
    personal, properties = person_in(object_of(message.get("properties")))
    purchase = purchase_of(name, properties, text_of(message.get("messageId")))
    money, properties = money_in(properties)
    values |= {"name": name, **personal, **money}
    if name != called:
        properties["event"] = called
    event = _event(message, values, properties)
    return [event] if purchase is None else [event, order_draft(purchase, values)]


def _view(name: str) -> Callable[[Message, Values], Drafts]:
    def read(message: Message, values: Values) -> Drafts:
        personal, properties = person_in(object_of(message.get("properties")))
        values |= {"name": name, **personal}
        named = _known({key: text_of(message.get(key)) for key in ("name", "category")})
        if "name" in named:
            values.setdefault("title", named["name"])
        others = {key: inner for key, inner in properties.items() if key not in _OF_PAGES}
        return [_event(message, values, {**others, **named})]

    return read


def _identify(message: Message, values: Values) -> Drafts:
    context = object_of(message.get("context"))
    traits = {**object_of(context.get("traits")), **object_of(message.get("traits"))}
    personal, others = person_of(traits)
    link = _link(message, {**values, **personal}, "identify")
    if not others:
        return [link]
    return [link, _event(message, {**values, "name": "identify"}, {"traits": others})]


def _alias(message: Message, values: Values) -> Drafts:
    earlier = text_of(message.get("previousId"))
    if earlier is None:
        return Refusal("no_name", "previousId", "an alias call names the earlier id")
    return [_link(message, values | {"visitor_id": earlier}, "alias")]


def _group(message: Message, values: Values) -> Drafts:
    account = text_of(message.get("groupId"))
    if account is None:
        return Refusal("no_name", "groupId", "a group call names the group")
    values |= {"account_id": account}
    link = _link(message, values, "group")
    traits = person_in(object_of(message.get("traits")))[1]
    if not traits:
        return [link]
    return [link, _event(message, {**values, "name": "group"}, {"traits": traits})]


def _link(message: Message, values: Values, evidence: str) -> Draft:
    return identity_link(values, text_of(message.get("messageId")), evidence)


def _event(message: Message, values: Values, properties: Values) -> Draft:
    context = object_of(message.get("context"))
    kept = {name: context[name] for name in _KEPT if context.get(name)}
    if kept:
        properties = {**properties, "context": kept}
    return Draft(
        FactKind.EVENT,
        {**values, "properties": properties} if properties else values,
        text_of(message.get("messageId")),
    )


def _known(values: Mapping[str, object]) -> Values:
    return {name: value for name, value in values.items() if value is not None}


_READERS: Final[Mapping[str, Callable[[Message, Values], Drafts]]] = {
    "track": _track,
    "page": _view("page_view"),
    "screen": _view("screen_view"),
    "identify": _identify,
    "alias": _alias,
    "group": _group,
}
