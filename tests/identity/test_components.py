"""Persons are the connected components over the keys that facts name together."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.identity.components import SHARED_ABOVE, resolve
from headwater.identity.keys import KINDS
from headwater.identity.rulings import Rulings
from headwater.identity.sharing import MOST_NAMES

pytestmark = pytest.mark.slow


class Sighting(NamedTuple):
    """What one fact names."""

    external: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    account: str | None = None


NAMES = st.none() | st.sampled_from("abcdefgh")
WORDS = st.none() | st.sampled_from([*"abcd", "a b", "a b c"])
SIGHTINGS = st.lists(
    st.builds(Sighting, NAMES, NAMES, NAMES, WORDS, st.none() | st.sampled_from("xy")),
    max_size=24,
)
CROWD = st.tuples(st.integers(1, 2 * SHARED_ABOVE), st.booleans()).map(
    lambda crowd: [
        Sighting(email="a", name=f"n{number}")
        if crowd[1]
        else Sighting(email=f"e{number}", phone="p")
        for number in range(crowd[0])
    ]
)
KEYS = st.builds("{}:{}".format, st.sampled_from(sorted(KINDS)), st.sampled_from("abcdefgh"))
RULINGS = st.builds(
    Rulings,
    same=st.lists(st.lists(KEYS, min_size=2, max_size=3).map(tuple), max_size=3).map(tuple),
    sharing=st.dictionaries(KEYS, st.booleans(), max_size=3).map(lambda one: (*one.items(),)),
)
NOTHING_RULED = Rulings()


def keys(sighting: Sighting) -> list[str]:
    return [f"{kind}:{name}" for kind, name in zip(KINDS, sighting, strict=False) if name]


def crowded(sightings: Iterable[Sighting]) -> set[str]:
    """Keys that too many of one other kind stand beside."""
    beside: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sighting in sightings:
        for one, other in combinations(keys(sighting), 2):
            beside[one, other.partition(":")[0]].add(other)
            beside[other, one.partition(":")[0]].add(one)
    return {key for (key, _kind), others in beside.items() if len(others) > SHARED_ABOVE}


def switchboards(sightings: Sequence[Sighting]) -> set[str]:
    """Numbers given by two mailboxes of one company."""
    return {
        f"phone:{one.phone}"
        for one, other in combinations(sightings, 2)
        if one.phone
        and one.phone == other.phone
        and one.account
        and one.account == other.account
        and one.email
        and other.email
        and one.email != other.email
    }


def exclude(one: str, other: str) -> bool:
    words, others = set(one.split()), set(other.split())
    return not (words <= others or others <= words)


def of_two_names(sightings: Sequence[Sighting]) -> set[str]:
    """Numbers of people who cannot be one, and mailboxes of a crowd."""
    found = set()
    for one, other in combinations(sightings, 2):
        if one.phone and one.phone == other.phone and one.name and other.name:
            is_known = (one.email and one.email == other.email) or (
                one.external and one.external == other.external
            )
            if exclude(one.name, other.name) and not is_known:
                found.add(f"phone:{one.phone}")
    for email in {sighting.email for sighting in sightings if sighting.email}:
        named = {s.name for s in sightings if s.email == email and s.name}
        if len(named) > MOST_NAMES:
            found.add(f"email:{email}")
    return found


def shared_keys(sightings: Sequence[Sighting], rulings: Rulings = NOTHING_RULED) -> set[str]:
    shared = crowded(sightings) | switchboards(sightings) | of_two_names(sightings)
    known = {key for sighting in sightings for key in keys(sighting)}
    for key, is_shared in rulings.sharing:
        shared = shared | {key} if is_shared else shared - {key}
    return shared & known


def groups(
    sightings: Sequence[Sighting], rulings: Rulings = NOTHING_RULED
) -> set[frozenset[str]]:
    """The persons, found the slow way: merge sets of keys until nothing changes."""
    shared = shared_keys(sightings, rulings)
    known = {key for sighting in sightings for key in keys(sighting)}
    persons = [{key} for key in known]
    for told in [*map(keys, sightings), *rulings.same]:
        named = (set(told) & known) - shared
        met = [person for person in persons if person & named]
        persons = [person for person in persons if not person & named]
        persons += [set[str]().union(*met)] if met else []
    return {frozenset(person) for person in persons}


def resolved(sightings: Sequence[Sighting], rulings: Rulings = NOTHING_RULED) -> pa.Table:
    columns = list(zip(*sightings, strict=True)) or [()] * len(Sighting._fields)
    names = [*KINDS.values(), "name_key", "account_id"]
    table = {
        name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)
    }
    return resolve(pa.table(table), rulings=rulings)


def persons(table: pa.Table) -> set[frozenset[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for row in table.to_pylist():
        members[row["person_id"]].add(row["person_key"])
    return {frozenset(keys) for keys in members.values()}


@settings(max_examples=300, deadline=None)
@given(SIGHTINGS, CROWD, RULINGS)
def test_persons_are_the_components_of_keys_that_nobody_shares(
    sightings: list[Sighting], crowd: list[Sighting], rulings: Rulings
) -> None:
    seen = sightings + crowd
    table = resolved(seen, rulings)
    assert persons(table) == groups(seen, rulings)
    marked = {row["person_key"] for row in table.to_pylist() if row["is_shared"]}
    assert marked == shared_keys(seen, rulings)
    assert marked <= {row["person_key"] for row in table.to_pylist() if row["reason"]}


@settings(deadline=None)
@given(SIGHTINGS, CROWD, st.randoms(use_true_random=False))
def test_the_order_and_the_repetition_of_facts_decide_nothing(
    sightings: list[Sighting], crowd: list[Sighting], chance: random.Random
) -> None:
    seen = sightings + crowd
    mixed = seen + chance.sample(seen, len(seen) // 2)
    chance.shuffle(mixed)
    assert resolved(mixed).equals(resolved(seen))


@settings(deadline=None)
@given(SIGHTINGS, SIGHTINGS)
def test_what_was_found_to_be_shared_stays_so(
    sightings: list[Sighting], more: list[Sighting]
) -> None:
    assert shared_keys(sightings) <= shared_keys(sightings + more)


@settings(deadline=None)
@given(SIGHTINGS, SIGHTINGS)
def test_no_person_holds_two_whom_only_a_shared_key_joins(
    sightings: list[Sighting], more: list[Sighting]
) -> None:
    seen = sightings + more
    shared = shared_keys(seen)
    for person in persons(resolved(seen)):
        if len(person) > 1:
            assert not person & shared


def test_a_long_chain_is_one_person() -> None:
    chain: list[Sighting] = []
    for number in range(2_000):
        chain += [
            Sighting(email=f"e{number}", phone=f"p{number}"),
            Sighting(email=f"e{number + 1}", phone=f"p{number}"),
        ]
    assert len(persons(resolved(chain))) == 1


def test_nobody_is_a_person_where_no_fact_names_one() -> None:
    assert resolved([]).num_rows == 0
    assert resolved([Sighting()]).num_rows == 0


def test_a_number_that_thousands_of_names_gave_is_found_fast() -> None:
    spam = [Sighting(phone="p", name=f"n{n}") for n in range(20_000)]
    assert shared_keys(spam[:60]) == {"phone:p"}
    [row] = resolved(spam).to_pylist()
    assert (row["is_shared"], row["reason"], row["beside"]) == (True, "names", 0)
