"""Raw texts of a URL or an import made fit to compare and to store."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

LONGEST_TEXT: Final = 500
"""Characters of a tag that are kept."""

_MISSING: Final = frozenset({"(not set)", "(not provided)", "(none)"})
_SEPARATORS: Final = re.compile(r"[\s\-]+")


def decode(raw: str | None, *, encoded: bool = True) -> str:
    """Return a tag as plain text: decoded once, without control characters, trimmed.

    `encoded` texts come from a URL: `+` is a blank and `%xx` a byte of UTF-8 (bytes that are
    not become U+FFFD). Missing texts and their stand-ins, such as `(not set)`, give "".
    """
    if not raw:
        return ""
    text = raw[: LONGEST_TEXT * 12]  # one character may take twelve, as in %F0%9F%98%80
    if encoded:
        text = unquote(text)
    text = clean(text)
    return "" if text.lower() in _MISSING else text


def unquote(raw: str, charsets: tuple[str, ...] = ()) -> str:
    """Undo form encoding once: UTF-8 where it fits, else the first charset that does."""
    text = raw.replace("+", " ") if "+" in raw else raw
    if "%" not in text:
        return text
    octets = unquote_to_bytes(text.encode("utf-8", "replace"))
    for charset in ("utf-8", *charsets):
        try:
            return octets.decode(charset)
        except UnicodeDecodeError:
            continue
    return octets.decode("utf-8", "replace")


def clean(text: str) -> str:
    """Return the text trimmed, control characters as blanks, at most LONGEST_TEXT long."""
    if text.isprintable():
        return text.strip()[:LONGEST_TEXT]
    visible = "".join(
        " " if unicodedata.category(letter) in _UNSEEN else letter
        for letter in text[: LONGEST_TEXT * 2]
    )
    return " ".join(visible.split())[:LONGEST_TEXT]


_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp", "Zs"})


def word(text: str) -> str:
    """Return lower-case text with blanks and hyphens as `_`, as word lists are compared."""
    if text.isalnum():
        return text
    return _SEPARATORS.sub("_", text)
