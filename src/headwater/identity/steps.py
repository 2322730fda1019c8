"""What this stage asks the warehouse to make, in order."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from headwater.identity.components import resolve
from headwater.warehouse.sql import Statement, load
from headwater.warehouse.steps import PythonStep, Reader, Scope, SqlStep, Step


def _person_keys(reader: Reader) -> pa.Table:
    return resolve(reader.query("select external_id, email_key, phone_key from key_sightings"))


def _sql(name: str) -> Statement:
    return load("identity", name)


STEPS: Final[tuple[Step, ...]] = (
    SqlStep(_sql("key_sightings"), Scope.NEW_FACTS),
    PythonStep("person_keys", ("key_sightings",), Scope.WHOLE, _person_keys),
    SqlStep(_sql("keyed_facts"), Scope.VIEW),
    SqlStep(_sql("visitors"), Scope.WHOLE, marks=("person_id", "visitor_id")),
    SqlStep(_sql("fact_persons"), Scope.WHOLE, marks=("person_id",)),
    SqlStep(_sql("persons"), Scope.WHOLE),
    SqlStep(_sql("touched_persons"), Scope.TOUCHED),
    SqlStep(_sql("person_visitors"), Scope.TOUCHED),
)
