"""Patterns that people write into rules: a subset of `re` that cannot run away."""

from __future__ import annotations

import re
from typing import Final

LONGEST_PATTERN: Final = 200
LOOKED_AT: Final = 256
"""Characters of a text that a pattern looks at."""

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_CLASS: Final = re.compile(r"\[\^?\]?[^\]]*\]")
_REPEAT_COST: Final = 8
_BUDGET: Final = 16
"""Bits of choice a pattern may have; a repeat over LOOKED_AT characters has eight."""


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern to be searched for in lower-case text.

    Raises ValueError where it is longer than LONGEST_PATTERN, no regular expression, or
    could take long: it repeats a group, refers back, looks around, or has too many choices.
    Each of `*`, `+`, `{}` costs eight, each `?` and each `|` inside a group one; sixteen are
    allowed.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the pattern is longer than {LONGEST_PATTERN} characters")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"this is not a regular expression ({error})") from error
    _check_cost(pattern)
    return compiled


def _check_cost(pattern: str) -> None:
    if re.search(r"(?<!\\)(?:\\\\)*\\[1-9]", pattern) or "(?P" in pattern or "(?(" in pattern:
        raise ValueError("a pattern may not refer back to a group")
    if any(look in pattern for look in ("(?=", "(?!", "(?<")):
        raise ValueError("a pattern may not look ahead or behind")
    bare = _CLASS.sub("x", _ESCAPE.sub("x", pattern)).replace("(?:", "(")
    if re.search(r"\)[*+{]", bare):
        raise ValueError("a pattern may not repeat a group")
    if _choices(bare) > _BUDGET:
        raise ValueError("a pattern may have two of * + {}, or fewer with more of ? and |")


def _choices(bare: str) -> int:
    depth = bits = 0
    for letter in bare:
        depth += (letter == "(") - (letter == ")")
        bits += _REPEAT_COST * (letter in "*+{")
        bits += letter == "?" or (letter == "|" and depth > 0)
    return bits
