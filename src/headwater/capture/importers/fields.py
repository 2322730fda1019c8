"""Reading one field of a row: the cell, its value map, its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from headwater.capture.importers.amounts import as_amount
from headwater.capture.importers.cells import as_flag, as_integer, as_number, as_text
from headwater.capture.importers.dates import TimeFormat, as_time, start_of_day
from headwater.capture.importers.kinds import Shape
from headwater.capture.importers.mapping import (
    ANYTHING_ELSE,
    ColumnMapping,
    FieldSpec,
    zone,
)
from headwater.capture.people import normalise_email, normalise_phone
from headwater.domain.errors import BadRow, InputError
from headwater.domain.money import exponent

Parse = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads one field of each row. `fallback` stands where the cell is empty."""

    name: str
    columns: tuple[str, ...]
    parse: Parse
    values: Mapping[str, str]
    fallback: object = None

    def read(self, row: int, cells: Mapping[str, object]) -> object:
        """Return the field's value; BadRow with what was seen and what is wrong with it."""
        cell = cells.get(self.columns[0]) if self.columns else None
        try:
            if len(self.columns) > 1:
                cell = _joined(cells.get(column) for column in self.columns)
            value = self.parse(self._translated(cell) if self.values else cell)
        except InputError as failure:
            raise BadRow(row, self.name, cell, str(failure)) from failure
        return self.fallback if value is None else value

    def _translated(self, cell: object) -> object:
        text = as_text(cell)
        if text is None:
            return None
        return self.values.get(text, self.values.get(ANYTHING_ELSE, text))


def _joined(cells: Iterable[object]) -> str:
    parts = (as_text(cell) for cell in cells)
    return " ".join(part for part in parts if part is not None)


def parser(
    shape: Shape, spec: FieldSpec | None, mapping: ColumnMapping, region: str | None
) -> Parse:
    """Return how a cell of this shape is read; it raises InputError with the reason alone."""
    if shape in (Shape.TIME, Shape.DAY):
        return _time_parser(shape, spec, mapping)
    if shape is Shape.AMOUNT:
        return partial(as_amount, form=mapping.money)
    if shape is Shape.PHONE:
        return partial(_as_phone, region=mapping.default_region or region)
    return _SIMPLE[shape]


def _time_parser(shape: Shape, spec: FieldSpec | None, mapping: ColumnMapping) -> Parse:
    pattern = (spec and spec.date_format) or mapping.dates.format
    where = zone((spec and spec.timezone) or mapping.dates.timezone)
    form = TimeFormat(pattern, where)
    if shape is Shape.TIME:
        return partial(as_time, form=form)

    def day(cell: object) -> int | None:
        moment = as_time(cell, form)
        return None if moment is None else start_of_day(moment, where)

    return day


def _as_currency(cell: object) -> str | None:
    text = as_text(cell)
    if text is None:
        return None
    exponent(text.upper())
    return text.upper()


def _as_email(cell: object) -> str | None:
    text = as_text(cell)
    return None if text is None else normalise_email(text)


def _as_phone(cell: object, region: str | None) -> str | None:
    text = as_text(cell)
    return None if text is None else normalise_phone(text, region)


_SIMPLE: Final[dict[Shape, Parse]] = {
    Shape.TEXT: as_text,
    Shape.INTEGER: as_integer,
    Shape.NUMBER: as_number,
    Shape.FLAG: as_flag,
    Shape.CURRENCY: _as_currency,
    Shape.EMAIL: _as_email,
}
