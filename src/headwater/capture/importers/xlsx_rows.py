"""Excel workbooks: one sheet, its first row the header."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from headwater.capture.importers.rows import RawRow, broken_off
from headwater.capture.importers.survey import Survey
from headwater.domain.errors import BadRow, InputError, UnknownName

_DAMAGE: Final = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    OSError,
)
_CELL_ERRORS: Final = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
)


class XlsxRows:
    """The rows of one sheet, streamed. Row numbers are the sheet's: the header is row 1."""

    unit = "rows"

    def __init__(self, survey: Survey, resources: ExitStack, sheet: str | None = None) -> None:
        self._path = survey.path
        self.notes: list[str] = []
        self._number = 0
        stream = resources.enter_context(survey.path.open("rb"))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # styles we do not look at
                self._book = load_workbook(stream, read_only=True, data_only=True)
        except _DAMAGE as failure:
            raise self._damaged(failure) from failure
        resources.callback(self._book.close)
        self._sheet = self._choose(sheet)
        self.total = self._sheet.max_row or 0
        self._sheet.reset_dimensions()  # some writers state too few rows; none shall be cut
        self._values = self._sheet.iter_rows(values_only=True)
        self.columns = self._header()

    def _choose(self, sheet: str | None):  # type: ignore[no-untyped-def]
        names = self._book.sheetnames
        if sheet is not None and sheet not in names:
            raise UnknownName("sheet", sheet, names)
        chosen = sheet or names[0]
        if sheet is None and len(names) > 1:
            self.notes.append(
                f"Sheet '{chosen}' was read; the others were not: {', '.join(names[1:])}. "
                "Choose with [file] sheet in the mapping file."
            )
        return self._book[chosen]

    def _damaged(self, failure: Exception) -> InputError:
        return InputError(
            f"{self._path}: is not an Excel workbook that can be read ({failure}). Open it, "
            "save it as .xlsx and import that."
        )

    def _header(self) -> list[str]:
        try:
            for cells in self._values:
                self._number += 1
                if any(cell is not None for cell in cells):
                    return _names(list(cells))
        except _DAMAGE as failure:
            raise self._damaged(failure) from failure
        raise InputError(f"{self._path}: the sheet is empty; nothing was imported.")

    def rows(self) -> Iterator[RawRow | BadRow]:
        """Yield each row that has any value; cells keep the types Excel gave them."""
        try:
            for cells in self._values:
                self._number += 1
                if any(cell is not None for cell in cells):
                    yield self._row(cells)
        except _DAMAGE as failure:
            yield broken_off(self._number + 1, failure)

    def _row(self, cells: tuple[object, ...]) -> RawRow | BadRow:
        width = len(self.columns)
        beyond = [cell for cell in cells[width:] if cell is not None]
        if beyond:
            reason = f"has cells beyond the header's {width} columns"
            return BadRow(self._number, "(row)", beyond[0], reason)
        padded = cells[:width] + (None,) * (width - len(cells))
        row = dict(zip(self.columns, padded, strict=True))
        for name, cell in row.items():
            if cell in _CELL_ERRORS:
                return BadRow(self._number, name, cell, "the spreadsheet could not compute it")
        return RawRow(self._number, row)

    def position(self) -> int:
        return self._number


def _names(cells: list[object]) -> list[str]:
    while cells and cells[-1] is None:
        cells.pop()
    return [
        f"column {index}" if cell is None else str(cell).strip()
        for index, cell in enumerate(cells, start=1)
    ]
