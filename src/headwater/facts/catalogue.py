"""The schemas that the running code knows, and how older facts reach them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from headwater.domain.errors import StoreDamaged, StoreError
from headwater.domain.words import FactKind
from headwater.facts.migrations import MIGRATIONS, Migration
from headwater.facts.schemas import SCHEMA_VERSION, SCHEMAS


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Schemas and versions by kind, and the migrations between versions."""

    schemas: Mapping[FactKind, Any]
    versions: Mapping[FactKind, int]
    migrations: Mapping[tuple[FactKind, int], Migration]

    def check_version(self, kind: FactKind, version: int) -> None:
        """Raise StoreError for a version that is newer than this code."""
        if version > self.versions[kind]:
            raise StoreError(
                f"The store holds facts of kind '{kind}' at schema version {version}; this "
                f"Headwater knows versions up to {self.versions[kind]}. Install the newer "
                "Headwater that wrote them."
            )

    def upgraded(self, table: Any, kind: FactKind, version: int) -> Any:
        """Return a table of an older version as one of the present version."""
        self.check_version(kind, version)
        before = table.num_rows
        for step in range(version, self.versions[kind]):
            migration = self.migrations.get((kind, step))
            if migration is None:
                raise StoreError(
                    f"No migration of '{kind}' from version {step} to {step + 1}. This is a "
                    "fault of the installed Headwater: report it, and go back to the last one."
                )
            table = migration(table)
        if table.num_rows != before:
            raise StoreDamaged(f"A migration of '{kind}' changed the number of its rows.")
        return conform(table, self.schemas[kind])


def conform(table: Any, schema: Any) -> Any:
    """Return the table with exactly the schema's columns, the missing ones null."""
    columns = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


CATALOGUE: Final = Catalogue(SCHEMAS, SCHEMA_VERSION, MIGRATIONS)
"""What the installed code knows."""
