"""What clients say of a person, parted into personal originals and everything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.payloads import first_text
from headwater.capture.wire import Draft
from headwater.domain.words import FactKind

_EMAIL: Final = ("email", "Email", "$email", "email_address", "emailAddress")
_PHONE: Final = ("phone", "Phone", "$phone", "phone_number", "phoneNumber")
_FULL_NAME: Final = ("name", "Name", "$name", "full_name", "fullName")
_FIRST_NAME: Final = ("firstName", "first_name", "firstname", "$first_name")
_LAST_NAME: Final = ("lastName", "last_name", "lastname", "$last_name")
_MESSAGE: Final = ("message",)
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_OF_AN_EVENT: Final = frozenset(_EMAIL + _PHONE + _FIRST_NAME + _LAST_NAME)
_OF_A_PERSON: Final = _OF_AN_EVENT | frozenset(_FULL_NAME + _MESSAGE)


def person_of(traits: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Return the personal originals among `traits`, and the other traits."""
    found = {
        "email": first_text(traits, *_EMAIL),
        "phone": first_text(traits, *_PHONE),
        "person_name": first_text(traits, *_FULL_NAME) or _both_names(traits),
        "message": first_text(traits, *_MESSAGE),
    }
    return _known(found), _without(traits, _OF_A_PERSON)


def person_in(
    properties: Mapping[str, object],
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the personal originals among an event's properties, and the other properties.

    An event's `name` may be a product's, and its `message` an error's: both stay.
    """
    found = {
        "email": first_text(properties, *_EMAIL),
        "phone": first_text(properties, *_PHONE),
        "person_name": _both_names(properties),
    }
    return _known(found), _without(properties, _OF_AN_EVENT)


def known_user(key: str | None) -> dict[str, object]:
    """Return the column of a site's own id for a person.

    Many sites take the e-mail address for it, which is an original and no id.
    """
    if key is None:
        return {}
    return {"email": key} if _ADDRESS.fullmatch(key) else {"external_id": key}


def identity_link(values: Mapping[str, object], event_id: str | None, evidence: str) -> Draft:
    """Return the link that ties the keys among `values` together.

    `values` may be an event's: what is no key of a person is left out. `event_id` is that of
    the client's call; the link is a fact of its own beside the call's event.
    """
    link = {name: values[name] for name in _LINKED if values.get(name) is not None}
    link |= {name: values[name] for name in SEEN if name in values}
    own_id = None if event_id is None else f"{event_id}/link"
    return Draft(
        FactKind.IDENTITY_LINK, {**link, "evidence": evidence, "strength": "strong"}, own_id
    )


SEEN: Final = ("user_agent", "ip")
"""By these a visitor without a cookie is told; facts beside an event carry them to be told
alike, None included, and only an event keeps them."""
_LINKED: Final = (
    *("occurred_at", "site", "visitor_id", "external_id", "account_id"),
    *("email", "phone", "person_name"),
)


def _both_names(traits: Mapping[str, object]) -> str | None:
    names = (first_text(traits, *_FIRST_NAME), first_text(traits, *_LAST_NAME))
    return " ".join(name for name in names if name) or None


def _known(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _without(values: Mapping[str, object], names: frozenset[str]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name not in names}
