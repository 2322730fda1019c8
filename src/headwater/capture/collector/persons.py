"""Steps for what names a person: addresses and numbers in the form they are matched by."""

from __future__ import annotations

from typing import Final

from headwater.capture.collector.passage import Passage
from headwater.capture.companies import with_account
from headwater.capture.people import normalise_email, normalise_phone
from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.facts import SCHEMAS

_ORIGINALS: Final = ("email", "phone", "person_name", "message")
_FORM_FIELDS: Final = {"person_name": "name"}
_NAMING: Final = frozenset(
    kind for kind, schema in SCHEMAS.items() if "personal" in schema.names
)


def put_person(passage: Passage) -> None:
    """Normalise address and number; what is neither is left out, the rest stays.

    Where no account is named, the address tells the company, if it is one's.
    """
    values = passage.values
    for name in _ORIGINALS:
        if name in values and not _is_wanted(passage, name):
            del values[name]
    email, phone = values.get("email"), values.get("phone")
    if email is not None:
        _put(passage, "email", normalised_email(email))
        values.update(with_account(passage.draft.kind, values))
    if phone is not None:
        _put(passage, "phone", normalised_phone(phone, passage.site.region))


def normalised_email(value: object) -> str | None:
    """Return the address as it is matched; None for what is none."""
    try:
        return normalise_email(value) if isinstance(value, str) else None
    except InputError:
        return None


def normalised_phone(value: object, region: str | None) -> str | None:
    """Return the number in E.164; None for what is none."""
    try:
        return normalise_phone(value, region) if isinstance(value, str) else None
    except InputError:
        return None


def _put(passage: Passage, name: str, value: str | None) -> None:
    if value is None:
        passage.visit.left_out(name)
        del passage.values[name]
    else:
        passage.values[name] = value


def _is_wanted(passage: Passage, name: str) -> bool:
    """A form gives only the fields that its site takes."""
    draft = passage.draft
    if draft.kind not in _NAMING:
        return False
    if draft.kind is not FactKind.LEAD or draft.values.get("method") != "form":
        return True
    return _FORM_FIELDS.get(name, name) in passage.site.form_fields
