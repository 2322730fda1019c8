"""One person in a data directory: found by any id, shown, joined with another, parted.

`portable` exports and `proofs` erases them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headwater.domain.errors import InputError
from headwater.domain.times import now_micros
from headwater.domain.words import FactKind
from headwater.facts import PersonKeys
from headwater.identity.rulings import Verdict, ruling_facts
from headwater.reports.journey import person_of
from headwater.workspace.directory import Workspace, key_of
from headwater.workspace.originals import Known, known_of

_KINDS: Final = ("email", "phone", "external")
_MOST_TOLD: Final = 10
"""How many persons an error names."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an id named, and all that names them."""

    person_id: str
    keys: tuple[str, ...]
    """As in `person_keys`: `email:<hash>`, `phone:<hash>`, `external:<id>`."""
    shared: frozenset[str]
    """Those of `keys` that several people use."""
    visitor_ids: tuple[str, ...]
    fact_ids: tuple[str, ...]
    """Facts that are theirs, also where only their browser or their name says so."""

    def named(self, kind: str) -> tuple[str, ...]:
        """Return the names of one kind of key that are theirs alone, without the kind."""
        parts = (key.partition(":") for key in self.keys if key not in self.shared)
        return tuple(name for one, _, name in parts if one == kind)


def find_person(workspace: Workspace, identifier: str) -> Person:
    """Return the person whom any id, address or number names.

    InputError for nobody, and for a key that several people use: it says who they are.
    """
    asked = key_of(workspace.facts, identifier)
    person_id = person_of(workspace.warehouse, asked, typed=identifier)
    _refuse_shared(workspace, asked, identifier)
    keys = _rows(
        workspace,
        "select person_key, is_shared from person_keys where person_id = $person"
        " order by person_key",
        person_id,
    )
    visitors = _column(
        workspace,
        "select visitor_id as found from visitors where person_id = $person"
        " union select visitor_id from session_rows where visitor_id = $person"
        " and visitor_id not in (select visitor_id from visitors)"
        " union select key_sightings.visitor_id from key_sightings"
        " inner join fact_persons on fact_persons.fact_id = key_sightings.fact_id"
        " where person_id = $person and visitor_id = $person order by found",
        person_id,
    )
    facts = _column(
        workspace,
        "select fact_id as found from fact_persons where person_id = $person order by found",
        person_id,
    )
    return Person(
        person_id=person_id,
        keys=tuple(row["person_key"] for row in keys),
        shared=frozenset(row["person_key"] for row in keys if row["is_shared"]),
        visitor_ids=visitors,
        fact_ids=facts,
    )


def _refuse_shared(workspace: Workspace, asked: str, typed: str) -> None:
    sharing = _column(
        workspace,
        "select distinct fact_persons.person_id as found from key_sightings"
        " inner join fact_persons on fact_persons.fact_id = key_sightings.fact_id"
        " inner join person_keys on person_keys.person_key = $person and person_keys.is_shared"
        " where $person in ('external:' || key_sightings.external_id,"
        " 'email:' || key_sightings.email_key, 'phone:' || key_sightings.phone_key)"
        " order by found",
        asked,
    )
    if sharing:
        raise InputError(
            f"'{typed}' is used by several people, so it names none of them. "
            f"Name one by an id: {', '.join(sharing[:_MOST_TOLD])}"
            f"{', ...' if len(sharing) > _MOST_TOLD else ''}."
        )


def names_of(workspace: Workspace, person: Person) -> tuple[PersonKeys, Known]:
    """Return all that names a person, with the originals as far as they can be opened.

    A key that several people share names none of them: facts that name nothing else are told
    by their ids.
    """
    keys = PersonKeys(
        external_ids=person.named("external"),
        visitor_ids=person.visitor_ids,
        email_keys=person.named("email"),
        phone_keys=person.named("phone"),
        fact_ids=person.fact_ids,
    )
    return keys, known_of(workspace.facts, keys)


def show(workspace: Workspace, identifier: str) -> dict[str, Any]:
    """Return what a person is known by, who may be the same, and what was ruled, as JSON."""
    workspace.rebuild()
    person = find_person(workspace, identifier)
    _keys, known = names_of(workspace, person)
    about = _rows(workspace, "from persons where person_id = $person", person.person_id)
    return {
        "person_id": person.person_id,
        "account_id": about[0]["account_id"] if about else None,
        "first_known_at": about[0]["first_known_at"] if about else None,
        "names": list(known.names),
        "keys": [_key_shown(workspace, key, known) for key in person.keys],
        "visitors": list(person.visitor_ids),
        "facts": len(person.fact_ids),
        "suggestions": _suggestions(workspace, person, known),
        "rulings": _rulings(workspace, person),
    }


def merge(workspace: Workspace, one: str, other: str) -> dict[str, Any]:
    """Rule that two are one person, for good until `undo`; InputError where it cannot be."""
    workspace.rebuild()
    first, second = find_person(workspace, one), find_person(workspace, other)
    if first.person_id == second.person_id:
        raise InputError(f"'{one}' and '{other}' are one person already: {first.person_id}.")
    if not (_joinable(first) or _joinable(second)):
        raise InputError(
            "Neither has an address, a number or an id of their own to be known by. Merge one "
            "of them with somebody who has."
        )
    keys = [_speaks_for(first, one), _speaks_for(second, other)]
    ruling = _rule(workspace, Verdict.SAME, keys)
    return {"ruling": ruling, "person_id": find_person(workspace, one).person_id}


def split(workspace: Workspace, identifier: str, by: str) -> dict[str, Any]:
    """Rule that a key of a person is shared, so that it joins nobody, until `undo`."""
    workspace.rebuild()
    person = find_person(workspace, identifier)
    key = _typed_key(workspace, by)
    if key not in person.keys:
        raise InputError(
            f"'{by}' is no key of {person.person_id}. `headwater person show` lists theirs."
        )
    ruling = _rule(workspace, Verdict.SHARED, [key])
    return {"ruling": ruling, "persons": _persons_of(workspace, person.keys)}


def release(workspace: Workspace, by: str) -> dict[str, Any]:
    """Rule that one person uses a key that was found to be shared, until `undo`."""
    workspace.rebuild()
    key = _typed_key(workspace, by)
    found = workspace.warehouse.query(
        "select is_shared from person_keys where person_key = $key", {"key": key}
    ).to_pylist()
    if not found or not found[0]["is_shared"]:
        raise InputError(f"'{by}' is no key that is set apart as shared.")
    ruling = _rule(workspace, Verdict.SINGLE, [key])
    return {"ruling": ruling, "persons": _persons_of(workspace, [key])}


def undo(workspace: Workspace, ruling: str) -> dict[str, Any]:
    """Revoke a ruling: the tables become what they were without it. InputError if unknown."""
    workspace.rebuild()
    keys = workspace.warehouse.query(
        "select person_key from rulings where ruling_id = $ruling order by person_key",
        {"ruling": ruling},
    )["person_key"].to_pylist()
    if not keys:
        raise InputError(
            f"There is no ruling '{ruling}'. `headwater person show` lists those of a person."
        )
    facts = ruling_facts(Verdict.REVOKED, keys, now_micros(), ruling)
    workspace.facts.append(FactKind.IDENTITY_LINK, facts)
    workspace.rebuild()
    return {"ruling": ruling, "persons": _persons_of(workspace, keys)}


def _rule(workspace: Workspace, verdict: Verdict, keys: Sequence[str]) -> str:
    facts = ruling_facts(verdict, keys, now_micros())
    workspace.facts.append(FactKind.IDENTITY_LINK, facts)
    workspace.rebuild()
    return str(facts[0]["origin"])


def _joinable(person: Person) -> list[str]:
    return [key for key in person.keys if key not in person.shared]


def _speaks_for(person: Person, typed: str) -> str:
    own = _joinable(person)
    if own:
        return own[0]
    if person.visitor_ids:
        return f"visitor:{person.visitor_ids[0]}"
    raise InputError(
        f"'{typed}' is known by nothing but a key that several people share, or by one fact "
        "alone: there is nothing by which to join them."
    )


def _typed_key(workspace: Workspace, typed: str) -> str:
    key = key_of(workspace.facts, typed)
    return key if key.partition(":")[0] in _KINDS else f"external:{key}"


def _persons_of(workspace: Workspace, keys: Sequence[str]) -> list[str]:
    found = workspace.warehouse.query(
        "select distinct person_id from person_keys"
        " where list_contains($keys, person_key) order by person_id",
        {"keys": list(keys)},
    )
    return [str(one) for one in found["person_id"].to_pylist()]


def _key_shown(workspace: Workspace, key: str, known: Known) -> dict[str, Any]:
    [row] = workspace.warehouse.query(
        "select is_shared, reason, beside from person_keys where person_key = $key",
        {"key": key},
    ).to_pylist()
    return {"key": key, "value": known.by_key.get(key, key.partition(":")[2]), **row}


def _suggestions(workspace: Workspace, person: Person, known: Known) -> list[dict[str, Any]]:
    found = _rows(
        workspace,
        "select case when person_id = $person then other_id else person_id end as person_id,"
        " reason, clue, seen_at from person_suggestions"
        " where person_id = $person or other_id = $person order by 1, reason, clue",
        person.person_id,
    )
    others = {row["person_id"] for row in found}
    alike = {other: known.likeness(_known(workspace, other)) for other in sorted(others)}
    return [{**row, "alike": list(alike[row["person_id"]])} for row in found]


def _known(workspace: Workspace, person_id: str) -> Known:
    return names_of(workspace, find_person(workspace, person_id))[1]


def _rulings(workspace: Workspace, person: Person) -> list[dict[str, Any]]:
    keys = [*person.keys, *(f"visitor:{visitor}" for visitor in person.visitor_ids)]
    found: list[dict[str, Any]] = workspace.warehouse.query(
        "select distinct ruling_id, verdict, ruled_at from rulings"
        " where list_contains($keys, person_key) order by ruled_at, ruling_id",
        {"keys": keys},
    ).to_pylist()
    return found


def _rows(workspace: Workspace, sql: str, person_id: str) -> list[dict[str, Any]]:
    params: Mapping[str, object] = {"person": person_id}
    found: list[dict[str, Any]] = workspace.warehouse.query(sql, params).to_pylist()
    return found


def _column(workspace: Workspace, sql: str, person_id: str) -> tuple[str, ...]:
    return tuple(row["found"] for row in _rows(workspace, sql, person_id))
