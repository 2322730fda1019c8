"""The compression of older PostHog browser clients (`compression=lz64`).

Reads what `LZString.compressToBase64` of the lz-string library wrote: LZW over UTF-16 units
whose code width grows with the dictionary, packed six bits to a base64 digit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_DIGITS: Final = {
    digit: f"{value:06b}"
    for value, digit in enumerate(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    )
}
_EIGHT_BITS: Final = 0
_SIXTEEN_BITS: Final = 1
_END: Final = 2
_FIRST_OF_OWN: Final = 3

_LONGEST: Final = 1_000_000
"""Characters: a small text may unpack to one that fills the memory."""


def decompress_base64(text: str) -> str | None:
    """Return the text that was packed; None where `text` is no such packing, or too large."""
    try:
        units = _decompress(_bits(text))
        return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    except (KeyError, EOFError, ValueError):
        return None


def _bits(text: str) -> Callable[[int], int]:
    """Return a reader of so many bits, the first the lowest; EOFError behind the end."""
    bits = "".join([_DIGITS[digit] for digit in text.replace(" ", "+").rstrip("=")])
    place = 0

    def read(count: int) -> int:
        nonlocal place
        start, place = place, place + count
        if place > len(bits):
            raise EOFError
        return int(bits[start:place][::-1], 2)

    return read


def _decompress(read: Callable[[int], int]) -> str:
    words: list[str] = [""] * _FIRST_OF_OWN
    width, room = 3, 4  # bits of a code; entries until it grows
    first = _literal(read, read(2))
    if first is None:
        return ""
    words.append(first)
    last, parts, length = first, [first], 1
    while True:
        code = read(width)
        if code == _END:
            return "".join(parts)
        if code in {_EIGHT_BITS, _SIXTEEN_BITS}:
            words.append(_literal(read, code) or "")
            code = len(words) - 1
            width, room = _grown(width, room)
        word = words[code] if code < len(words) else _repeated(code, words, last)
        parts.append(word)
        length += len(word)
        if length > _LONGEST:
            raise ValueError
        words.append(last + word[0])
        width, room = _grown(width, room)
        last = word


def _literal(read: Callable[[int], int], code: int) -> str | None:
    if code == _END:
        return None
    return chr(read(16 if code == _SIXTEEN_BITS else 8))


def _repeated(code: int, words: list[str], last: str) -> str:
    """The word that is being defined: the last one and its own first character."""
    if code != len(words):
        raise ValueError
    return last + last[0]


def _grown(width: int, room: int) -> tuple[int, int]:
    room -= 1
    return (width, room) if room else (width + 1, 1 << width)
