"""E-mail addresses taken out of texts in plain: they are kept encrypted or not at all."""

from __future__ import annotations

import re
from typing import Final

ADDRESS_REMOVED: Final = "(e-mail)"

_END: Final = r"\s/?#&=:;,<>\"'()@%"
_ADDRESS: Final = re.compile(
    # From a word's beginning and never giving back: no sender chooses how long it takes.
    rf"(?<![^{_END}])[^{_END}]++(?:%2[bB][^{_END}]*+)?(?:@|%40)"
    rf"[^{_END}.]++(?:\.[^{_END}.]++)++"
)


def scrubbed(text: str) -> str:
    """Return the text without what looks like an e-mail address, percent-encoded or not."""
    if "@" not in text and "%40" not in text:
        return text
    return _ADDRESS.sub(ADDRESS_REMOVED, text)
