"""Which reader opens a file: told by its first bytes, then by its name."""

from __future__ import annotations

from headwater.capture.importers.csv_rows import CsvRows
from headwater.capture.importers.json_rows import JsonRows
from headwater.capture.importers.mapping import FileFormat
from headwater.capture.importers.parquet_rows import ParquetRows
from headwater.capture.importers.rows import RowSource
from headwater.capture.importers.survey import PARQUET, ZIP, Survey
from headwater.capture.importers.xlsx_rows import XlsxRows


def open_table(survey: Survey, form: FileFormat) -> RowSource:
    """Return the rows of the surveyed file; InputError if it is no table."""
    if survey.head.startswith(PARQUET):
        return ParquetRows(survey)
    if survey.head.startswith(ZIP):
        return XlsxRows(survey, form.sheet)
    if _is_json(survey):
        return JsonRows(survey)
    return CsvRows(survey, form.delimiter)


def _is_json(survey: Survey) -> bool:
    endings = {suffix.lower() for suffix in survey.path.suffixes[-2:]}
    if endings & {".json", ".jsonl", ".ndjson"}:
        return True
    if endings & {".csv", ".tsv", ".tab", ".txt"}:
        return False
    return survey.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[{"))
