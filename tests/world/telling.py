"""A world with all its facts and truth in memory, for the tests."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.world import World


@dataclass(frozen=True, slots=True)
class Told:
    world: World
    facts: dict[FactKind, pa.Table]
    truth: dict[str, pa.Table]


def tell(events: int, seed: int = 5) -> Told:
    world = World(events, seed)
    facts: dict[FactKind, list[pa.Table]] = {}
    for kind, table in world.batches():
        facts.setdefault(kind, []).append(table)
    joined = {
        kind: pa.concat_tables(tables, promote_options="default")
        for kind, tables in facts.items()
    }
    return Told(world, joined, world.truth())
