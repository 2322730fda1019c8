"""Whole numbers that stand for texts too wide to carry through millions of rows."""

from __future__ import annotations

import hashlib

_SEPARATOR = "\x1f"


def number_of(*texts: str) -> int:
    """Return 63 bits that stand for some texts, the same at every rebuild."""
    digest = hashlib.blake2b(_SEPARATOR.join(texts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
