"""What this stage asks the warehouse to make, in order."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identity.components import resolve
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

    A key that is known to be shared stays so: seen from the touched facts alone it might look
    as if few stood beside it.
    """
    sightings = reader.query("select external_id, email_key, phone_key from key_sightings")
    shared = reader.stored("person_keys", "is_shared")
    if shared is None:
        return resolve(sightings)
    resolved = resolve(sightings, frozenset(shared["person_key"].to_pylist()))
    touched = reader.query("select distinct person_key from touched_keys")["person_key"]
    return resolved.filter(pc.is_in(resolved["person_key"], touched.combine_chunks()))


def _step(name: str, renewal: Renewal) -> SqlStep:
    return SqlStep(load("identity", name), renewal)


_TOUCHED: Final = Renewal(scope=Scope.TOUCHED)
_TOUCHED_FACTS: Final = Within("fact_id", "touched_facts")

STEPS: Final[tuple[Step, ...]] = (
    _step("key_sightings", Renewal(scope=Scope.NEW_FACTS)),
    _step("touched_keys", _TOUCHED),
    _step("touched_sightings", _TOUCHED),
    _step("touched_names", _TOUCHED),
    _step("touched_facts", _TOUCHED),
    PythonStep(
        "person_keys",
        ("key_sightings", "touched_keys"),
        _person_keys,
        Renewal(
            scope=Scope.KEYED,
            key=Within("person_key", "touched_keys"),
            reading={"key_sightings": _TOUCHED_FACTS},
        ),
    ),
    _step("keyed_facts", Renewal(scope=Scope.VIEW)),
    _step(
        "visitors",
        Renewal(
            scope=Scope.KEYED,
            key=Within("visitor_id", "touched_names"),
            marks=("person_id", "visitor_id"),
        ),
    ),
    _step("fact_persons", Renewal(scope=Scope.KEYED, key=_TOUCHED_FACTS, marks=("person_id",))),
    _step("touched_persons", _TOUCHED),
    _step("persons", Renewal(scope=Scope.KEYED, key=Within("person_id", "touched_persons"))),
)

PERSON_VISITORS: Final = _step("person_visitors", _TOUCHED)
"""Finds the visitors of touched persons; to be run when all touched persons are known."""
