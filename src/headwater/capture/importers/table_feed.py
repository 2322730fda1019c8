"""A table becomes drafts of facts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from headwater.capture.importers.cells import as_text
from headwater.capture.importers.compiling import Plan
from headwater.capture.importers.drafts import Draft
from headwater.capture.importers.finishing import Finisher, Values
from headwater.capture.importers.kinds import SOMEONE
from headwater.capture.importers.naming import identity_parts
from headwater.capture.importers.rows import RawRow, RowSource
from headwater.domain.errors import BadRow, InputError

_EXPENDABLE: Final = frozenset({"email", "phone"})
"""Fields that a row can do without: a bad one is left out and reported, the row is kept."""


class TableFeed:
    """Rows of an opened table, read by a plan. `keyed` makes this store's hashes."""

    def __init__(self, plan: Plan, source: RowSource, keyed: Callable[[str], str]) -> None:
        self._plan = plan
        self._source = source
        self._keyed = keyed
        self._finisher = Finisher(plan.kind.name, plan.currency, keyed)
        self.fact = plan.kind.fact
        self.total = source.total
        self.unit = source.unit

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the user on how the file was read."""
        rounded = self._finisher.rounded
        if not rounded:
            return [*self._source.notes, *self._plan.notes]
        note = (
            f"{rounded:,} amounts had more decimals than their currency; they were rounded, "
            "half to even."
        )
        return [*self._source.notes, *self._plan.notes, note]

    def drafts(self) -> Iterator[Draft | BadRow]:
        """Yield what each row came to, in the file's order."""
        for row in self._source.rows():
            if isinstance(row, BadRow):
                yield row
                continue
            try:
                yield self._draft(row)
            except BadRow as bad:
                yield bad

    def position(self) -> int:
        return self._source.position()

    def _draft(self, row: RawRow) -> Draft:
        values, warnings = self._read(row)
        self._check_required(values, warnings, row.number)
        key = self._id(row)
        if self._plan.system is not None and "external_id" in values:
            values["external_id"] = f"{self._plan.system}:{values['external_id']}"
        warnings += self._finisher.finish(values, row.number)
        if self._plan.property_columns:
            values["properties"] = self._properties(row)
        is_keyed = bool(key) or self._has_natural_key(values)
        identity = (
            self.fact.value,
            "key" if is_keyed else "row",
            *key,
            *identity_parts(values, self._keyed),
        )
        return Draft(row.number, values, identity, is_keyed, warnings=warnings)

    def _read(self, row: RawRow) -> tuple[Values, list[BadRow]]:
        values: Values = {}
        warnings: list[BadRow] = []
        for reader in self._plan.readers:
            try:
                value = reader.read(row.number, row.cells)
            except BadRow as bad:
                if reader.name not in _EXPENDABLE:
                    raise
                warnings.append(bad)
                continue
            if value is not None:
                values[reader.name] = value
        return values, warnings

    def _check_required(
        self, values: Mapping[str, object], warnings: Sequence[BadRow], row: int
    ) -> None:
        for name in self._plan.kind.required:
            if name not in values and f"{name}_minor" not in values:
                raise BadRow(row, name, "", "is empty")
        if self._plan.kind.needs_someone and values.keys().isdisjoint(SOMEONE):
            for bad in warnings:
                reason = f"{bad.reason}; and nothing else in the row says who it was"
                raise BadRow(row, bad.field, bad.value, reason)
            raise BadRow(
                row, " or ".join(SOMEONE), "", "nothing says who it was: all are empty"
            )

    def _id(self, row: RawRow) -> list[str]:
        try:
            key = [as_text(row.cells.get(column)) or "" for column in self._plan.id_columns]
        except InputError as failure:
            raise BadRow(row.number, "id", "", str(failure)) from failure
        if key and not any(key):
            raise BadRow(row.number, "id", "", f"{', '.join(self._plan.id_columns)} are empty")
        return key

    def _has_natural_key(self, values: Mapping[str, object]) -> bool:
        key = self._plan.kind.key
        return bool(key) and all(name in values for name in key)

    def _properties(self, row: RawRow) -> str:
        found = {}
        for column in self._plan.property_columns:
            try:
                found[column] = as_text(row.cells.get(column))
            except InputError as failure:
                raise BadRow(
                    row.number, column, row.cells.get(column), str(failure)
                ) from failure
        kept = {name: text for name, text in found.items() if text is not None}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)
