"""Arrow columns from numpy codes, and the columns that every fact has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from headwater.domain.times import SECOND
from headwater.domain.words import FactKind
from headwater.world.arrays import Bools, Ints
from headwater.world.mix import fraction, hex_texts, scramble
from headwater.world.scene import Scene

ORIGIN = "world"
_TABLES = {kind: number for number, kind in enumerate(FactKind)}


def coded(texts: Sequence[str | None] | pa.Array, codes: Ints) -> pa.Array:
    """Return the text of each code; a negative code gives null."""
    pool = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    missing = codes < 0
    index = pa.array(np.where(missing, 0, codes), mask=missing if missing.any() else None)
    return pool.take(index)


def whole(numbers: Ints, missing: Bools | None = None) -> pa.Array:
    """Return whole numbers, null where missing."""
    return pa.array(numbers, pa.int64(), mask=missing)


def only(column: pa.Array, known: Bools) -> pa.Array:
    """Return the column with nulls where it was not known."""
    index = pa.array(np.arange(len(known)), mask=~known)
    return column.take(index)


def fact_ids(scene: Scene, chunk: int, table: int, rows: int) -> pa.Array:
    """Return ids that no other table of this world, and no other world, has."""
    numbers = (table << 56) + (chunk << 36) + np.arange(rows, dtype=np.int64)
    return hex_texts(scramble(numbers, scene.salt), scramble(numbers, scene.salt + 1))


def common(
    scene: Scene, chunk: int, kind: FactKind, at: Ints, sheet: int = 0
) -> dict[str, pa.Array]:
    """Return the columns of every fact; `sheet` tells two tables of one kind apart."""
    ids = fact_ids(scene, chunk, _TABLES[kind] + 16 * sheet, len(at))
    late = (fraction(at, 5) * 2 * SECOND).astype(np.int64)
    return {
        "fact_id": ids,
        "occurred_at": whole(at),
        "received_at": whole(at + late),
        "origin": pa.repeat(ORIGIN, len(at)),
    }
