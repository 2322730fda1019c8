"""By what two true people came to be one found person: the evidence behind each such weld.

Strong evidence is a key that facts of both give: an address, a number, an id of another system.
Weak evidence says only who somebody may be: the browser, or the name beside a shared key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.identity.keys import KINDS
from headwater.workspace import Workspace
from judging import true_people


class Evidence(StrEnum):
    """What put the facts of two people together."""

    PHONE = "phone"
    EMAIL = "email"
    EXTERNAL = "external"
    CHAIN = "chain"
    """No key is given by both, but facts whose teller is not known name a key of each."""
    WEAK = "weak"
    """One of them told no fact with a key of its own: a browser or a name put it there."""


@dataclass(frozen=True, slots=True)
class Weld:
    """One person found who is several."""

    person: str
    people: frozenset[int]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact whose teller is known: whom it was given to, and the keys that did it."""

    person: str
    teller: int
    keys: tuple[str, ...]
    """Its keys that nobody shares; empty where browser or name decided."""


_KEYED = """
select
    key_sightings.fact_id,
    fact_persons.person_id,
    case when not phones.is_shared then phones.person_key end as phone,
    case when not emails.is_shared then emails.person_key end as email,
    case when not externals.is_shared then externals.person_key end as external
from key_sightings
inner join fact_persons on fact_persons.fact_id = key_sightings.fact_id
left join person_keys as externals
    on externals.person_key = 'external:' || key_sightings.external_id
left join person_keys as emails on emails.person_key = 'email:' || key_sightings.email_key
left join person_keys as phones on phones.person_key = 'phone:' || key_sightings.phone_key
"""


def find_welds(workspace: Workspace, truth: Mapping[str, pa.Table]) -> list[Weld]:
    """Return the persons found that hold facts of two true people, and by what."""
    buyers = {row["deal_id"]: row["person"] for row in truth["deals"].to_pylist()}
    tellers = true_people(workspace, truth) | {
        row["fact_id"]: buyers[row["deal_id"]]
        for row in workspace.facts.read(FactKind.DEAL, ["fact_id", "deal_id"]).to_pylist()
        if row["deal_id"] in buyers
    }
    return welds(
        Placed(row["person_id"], tellers[row["fact_id"]], _keys(row))
        for row in workspace.warehouse.query(_KEYED).to_pylist()
        if row["fact_id"] in tellers
    )


def _keys(row: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(key for kind in KINDS if (key := row[kind]) is not None)


def welds(facts: Iterable[Placed]) -> list[Weld]:
    """Return the welds among facts, in the order of the persons' ids."""
    of_person: dict[str, list[Placed]] = defaultdict(list)
    for fact in facts:
        of_person[fact.person].append(fact)
    found = []
    for person, told in sorted(of_person.items()):
        people = frozenset(fact.teller for fact in told)
        if len(people) > 1:
            found.append(Weld(person, people, _evidence(told, people)))
    return found


def _evidence(told: list[Placed], people: frozenset[int]) -> Evidence:
    if people != {fact.teller for fact in told if fact.keys}:
        return Evidence.WEAK
    tellers: dict[str, set[Any]] = defaultdict(set)
    for fact in told:
        for key in fact.keys:
            tellers[key].add(fact.teller)
    both = sorted(key for key, who in tellers.items() if len(who) > 1)
    return Evidence(both[0].partition(":")[0]) if both else Evidence.CHAIN
