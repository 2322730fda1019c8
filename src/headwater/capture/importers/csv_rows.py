"""CSV of any common dialect. One damaged row never takes its neighbours with it."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from headwater.capture.importers.rows import LONGEST_FIELD, RawRow
from headwater.capture.importers.survey import Survey
from headwater.capture.importers.text_lines import TextLines
from headwater.domain.errors import BadRow, InputError

DELIMITERS: Final = (",", ";", "\t", "|")

_SAMPLED_LINES: Final = 100
_SHOWN: Final = 200


class CsvRows:
    """A CSV file with a header. Row numbers are a spreadsheet's: the header is row 1."""

    unit = "bytes"

    def __init__(self, survey: Survey, file: TextLines, delimiter: str | None = None) -> None:
        self._file = file
        self.total = file.total
        self.notes: list[str] = [survey.note] if survey.note else []
        self._number = 0
        self._lines = _Lines(file.lines())
        self._delimiter = delimiter or self._sniff()
        self._reader = self._new_reader()
        self.columns = self._header(survey)
        self.notes.extend(_note_on_duplicates(self.columns))

    def _sniff(self) -> str:
        first = list(islice(self._lines, _SAMPLED_LINES))
        if first and first[0].lower().startswith("sep=") and len(first[0].rstrip("\r\n")) == 5:
            self._number = 1  # Excel's own hint is a row of the file, but none of the table
            self._lines.push_back(first[1:])
            return first[0][4]
        self._lines.push_back(first)
        return max(DELIMITERS, key=lambda delimiter: _fitness(first, delimiter))

    def _new_reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines, delimiter=self._delimiter, strict=True)

    def _header(self, survey: Survey) -> list[str]:
        self._lines.record.clear()
        try:
            for cells in self._reader:
                self._number += 1
                if any(cell.strip() for cell in cells):
                    return _names(cells)
                self._lines.record.clear()
        except csv.Error as failure:
            raise InputError(
                f"{survey.path}: the header cannot be read: {failure}."
            ) from failure
        raise InputError(f"{survey.path}: the file is empty; nothing was imported.")

    def rows(self) -> Iterator[RawRow | BadRow]:
        """Yield each row; ragged ones and those with a stray quote come as a BadRow."""
        while True:
            self._lines.record.clear()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as failure:
                yield self._resume_after(_reason(failure))
                continue
            self._number += 1
            if cells:
                yield self._row(cells)

    def _row(self, cells: list[str]) -> RawRow | BadRow:
        width = len(self.columns)
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) == width:
            return RawRow(self._number, dict(zip(self.columns, cells, strict=True)))
        if len(self._lines.record) > 1:
            self._number -= 1
            return self._resume_after("a quote is not closed where the row ends")
        shown = self._delimiter.join(cells)[:_SHOWN]
        reason = f"has {len(cells)} cells where the header has {width}"
        return BadRow(self._number, "(row)", shown, reason)

    def _resume_after(self, reason: str) -> BadRow:
        """Give up the first line of the record and read on from the one after it."""
        first, *others = self._lines.record
        self._lines.push_back(others)
        self._reader = self._new_reader()
        self._number += 1
        return BadRow(self._number, "(row)", first[:_SHOWN], reason)

    def position(self) -> int:
        return self._file.position()


class _Lines:
    """Lines for csv.reader, which remembers those of the present record."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._pushed: deque[str] = deque()
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._pushed.popleft() if self._pushed else next(self._source)
        self.record.append(line)
        return line

    def push_back(self, lines: list[str]) -> None:
        self._pushed.extendleft(reversed(lines))


def _fitness(lines: list[str], delimiter: str) -> tuple[bool, float, int]:
    """Say how well a delimiter explains a sample: the share of rows as wide as the header."""
    widths: list[int] = []
    reader = csv.reader(iter(lines), delimiter=delimiter)
    try:
        widths.extend(len(cells) for cells in reader if cells)
    except csv.Error:
        if not widths:
            return False, 0.0, 0
    header = widths[0] if widths else 0
    return header > 1, widths.count(header) / max(len(widths), 1), header


def _names(cells: list[str]) -> list[str]:
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [cell.strip() or f"column {index}" for index, cell in enumerate(cells, start=1)]


def _note_on_duplicates(columns: list[str]) -> list[str]:
    twice = [name for name, times in Counter(columns).items() if times > 1]
    if not twice:
        return []
    return [f"Columns named more than once, so not to be mapped: {', '.join(twice)}."]


def _reason(failure: csv.Error) -> str:
    text = str(failure)
    if "field larger" in text:
        return f"a field is longer than the limit of {LONGEST_FIELD:,} characters"
    if "unexpected end" in text:
        return "a quote is opened and never closed"
    return "a quote is closed in the middle of a field; write quotes within one twice"
