"""Composed SQL stays in the portable subset, and every name in it comes from the registry."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import sqlglot
from small_tables import Ledger
from sqlglot import exp

from headwater.reports import DIMENSIONS, REPORTS, Filter, ReportRequest, run

pytestmark = pytest.mark.slow


@dataclass
class Listening:
    """A source that keeps the texts it was asked."""

    ledger: Ledger
    texts: list[str] = field(default_factory=list)

    def query(self, sql, params=None, tables=None):  # type: ignore[no-untyped-def]
        self.texts.append(sql)
        return self.ledger.query(sql, params, tables)


OFFERED = [(name, by) for name, one in REPORTS.items() for by in one.dimensions]


@pytest.mark.parametrize(("name", "by"), OFFERED)
def test_every_dimension_of_every_report_can_be_asked_and_said_to_spark(
    books: Ledger, name: str, by: str
) -> None:
    heard = Listening(books)
    request = ReportRequest(
        by=(by,), filters=(Filter(by, "nothing's like this"),), models=("linear",)
    )
    report = run(heard, name, request)

    assert report.columns[0].title == DIMENSIONS[by].title
    assert report.balance.is_exact
    composed = [text for text in heard.texts if "ranked_entries" in text]
    assert len(composed) == 1
    for text in composed:
        assert "nothing's" not in text
        assert isinstance(sqlglot.parse_one(text, dialect="duckdb"), exp.Query)
        sqlglot.transpile(
            text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
        )


@pytest.mark.parametrize("name", REPORTS)
def test_every_column_says_how_it_is_made(name: str) -> None:
    assert all(metric.formula and metric.title for metric in REPORTS[name].metrics.values())


@pytest.mark.parametrize("name", REPORTS)
def test_a_reports_own_dimensions_are_offered(name: str) -> None:
    one = REPORTS[name]

    assert set(one.default_by) <= set(one.dimensions) <= set(DIMENSIONS)
    assert one.question.endswith("?")
