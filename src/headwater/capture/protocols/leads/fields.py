"""Which field of a form is the e-mail address, the phone number, the name ...: by its name.

Names are compared word by word, without case and marks above letters: `Your-Email`,
`fields[email]`, `E-posta adresiniz`, `Имя` and `contact.firstName` are all understood. What
nobody names is left alone, and so is whatever could be a secret. `words.toml` has the names.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Final

from headwater.capture.people import normalise_email
from headwater.capture.protocols.payloads import first_text
from headwater.domain.errors import InputError

EMAIL: Final = "email"
PHONE: Final = "phone"
FIRST: Final = "first_name"
LAST: Final = "last_name"
NAME: Final = "name"
COMPANY: Final = "company"
MESSAGE: Final = "message"
HEARD: Final = "heard"
PROMO: Final = "promo_code"

OWN: Final = "hw_"
"""Fields whose names begin so say in our words what they are; they win over every guess."""

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What parts words, in any script: blanks and signs, the underscore among them.
_MOST_WORDS: Final = 12
_FEWEST_DIGITS: Final = 5
_DOTLESS_I: Final = "\u0131"
_PART: Final = re.compile(r"[^\s!-/:-@\[-`{-~\u2010-\u205e\u00ab\u00bb]+")


def people_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says of a person and where they come from, by our names for it."""
    found: dict[str, str] = {}
    for name, value in fields.items():
        if name.startswith(OWN):
            continue
        kind = kind_of(name)
        if kind is not None and _fits(kind, value):
            found.setdefault(kind, value)
    if EMAIL not in found:
        address = _address_among(fields)
        if address is not None:
            found[EMAIL] = address
    for kind in (EMAIL, PHONE, FIRST, LAST, NAME, COMPANY, MESSAGE, HEARD, PROMO):
        told = first_text(fields, f"{OWN}{kind}")
        if told is not None:
            found[kind] = told
    return _with_whole_name(found)


def kind_of(name: str) -> str | None:
    """Return which of our fields a form's field is, None for none of them."""
    words = _words(name)
    if not words or _named(words, _SECRET):
        return None
    longest, found = max(
        ((_named(words, names), kind) for kind, names in _NAMES), key=lambda one: one[0]
    )
    is_other = found == NAME and _named(words, _OTHERS)
    return found if longest and not is_other else None


def _fits(kind: str, value: str) -> bool:
    """Tell whether a value can be what its field's name says: `email_consent` is `on`."""
    if kind == EMAIL:
        return "@" in value
    return kind != PHONE or sum(sign.isdecimal() for sign in value) >= _FEWEST_DIGITS


def _named(words: tuple[str, ...], names: frozenset[str]) -> int:
    """Return how many words in a row are a name, 0 for none."""
    return max(
        (
            end - start
            for start in range(len(words))
            for end in range(start + 1, min(start + _LONGEST, len(words)) + 1)
            if _is_name("_".join(words[start:end]), names, is_whole=len(words) == 1)
        ),
        default=0,
    )


def _is_name(run: str, names: frozenset[str], *, is_whole: bool) -> bool:
    return run in names and (is_whole or run not in _WHOLE)


def _words(name: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", _CAMEL.sub("_", name).casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(_PART.findall(bare.replace(_DOTLESS_I, "i")))[:_MOST_WORDS]


def _address_among(fields: Mapping[str, str]) -> str | None:
    """Return the only e-mail address among fields whose names say nothing."""
    found = {
        value
        for name, value in fields.items()
        if "@" in value and not name.startswith(OWN) and _is_address(value)
        if not _named(_words(name), _SECRET)
    }
    return found.pop() if len(found) == 1 else None


def _is_address(value: str) -> bool:
    try:
        normalise_email(value)
    except InputError:
        return False
    return True


def _with_whole_name(found: dict[str, str]) -> dict[str, str]:
    first, last = found.pop(FIRST, None), found.pop(LAST, None)
    parts = [part for part in (first, last) if part]
    if parts and (NAME not in found or len(parts) == 2):
        found[NAME] = " ".join(parts)
    elif last and NAME in found and last not in found[NAME]:
        found[NAME] = f"{found[NAME]} {last}"
    return found


def _set(names: Iterable[str]) -> frozenset[str]:
    return frozenset("_".join(_words(name)) for name in names)


_LISTS: Final = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
_NAMES: Final = tuple((kind, _set(names)) for kind, names in _LISTS["kinds"].items())
_SECRET: Final = _set(_LISTS["never"])
_OTHERS: Final = _set(_LISTS["no_person"])
_WHOLE: Final = _set(_LISTS["whole"])
_LONGEST: Final = max(
    name.count("_") + 1 for names in (_SECRET, *dict(_NAMES).values()) for name in names
)
