"""Persons are the connected components over the keys that facts name together."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from headwater.identity.components import KINDS, SHARED_ABOVE, resolve

Sighting = tuple[str | None, str | None, str | None]
"""The external id, e-mail and phone that one fact names."""

NAMES = st.none() | st.sampled_from("abcdefgh")
SIGHTINGS = st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=24)
CROWD = st.integers(1, 2 * SHARED_ABOVE).map(
    lambda count: [(None, f"e{number}", "p") for number in range(count)]
)


def keys(sighting: Sighting) -> list[str]:
    return [f"{kind}:{name}" for kind, name in zip(KINDS, sighting, strict=True) if name]


def shared_keys(sightings: Iterable[Sighting]) -> set[str]:
    beside: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sighting in sightings:
        for one, other in combinations(keys(sighting), 2):
            beside[one, other.partition(":")[0]].add(other)
            beside[other, one.partition(":")[0]].add(one)
    return {key for (key, _kind), others in beside.items() if len(others) > SHARED_ABOVE}


def groups(sightings: Sequence[Sighting]) -> set[frozenset[str]]:
    """The persons, found the slow way: merge sets of keys until nothing changes."""
    shared = shared_keys(sightings)
    persons = [{key} for key in {key for sighting in sightings for key in keys(sighting)}]
    for sighting in sightings:
        named = set(keys(sighting)) - shared
        met = [person for person in persons if person & named]
        persons = [person for person in persons if not person & named]
        persons += [set[str]().union(*met)] if met else []
    return {frozenset(person) for person in persons}


def resolved(sightings: Sequence[Sighting]) -> pa.Table:
    columns = list(zip(*sightings, strict=True)) or [(), (), ()]
    table = {
        name: pa.array(column, pa.string())
        for name, column in zip(KINDS.values(), columns, strict=True)
    }
    return resolve(pa.table(table))


def persons(table: pa.Table) -> set[frozenset[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for row in table.to_pylist():
        members[row["person_id"]].add(row["person_key"])
    return {frozenset(keys) for keys in members.values()}


@given(SIGHTINGS, CROWD)
def test_persons_are_the_components_of_keys_that_nobody_shares(
    sightings: list[Sighting], crowd: list[Sighting]
) -> None:
    seen = sightings + crowd
    table = resolved(seen)
    assert persons(table) == groups(seen)
    marked = {row["person_key"] for row in table.to_pylist() if row["is_shared"]}
    assert marked == shared_keys(seen)


@given(SIGHTINGS, CROWD, st.randoms(use_true_random=False))
def test_the_order_and_the_repetition_of_facts_decide_nothing(
    sightings: list[Sighting], crowd: list[Sighting], chance: random.Random
) -> None:
    seen = sightings + crowd
    mixed = seen + chance.sample(seen, len(seen) // 2)
    chance.shuffle(mixed)
    assert resolved(mixed).equals(resolved(seen))


def test_a_long_chain_is_one_person() -> None:
    chain: list[Sighting] = []
    for number in range(2_000):
        chain += [
            (None, f"e{number}", f"p{number}"),
            (None, f"e{number + 1}", f"p{number}"),
        ]
    assert len(persons(resolved(chain))) == 1


def test_nobody_is_a_person_where_no_fact_names_one() -> None:
    assert resolved([]).num_rows == 0
    assert resolved([(None, None, None)]).num_rows == 0
