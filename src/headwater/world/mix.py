"""Reproducible ids and traits: a number and a salt always give the same scrambled bits.

Traits that few people need (a name, a number) are computed from the person's number when they
are needed, so that the world holds none of them in memory.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.world.arrays import Floats, Ints, Words

_STEP: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1


def scramble(numbers: Ints | Words, salt: int) -> Words:
    """Return 64 scrambled bits of each number (splitmix64: one to one for a given salt)."""
    bits = numbers.astype(np.uint64) + np.uint64(salt * _STEP & _MASK)
    bits ^= bits >> np.uint64(30)
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(27)
    bits *= np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def fraction(numbers: Ints | Words, salt: int) -> Floats:
    """Return a number in [0, 1) for each number."""
    return (scramble(numbers, salt) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def choice(numbers: Ints | Words, salt: int, count: int) -> Ints:
    """Return one of `count` indices for each number."""
    return (scramble(numbers, salt) % np.uint64(count)).astype(np.int64)


def _texts(letters: npt.NDArray[np.uint8]) -> pa.Array:
    """Return rows of equally many ASCII letters as strings, without a Python loop."""
    rows, width = letters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))]
    return pa.StringArray.from_buffers(rows, buffers[1], buffers[2])


_HEX: Final = np.frombuffer("".join(f"{n:02x}" for n in range(256)).encode(), dtype=np.uint16)
_CLICK_LETTERS: Final = np.frombuffer(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype=np.uint8
)


def hex_texts(*words: Words) -> pa.Array:
    """Return the words of each row written side by side, 16 hexadecimal digits each."""
    octets = np.stack([word.astype(">u8") for word in words], axis=1).view(np.uint8)
    return _texts(_HEX[octets].view(np.uint8))


def click_texts(words: Words) -> pa.Array:
    """Return ids of 21 letters as ad platforms put them on landing addresses."""
    shifts = np.arange(0, 60, 6, dtype=np.uint64)
    halves = [(scramble(words, salt)[:, None] >> shifts) & np.uint64(63) for salt in (1, 2)]
    codes = np.concatenate([*halves, halves[0][:, :1] ^ halves[1][:, :1]], axis=1)
    return _texts(_CLICK_LETTERS[codes])
