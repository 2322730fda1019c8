"""A form that was sent, understood: who it is, where they come from, and whether it is spam."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.leads.bodies import Fields
from headwater.capture.protocols.leads.fields import (
    COMPANY,
    EMAIL,
    HEARD,
    MESSAGE,
    NAME,
    OWN,
    PHONE,
    PROMO,
    people_fields,
)
from headwater.capture.protocols.own.reading import visitor_cookie
from headwater.capture.protocols.payloads import first_text, text_of
from headwater.capture.protocols.times import any_micros
from headwater.capture.wire import Draft, Refusal, WireRequest
from headwater.domain.times import MINUTE, SECOND
from headwater.domain.words import DIRECT, FactKind

TRAP: Final = "hw_hp"
"""A field that people do not see. Whoever fills it in is a program."""
SHOWN_AT: Final = "hw_t"
"""When the form was shown: a moment in seconds or milliseconds since 1970, or ISO 8601."""
FASTEST: Final = 2 * SECOND
"""Nobody reads and fills in a form in less."""
PROMO_PROPERTY: Final = "promo_code"
HEARD_PROPERTY: Final = "self_reported"

_VISITOR: Final = re.compile(r"[0-9a-f]{32}")
_CLICK_IDS: Final = (
    *("gclid", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ymclid", "ttclid", "twclid"),
    *("li_fat_id", "rdt_cid", "epik", "sccid", "qclid", "rb_clickid", "bd_vid", "tblci"),
    *("dicbo", "irclickid", "awc", "cjevent", "tduid", "fbclid"),
)
_SOURCE: Final = {
    "source": ("hw_source",),
    "medium": ("hw_medium",),
    "campaign": ("hw_campaign",),
    "content": ("hw_content",),
    "keyword": ("hw_term", "hw_keyword"),
    "landing_page": ("hw_landing", "hw_landing_page"),
    "referrer": ("hw_referrer",),
}
_LONGEST_HEARD: Final = 200


def read_form(fields: Fields, request: WireRequest, key: str) -> Draft | Refusal:
    """Return the lead of a form that was sent with a write key, or why there is none."""
    spam = _spam(fields, request.received_at)
    if spam is not None:
        return spam
    person = people_fields(fields)
    visitor = _visitor(fields, request)
    user = first_text(fields, "hw_user_id", "hw_external_id")
    if not _is_somebody(person, visitor, user):
        return Refusal("nobody", "email", "no field holds an e-mail address or phone number")
    values: dict[str, object] = {
        **_known({"visitor_id": visitor, "external_id": user}),
        **_known({"email": person.get(EMAIL), "phone": person.get(PHONE)}),
        **_known({"person_name": person.get(NAME), "message": person.get(MESSAGE)}),
        **_source(fields, is_seen=visitor is not None, heard=person.get(HEARD)),
        **_known({"form": first_text(fields, "hw_form"), "url": _page(fields, request)}),
        "method": "form",
    }
    properties = _properties(fields, person)
    if properties:
        values["properties"] = properties
    return Draft(
        FactKind.LEAD,
        values,
        event_id=first_text(fields, "hw_id") or _content_id(fields, request),
        write_key=key,
        # A server speaks for its visitors: its address and agent would tell nobody apart.
        has_consent=not _is_browser(request),
        has_gpc=request.headers.get("sec-gpc") == "1",
    )


def _spam(fields: Fields, received_at: int) -> Refusal | None:
    if fields.get(TRAP):
        return Refusal("honeypot", TRAP, "a field that people do not see is filled in")
    shown_at = any_micros(fields.get(SHOWN_AT))
    # A moment that has not come is of a clock that runs ahead, and says nothing.
    if shown_at is not None and 0 <= received_at - shown_at < FASTEST:
        return Refusal("too_fast", SHOWN_AT, "sent within two seconds of being shown")
    return None


def _is_somebody(person: Mapping[str, str], visitor: str | None, user: str | None) -> bool:
    if EMAIL in person or PHONE in person or user is not None:
        return True
    return visitor is not None and (NAME in person or MESSAGE in person)


def _visitor(fields: Fields, request: WireRequest) -> str | None:
    """Return the visitor whom the form names, else the one whom the browser is known as."""
    told = fields.get("hw_visitor", "").strip().lower()
    return told if _VISITOR.fullmatch(told) else visitor_cookie(request)


def _source(fields: Fields, *, is_seen: bool, heard: str | None) -> dict[str, object]:
    """Return where the person comes from as the form's hidden fields say.

    Where nothing else is known of it, what they said themselves stands for it.
    """
    found = {column: first_text(fields, *names) for column, names in _SOURCE.items()}
    if found["source"] == "(direct)":
        found = dict.fromkeys(found) | {"landing_page": found["landing_page"]}
    kind = next((name for name in _CLICK_IDS if fields.get(f"{OWN}{name}")), None)
    if kind is not None:
        found |= {"click_id_kind": kind, "click_id": fields[f"{OWN}{kind}"]}
    is_told = any(text for column, text in found.items() if column != "landing_page")
    if heard and not is_seen and not is_told and heard.strip().lower() != DIRECT.lower():
        # A channel's name is taken for it; all else is what the rules make of the medium.
        words = heard[:_LONGEST_HEARD].lower()
        found |= {"channel": words, "source": words, "medium": "self_reported"}
    return _known(found)


def _properties(fields: Fields, person: Mapping[str, str]) -> dict[str, object]:
    told = {
        "company": person.get(COMPANY),
        HEARD_PROPERTY: person.get(HEARD),
        PROMO_PROPERTY: person.get(PROMO),
        "session": first_text(fields, "hw_session"),
    }
    clicks = {name: fields[f"{OWN}{name}"] for name in _CLICK_IDS if fields.get(f"{OWN}{name}")}
    google = _known(
        {
            "client_id": first_text(fields, "hw_ga_client_id"),
            "session_id": first_text(fields, "hw_ga_session_id"),
        }
    )
    return {**_known(told), **({"clicks": clicks} if clicks else {}), **_ga(google)}


def _ga(google: dict[str, object]) -> dict[str, object]:
    return {"ga": google} if google else {}


def _page(fields: Fields, request: WireRequest) -> str | None:
    return first_text(fields, "hw_url", "hw_page") or text_of(request.headers.get("referer"))


def _is_browser(request: WireRequest) -> bool:
    return request.headers.get("user-agent", "").startswith(("Mozilla/", "Opera/"))


def _content_id(fields: Fields, request: WireRequest) -> str:
    """Return an id that the same form has when it is sent again within the minute."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(str(request.received_at // MINUTE).encode())
    for name, value in sorted(fields.items()):
        if name != SHOWN_AT:
            digest.update(f"\x1e{name}\x1f{value}".encode())
    return digest.hexdigest()


def _known(values: Mapping[str, str | None]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
