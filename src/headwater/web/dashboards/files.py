"""Reports as files to take along: the formats offered, and a report as an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from headwater import reports
from headwater.reports import ColumnKind, Report
from headwater.web import words
from headwater.web.dashboards.asks import Ask

FILE_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_READ_BY_PEOPLE: Final = frozenset({"xlsx"})


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice among a few, as a link."""

    name: str
    address: str
    is_here: bool


def offered(name: str, ask: Ask, **usual: str) -> tuple[Tab, ...]:
    """Return a link per format to the report of a screen, with what it is asked by default."""
    given = {key for key, _value in ask.given}
    query = ask.fixed()
    added = "".join(f"&{key}={value}" for key, value in usual.items() if key not in given)
    return tuple(
        Tab(one.upper(), f"{reverse('export', args=(name, one))}?{query}{added}", False)
        for one in reports.FORMATS
    )


def attached(report: Report, name: str, file_format: str) -> HttpResponse:
    """Return a report as a file; what people read has the heads of their language."""
    made = _in_words(report) if file_format in _READ_BY_PEOPLE else report
    body = reports.render(made, file_format)
    return HttpResponse(
        body,
        content_type=FILE_TYPES.get(file_format, "application/octet-stream"),
        headers={"Content-Disposition": f'attachment; filename="{name}.{file_format}"'},
    )


def _in_words(report: Report) -> Report:
    columns = tuple(
        replace(
            one,
            title=words.dimension(one.key, one.title)
            if one.kind is ColumnKind.TEXT
            else words.metric(one.key, words.model(one.title)),
        )
        for one in report.columns
    )
    return replace(report, columns=columns)
