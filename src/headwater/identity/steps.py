"""What this stage asks the warehouse to make, in order."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.domain.words import FactKind
from headwater.identity.components import resolve
from headwater.identity.rulings import Rulings
from headwater.warehouse.sql import load
from headwater.warehouse.steps import (
    PythonStep,
    Reader,
    Renewal,
    Scope,
    SqlStep,
    Step,
    Within,
)


def _person_keys(reader: Reader) -> pa.Table:
    """Resolve all sightings, or those around touched keys.

    Of a touched key all facts are seen here, of others not: one that is known to be shared
    stays so, though it may look as if few stood beside it.
    """
    sightings = reader.query(
        "select external_id, email_key, phone_key, name_key, account_id from key_sightings"
    )
    rulings = Rulings.of(reader.query("from rulings"))
    above = int(str(reader.params["shared_key_above"]))
    shared = reader.stored("person_keys", "is_shared")
    if shared is None:
        return resolve(sightings, rulings=rulings, shared_above=above)
    touched = reader.query("select distinct person_key from touched_keys")["person_key"]
    known = frozenset(shared["person_key"].to_pylist()) - frozenset(touched.to_pylist())
    resolved = resolve(sightings, known, rulings, above)
    return resolved.filter(pc.is_in(resolved["person_key"], touched.combine_chunks()))


def _step(name: str, renewal: Renewal) -> SqlStep:
    return SqlStep(load("identity", name), renewal)


_TOUCHED: Final = Renewal(scope=Scope.TOUCHED)
_TOUCHED_FACTS: Final = Within("fact_id", "touched_facts")
_OF_THEIR_SIGHTINGS: Final = {"key_sightings": Within("", "their_sightings")}

STEPS: Final[tuple[Step, ...]] = (
    _step("key_sightings", Renewal(scope=Scope.NEW_FACTS)),
    _step("weak_sightings", Renewal(scope=Scope.NEW_FACTS)),
    _step("rulings", Renewal(scope=Scope.WHOLE, needs=(FactKind.IDENTITY_LINK,))),
    _step("ruled_visitors", Renewal(scope=Scope.WHOLE, needs=(FactKind.IDENTITY_LINK,))),
    _step("touched_keys", _TOUCHED),
    _step("touched_sightings", _TOUCHED),
    _step("touched_names", _TOUCHED),
    _step("touched_facts", _TOUCHED),
    _step("their_sightings", _TOUCHED),
    PythonStep(
        "person_keys",
        ("key_sightings", "touched_keys", "rulings"),
        _person_keys,
        Renewal(
            scope=Scope.KEYED,
            key=Within("person_key", "touched_keys"),
            reading=_OF_THEIR_SIGHTINGS,
        ),
    ),
    _step("shared_keys", Renewal(scope=Scope.STORED_VIEW)),
    _step("keyed_facts", Renewal(scope=Scope.PASSING, reading=_OF_THEIR_SIGHTINGS)),
    _step(
        "visitors",
        Renewal(
            scope=Scope.KEYED,
            key=Within("visitor_id", "touched_names"),
            marks=("person_id", "visitor_id"),
        ),
    ),
    _step(
        "visitor_turns",
        Renewal(
            scope=Scope.KEYED,
            key=Within("visitor_id", "touched_names"),
            marks=("person_id",),
        ),
    ),
    _step("fact_persons", Renewal(scope=Scope.KEYED, key=_TOUCHED_FACTS, marks=("person_id",))),
    _step("person_suggestions", Renewal(scope=Scope.STORED_VIEW)),
    _step("persons", Renewal(scope=Scope.KEYED, key=Within("person_id", "touched_persons"))),
)
"""Until here the touched persons are those of whom the facts say something else than before."""

TOUCHED_PERSONS: Final = _step("touched_persons", _TOUCHED)
"""Adds who only browsed; to be run after what depends on who is who alone."""
PERSON_VISITORS: Final = _step("person_visitors", _TOUCHED)
"""Finds the visitors of touched persons; to be run when all touched persons are known."""
