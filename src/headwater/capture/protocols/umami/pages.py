"""Addresses and titles as Umami's scripts write them: old ones encode what new ones do not."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from headwater.capture.protocols.payloads import text_of

_ENCODED_TWICE: Final = re.compile(r"%25(?=[0-9A-Fa-f]{2})")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(?::\d{1,5})?")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def page_url(told: object, hostname: object) -> str | None:
    """Return the whole address of a page; None where nothing tells it.

    Scripts up to 2.x send a path, with each percent sign encoded again; later ones send the
    address as it is.
    """
    text = text_of(told)
    if text is None:
        return None
    if _SCHEME.match(text):
        return text
    host = text_of(hostname)
    if host is None or _HOST.fullmatch(host) is None:
        return text
    path = _ENCODED_TWICE.sub("%", text)
    return f"https://{host}{path if path.startswith('/') else '/' + path}"


def title_of(told: object) -> str | None:
    """Return a page's title; scripts up to 2.x send it percent-encoded.

    One that has a space was not encoded, and keeps its percent signs.
    """
    text = text_of(told)
    if text is None or " " in text or "%" not in text:
        return text
    return text_of(unquote(text, errors="replace"))
