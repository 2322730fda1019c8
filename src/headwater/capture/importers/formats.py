"""Which reader opens a file: told by its first bytes, then by its name."""

from __future__ import annotations

from contextlib import ExitStack, closing

from headwater.capture.importers.csv_rows import CsvRows
from headwater.capture.importers.json_rows import JsonRows
from headwater.capture.importers.mapping import FileFormat
from headwater.capture.importers.parquet_rows import ParquetRows
from headwater.capture.importers.rows import RowSource
from headwater.capture.importers.survey import PARQUET, ZIP, Survey
from headwater.capture.importers.text_lines import TextLines
from headwater.capture.importers.xlsx_rows import XlsxRows


def open_table(survey: Survey, form: FileFormat, resources: ExitStack) -> RowSource:
    """Return the rows of the surveyed file; InputError if it is no table.

    What is opened is closed with `resources`, also where this raises.
    """
    if survey.head.startswith(PARQUET):
        return ParquetRows(survey, resources)
    if survey.head.startswith(ZIP):
        return XlsxRows(survey, resources, form.sheet)
    if _is_json(survey):
        return JsonRows(survey, open_text(survey, resources, newline="\n"))
    return CsvRows(survey, open_text(survey, resources, newline=""), form.delimiter)


def open_nested(survey: Survey, resources: ExitStack) -> RowSource:
    """Return the rows of another tool's export, objects and lists as they are in the file.

    It is no archive and no workbook. What is opened is closed with `resources`.
    """
    if survey.head.startswith(PARQUET):
        return ParquetRows(survey, resources, nested=True)
    if _is_json(survey):
        lines = open_text(survey, resources, newline="\n")
        return JsonRows(survey, lines, nested=True)
    return CsvRows(survey, open_text(survey, resources, newline=""))


def open_text(survey: Survey, resources: ExitStack, newline: str) -> TextLines:
    """Return the lines of the surveyed file, closed with `resources`."""
    return resources.enter_context(closing(TextLines(survey, newline)))


def _is_json(survey: Survey) -> bool:
    endings = {suffix.lower() for suffix in survey.path.suffixes[-2:]}
    if endings & {".json", ".jsonl", ".ndjson"}:
        return True
    if endings & {".csv", ".tsv", ".tab", ".txt"}:
        return False
    return survey.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[{"))
