"""Who PostHog's ids name: a browser, or a person whom the site knows.

A `distinct_id` is either. With a `$device_id` beside it, it is a person's once it differs from
that; where the client says that nobody is known, it is a browser's; a server's is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from headwater.capture.protocols.payloads import first_text, object_of, text_of
from headwater.capture.protocols.traits import known_user

_MADE_UP: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""What the clients call browsers by themselves."""

_NOBODY: Final = frozenset({"$posthog_cookieless", "$device", "anonymous", "null", "undefined"})
_COMPANIES: Final = ("company", "organization", "account", "customer", "team")


def keys_of(event: Mapping[str, object], properties: Mapping[str, object]) -> dict[str, object]:
    """Return the visitor and the known person that an event is of, as far as it names them."""
    distinct = _distinct_id(event, properties)
    device = text_of(properties.get("$device_id"))
    if distinct is None or distinct == device or _is_unknown(properties):
        return {"visitor_id": device or distinct}
    return {"visitor_id": device, **known_user(distinct)}


def link_keys(
    event: Mapping[str, object], properties: Mapping[str, object]
) -> dict[str, object]:
    """Return the keys that `$identify` or `$create_alias` ties together."""
    distinct = _distinct_id(event, properties)
    device = text_of(properties.get("$device_id"))
    other = first_text(properties, "alias", "$anon_distinct_id")
    if "alias" in properties:
        known, browser = _parted(distinct, other)
    else:
        known, browser = distinct, other
    keys = {"visitor_id": device or browser, **known_user(known)}
    return {name: key for name, key in keys.items() if key is not None}


def account_of(properties: Mapping[str, object]) -> str | None:
    """Return the company among the groups of an event."""
    return first_text(object_of(properties.get("$groups")), *_COMPANIES)


def _parted(distinct: str | None, alias: str | None) -> tuple[str | None, str | None]:
    """The person and the browser of an alias: the server clients name them in either order.

    The browser is the id that a client made up; with none or two of them the alias is the
    person, as the Python client documents it.
    """
    is_turned = _is_made_up(alias) and not _is_made_up(distinct)
    return (distinct, alias) if is_turned else (alias, distinct)


def _is_made_up(key: str | None) -> bool:
    return key is not None and _MADE_UP.fullmatch(key) is not None


def _distinct_id(event: Mapping[str, object], properties: Mapping[str, object]) -> str | None:
    names = ("distinct_id", "$distinct_id")
    found = first_text(event, *names) or first_text(properties, *names)
    return None if found in _NOBODY else found


def _is_unknown(properties: Mapping[str, object]) -> bool:
    flags = ("$is_identified", "$process_person_profile")
    return any(properties.get(flag) is False for flag in flags)
