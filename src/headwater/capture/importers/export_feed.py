"""Another tool's export becomes drafts of events and orders."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Final

from headwater.capture.importers.drafts import Draft
from headwater.capture.importers.exports.found import Export, Found, Place
from headwater.capture.importers.exports.reading import host_of
from headwater.capture.importers.finishing import Finisher, Values
from headwater.capture.importers.formats import open_nested
from headwater.capture.importers.rows import RawRow, fault_in_text
from headwater.capture.importers.summary import ImportOptions
from headwater.capture.importers.survey import ZIP, Survey
from headwater.capture.protocols.traits import SEEN
from headwater.capture.scrubbing import scrubbed
from headwater.domain.errors import BadRow, InputError
from headwater.domain.words import FactKind
from headwater.facts import SCHEMAS

_SCRUBBED: Final = ("url", "referrer", "title", "properties")


class ExportFeed:
    """The facts of an opened export. `keyed` makes this store's hashes."""

    fact = FactKind.EVENT

    def __init__(
        self,
        export: Export,
        found: Survey,
        options: ImportOptions,
        keyed: Callable[[str], str],
        resources: ExitStack,
    ) -> None:
        """Open the file; InputError if it is not this export."""
        if found.head.startswith(ZIP):
            raise InputError(f"{found.path}: is an archive or a workbook. {export.archive}")
        source = open_nested(found, resources)
        _check(export, found.path, source.columns)
        self._source = source
        self._reader = export.reader(Place(_host(options.site), keyed))
        self._finisher = Finisher(export.name, options.currency, keyed)
        self._currency = options.currency
        self._assumed = 0
        self.total = source.total
        self.unit = source.unit

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the user on how the file was read."""
        notes = list(self._source.notes)
        if self._assumed:
            notes.append(
                f"{self._assumed:,} amounts name no currency; they were taken to be in "
                f"{self._currency}, the currency of the settings."
            )
        if self._finisher.rounded:
            notes.append(
                f"{self._finisher.rounded:,} amounts had more decimals than their currency; "
                "they were rounded, half to even."
            )
        return notes

    def drafts(self) -> Iterator[Draft | BadRow]:
        """Yield what each row holds, counted in the order of the file."""
        count = 0
        for row in self._source.rows():
            for outcome in self._read(row):
                if isinstance(outcome, Draft):
                    count += 1
                    outcome.row = count
                yield outcome

    def position(self) -> int:
        return self._source.position()

    def _read(self, row: RawRow | BadRow) -> Iterator[Draft | BadRow]:
        if isinstance(row, BadRow):
            yield row
            return
        try:
            for found in self._reader.read(row.number, row.cells):
                yield found if isinstance(found, BadRow) else self._finished(row.number, found)
        except BadRow as bad:
            yield bad
        except InputError as failure:
            yield BadRow(row.number, "(row)", "", str(failure))

    def _finished(self, number: int, found: Found) -> Draft | BadRow:
        columns = SCHEMAS[found.kind].names
        values = {
            name: value
            for name, value in found.values.items()
            if name in columns or name not in SEEN  # an order has no column for a browser
        }
        try:
            warnings = self._finish(values, number)
        except BadRow as bad:
            return bad
        label = "orders" if found.kind is FactKind.ORDER else "events"
        return Draft(
            0, values, found.identity, found.is_keyed, label, warnings, fact=found.kind
        )

    def _finish(self, values: Values, number: int) -> list[BadRow]:
        amount = values.get("amount")
        if isinstance(amount, str):
            values["amount"] = Decimal(amount)
            self._assumed += "currency" not in values and self._currency is not None
        if isinstance(values.get("properties"), dict):
            written = json.dumps(values["properties"], ensure_ascii=False)
            values["properties"] = None if written == "{}" else written
        for name in _SCRUBBED:
            if isinstance(told := values.get(name), str):
                values[name] = scrubbed(told)
        for name, value in values.items():
            reason = fault_in_text(value) if isinstance(value, str) else None
            if reason is not None:
                raise BadRow(number, name, value, reason)
        return self._finisher.finish(values, number)


def _check(export: Export, path: Path, columns: Sequence[str]) -> None:
    export.refuse(path, columns)
    missing = [name for name in export.columns if name not in columns]
    if missing:
        raise InputError(
            f"{path}: is not {export.what}: there is no {' and no '.join(missing)}. "
            f"Found were: {', '.join(columns[:50])}."
        )


def _host(site: str | None) -> str | None:
    """Return the site as it stands in facts: its domain alone."""
    if site is None:
        return None
    host = host_of(site if "://" in site else f"https://{site}")
    if host is None:
        raise InputError(f"'{site}' is not a site; write its domain, such as example.com.")
    return host
