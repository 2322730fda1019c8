"""JSON: one object a line (JSONL), or one array of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain, islice
from typing import Final

from headwater.capture.importers.rows import RawRow
from headwater.capture.importers.survey import Survey
from headwater.capture.importers.text_lines import LONGEST_LINE, TextLines
from headwater.domain.errors import BadRow, InputError

_SAMPLED_ROWS: Final = 1_000
_SHOWN: Final = 200
_PIECE: Final = 1 << 16


class JsonRows:
    """Objects of a JSON file; a nested object's fields are columns named `outer.inner`.

    The columns are those seen in the first 1,000 objects. Row numbers are line numbers, in an
    array the objects' own count from 1. With `nested`, objects and lists stay what they are.
    """

    unit = "bytes"

    def __init__(self, survey: Survey, file: TextLines, *, nested: bool = False) -> None:
        self._file = file
        self.total = file.total
        self.notes: list[str] = [survey.note] if survey.note else []
        is_array = survey.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
        objects = _array_rows(file) if is_array else _line_rows(file)
        self._rows = objects if nested else map(_flattened, objects)
        sample = list(islice(self._rows, _SAMPLED_ROWS))
        self._rows = chain(sample, self._rows)
        found = dict.fromkeys(
            name for row in sample if isinstance(row, RawRow) for name in row.cells
        )
        self.columns = list(found)
        if not any(isinstance(row, RawRow) for row in sample) and sample:
            raise InputError(
                f"{survey.path}: no JSON object was found. Write one object a line, or one "
                f"array of objects. First trouble: {sample[0]}."
            )

    def rows(self) -> Iterator[RawRow | BadRow]:
        """Yield each object; what is not one comes as a BadRow."""
        return self._rows

    def position(self) -> int:
        return self._file.position()


def _parse_nothing_finite(name: str) -> str:
    return name  # NaN and Infinity stay texts: the field that reads them rejects them


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_parse_nothing_finite)


def _line_rows(file: TextLines) -> Iterator[RawRow | BadRow]:
    for number, line in enumerate(file.lines(), start=1):
        text = line.strip()
        if text:
            yield _row(number, text)


def _row(number: int, text: str) -> RawRow | BadRow:
    if len(text) >= LONGEST_LINE:
        return BadRow(
            number, "(row)", text[:_SHOWN], f"is longer than {LONGEST_LINE:,} letters"
        )
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as failure:
        return BadRow(number, "(row)", text[:_SHOWN], f"is not JSON: {failure}")
    return _as_row(number, value)


def _as_row(number: int, value: object) -> RawRow | BadRow:
    if not isinstance(value, dict):
        return BadRow(number, "(row)", str(value)[:_SHOWN], "is not a JSON object")
    return RawRow(number, value)


def _flattened(row: RawRow | BadRow) -> RawRow | BadRow:
    return row if isinstance(row, BadRow) else RawRow(row.number, dict(_flat(row.cells, "")))


def _flat(value: Mapping[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{prefix}{name}.")
        elif isinstance(inner, list):
            yield f"{prefix}{name}", json.dumps(inner, ensure_ascii=False, default=str)
        else:
            yield f"{prefix}{name}", inner


def _array_rows(file: TextLines) -> Iterator[RawRow | BadRow]:
    """Decode one object after the other; what follows a broken one cannot be told apart."""
    buffer = file.read(_PIECE).lstrip().removeprefix("[").lstrip()
    number = 1
    while buffer and not buffer.startswith("]"):
        try:
            value, end = _DECODER.raw_decode(buffer)
        except (ValueError, RecursionError) as failure:
            more = file.read(max(_PIECE, len(buffer)))
            if more and len(buffer) < LONGEST_LINE:
                buffer += more
                continue
            reason = f"the array is broken here; nothing after it was read: {failure}"
            yield BadRow(number, "(row)", buffer[:_SHOWN], reason)
            return
        yield _as_row(number, value)
        number += 1
        buffer = _after_comma(file, buffer[end:])


def _after_comma(file: TextLines, buffer: str) -> str:
    rest = buffer.lstrip().removeprefix(",").lstrip()
    while not rest and (more := file.read(_PIECE)):
        rest = (buffer + more).lstrip().removeprefix(",").lstrip()
        buffer = ""
    return rest
