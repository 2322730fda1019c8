"""Fact ids: 32 hexadecimal digits outside, 16 bytes in the index of known ids."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.errors import BadRow

Bytes = npt.NDArray[np.uint8]

_NOT_HEX: Final = 255
_NIBBLES: Final = np.full(256, _NOT_HEX, dtype=np.uint8)
for _digit in "0123456789abcdefABCDEF":
    _NIBBLES[ord(_digit)] = int(_digit, 16)


def fact_id(*parts: str) -> str:
    """Return the id of the fact that these parts name: the same parts, the same id.

    BLAKE2b-128 over the parts, each preceded by its length so that ("ab", "c") and
    ("a", "bc") differ. Parts that come from one source row make its import repeatable.
    """
    last = parts[-1].encode()
    named = _named(parts[:-1]) + len(last).to_bytes(8, "big") + last
    return blake2b(named, digest_size=16).hexdigest()


@lru_cache(maxsize=4096)
def _named(parts: tuple[str, ...]) -> bytes:
    """Return what is hashed of parts; all but the last are those of many facts."""
    named: list[bytes] = []
    for part in parts:
        data = part.encode()
        named += (len(data).to_bytes(8, "big"), data)
    return b"".join(named)


def packed(column: Any) -> Bytes:
    """Return the ids of a text column as an (n, 16) array; BadRow names the first wrong one."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [np.empty((0, 16), dtype=np.uint8)]
    before = 0
    for chunk in chunks:
        parts.append(_packed(chunk, before))
        before += len(chunk)
    return np.concatenate(parts)


def _packed(texts: Any, before: int) -> Bytes:
    wrong = pc.fill_null(pc.not_equal(pc.binary_length(texts), 32), fill_value=True)
    _refuse(texts, np.flatnonzero(wrong.to_numpy(zero_copy_only=False)), before)
    if len(texts) == 0:
        return np.empty((0, 16), dtype=np.uint8)
    start = int(np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset])
    digits = np.frombuffer(
        texts.buffers()[2], dtype=np.uint8, offset=start, count=32 * len(texts)
    )
    nibbles = _NIBBLES[digits].reshape(-1, 32)
    _refuse(texts, np.flatnonzero((nibbles == _NOT_HEX).any(axis=1)), before)
    joined: Bytes = (nibbles[:, 0::2] * np.uint8(16)) | nibbles[:, 1::2]
    return joined


def sorted_unique(ids: Bytes) -> npt.NDArray[np.intp]:
    """Return the rows of the first of each id, in the order of the ids."""
    words = np.ascontiguousarray(ids).view(">u8").astype(np.uint64)
    order = np.lexsort((words[:, 1], words[:, 0]))  # stable: the first of equals stays first
    ranked = words[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    return order[first]


def _refuse(texts: Any, wrong: npt.NDArray[np.intp], before: int) -> None:
    if len(wrong):
        row = int(wrong[0])
        reason = "not 32 hexadecimal digits"
        raise BadRow(before + row + 1, "fact_id", texts[row].as_py(), reason)
