"""Links in e-mails that tell whose click it was: `?hw_m=<token>`.

A newsletter's links carry a token that names the recipient by a keyed hash and is signed with
a secret of this data directory. Whoever opens one is known again on that device: the click
becomes an IDENTITY_LINK with the evidence `mail_click`. A token cannot be made or changed
without the secret, holds no address, and is of no use after its time, or elsewhere.

A mail that is passed on carries its recipient's token along. So the link is taken on a browser
that is not known yet as somebody else's: identity gives a visitor to one person.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from headwater.domain.times import DAY

PARAMETER: Final = "hw_m"
"""The parameter of a link that carries a token."""
MAIL_SECRET: Final = "mail clicks"  # noqa: S105 - its purpose, not itself
"""What `Vault.secret` is asked for."""
LASTS: Final = 180 * DAY
"""How long a token names its recipient, in microseconds."""

_TOKEN: Final = re.compile(
    rf"([?&]|%3[fF]|%26){PARAMETER}(?:=|%3[dD])(?:[\w~.-]|%3[dD])*+(&|%26)?", re.ASCII
)
_VERSION: Final = 1
_KEY_BYTES: Final = 16
_DAY_BYTES: Final = 3
_SEAL_BYTES: Final = 12
_LENGTH: Final = 1 + _DAY_BYTES + _KEY_BYTES + _SEAL_BYTES


@dataclass(frozen=True, slots=True)
class MailClick:
    """Whom a token names, and the day it was made, in microseconds UTC."""

    email_key: str
    made_at: int


def make_token(secret: bytes, email_key: str, made_at: int) -> str:
    """Return the token for the recipient with this key (32 hexadecimal digits).

    `secret` is `Vault.secret(MAIL_SECRET)`; `made_at` in microseconds UTC.
    """
    day = (made_at // DAY).to_bytes(_DAY_BYTES, "big")
    said = bytes([_VERSION]) + day + bytes.fromhex(email_key)
    return _written(said + _seal(secret, said))


def read_token(secret: bytes, token: str, now: int) -> MailClick | None:
    """Return whom a token names; None if it is not ours, was changed, or is too old."""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    said, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
    if len(data) != _LENGTH or data[0] != _VERSION or _written(data) != token:
        return None  # Base64 has several last letters for the same bytes
    if not hmac.compare_digest(seal, _seal(secret, said)):
        return None
    made_at = int.from_bytes(said[1 : 1 + _DAY_BYTES], "big") * DAY
    if not made_at - DAY <= now <= made_at + DAY + LASTS:
        return None
    return MailClick(said[1 + _DAY_BYTES :].hex(), made_at)


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def with_token(url: str, token: str) -> str:
    """Return a link with the token in its query, in the place of one that is there."""
    parts = urlsplit(url)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name != PARAMETER
    ]
    return urlunsplit(parts._replace(query=urlencode([*kept, (PARAMETER, token)])))


def token_of(url: str) -> str | None:
    """Return the token in a page's address, if there is one."""
    try:
        query = urlsplit(url).query
        found = [value for name, value in parse_qsl(query) if name == PARAMETER]
    except ValueError:
        return None
    return found[0] if found else None


def without_token(url: str) -> str:
    """Return a page's address as it may be stored: without the token."""
    if token_of(url) is None:
        return url
    parts = urlsplit(url)
    kept = "&".join(
        part for part in parts.query.split("&") if part.partition("=")[0] != PARAMETER
    )
    return urlunsplit(parts._replace(query=kept))


def without_tokens(text: str) -> str:
    """Return a text without the tokens of all addresses in it, also of those within others."""
    return _TOKEN.sub(_kept, text) if PARAMETER in text else text


def _kept(found: re.Match[str]) -> str:
    return found[1] if found[2] else ""


def _seal(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, said, "sha256")[:_SEAL_BYTES]
