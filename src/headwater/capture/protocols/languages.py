"""The language that a browser says its user reads."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*(?:;|,|$)")


def first_language(accepted: str | None) -> str | None:
    """Return the first language tag of an `Accept-Language`; None where it names none."""
    match = _TAG.match(accepted or "")
    return match[1] if match else None
