"""E-mail addresses and phone numbers in the one form by which people are matched."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers

from headwater.domain.errors import InputError

_LOCAL: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_ADDRESS: Final = 254  # RFC 5321
_LONGEST_NUMBER: Final = 64
_FEWEST_DIGITS: Final = 7  # shorter ones are extensions and short codes, shared by many


def normalise_email(text: str) -> str:
    """Return the address trimmed, in lower case, its domain in ASCII; InputError if none.

    The local part is lower-cased too: no mail provider of note tells cases apart, and people
    write them as they please.
    """
    address = text.strip().lower()
    local, at, domain = address.rpartition("@")
    if not at or len(address) > _LONGEST_ADDRESS or not _is_local(local):
        raise InputError("is not an e-mail address, such as ann@example.com")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise InputError("has a domain that cannot exist") from None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise InputError("has a domain that cannot exist")
    return f"{local}@{ascii_domain}"


def _is_local(local: str) -> bool:
    dots_in_place = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return dots_in_place and _LOCAL.fullmatch(local) is not None


def normalise_phone(text: str, region: str | None) -> str:
    """Return the number in E.164, such as +4930123456; InputError if it is none.

    `region` (ISO 3166, such as DE) is where numbers without a country code belong.
    """
    if len(text) > _LONGEST_NUMBER:
        raise InputError("is too long for a phone number")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as failure:
        if failure.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise InputError(
                "has no known country code; write it like +49 30 123456 or set default_region"
            ) from None
        raise InputError("is not a phone number") from None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number) or len(written) <= _FEWEST_DIGITS:
        raise InputError("is too short or too long for a phone number of its country")
    return written


def is_region(code: str) -> bool:
    """Say whether `code` is a region that has phone numbers (ISO 3166, upper case)."""
    return code in phonenumbers.SUPPORTED_REGIONS
