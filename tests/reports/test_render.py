"""Files for machines: plain decimals, blanks for the unknown, the proof beside the rows."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from picked import PICKS, closed_in_2025
from small_tables import Ledger

from headwater.domain.errors import UnknownName
from headwater.reports import ColumnKind, Report, ReportRequest, plain, render, run


def test_csv_holds_the_rows_alone(report: Report) -> None:
    assert render(report, "csv").decode().splitlines() == [
        "where,won,revenue,roas,cpl",
        "Paid Search,0.5,500.01,1.250025,800.00",
        "Email,0.5,500.00,,",
        "(no touch),2,349.99,,",
        "(excluded: no close date),0,0.00,,",
        "(excluded: no exchange rate),1,0.00,,",
    ]


def test_json_holds_header_rows_and_balance(report: Report) -> None:
    made = json.loads(render(report, "json"))

    assert made["header"]["from"] == "2025-01-01"
    assert made["header"]["as_of"] == "2025-07-01T00:00:00+00:00"
    assert made["rows"][1] == {
        "where": "Email",
        "won": 0.5,
        "revenue": 500.0,
        "roas": None,
        "cpl": None,
    }
    revenue = next(line for line in made["balance"] if line["metric"] == "revenue")
    assert (
        revenue
        == {
            "metric": "revenue",
            "credited": 1000.01,
            "parts": [{"label": "(no touch)", "amount": 349.99}],
            "total": 1350.0,
            "difference": 0,
        }
        or revenue["difference"] == 0.0
    )


def test_parquet_holds_exact_decimals_and_the_proof(report: Report) -> None:
    table = pq.read_table(io.BytesIO(render(report, "parquet")))

    assert table.schema.field("revenue").type == pa.decimal128(38, 2)
    assert table.column("revenue").to_pylist()[0] == Decimal("500.01")
    balance = json.loads(table.schema.metadata[b"headwater.balance"])
    assert {line["difference"] for line in balance} == {0}


def test_the_same_report_gives_the_same_file(books: Ledger, report: Report) -> None:
    again = closed_in_2025(books)

    for name in ("csv", "json", "parquet"):
        assert render(again, name) == render(report, name)


def test_a_format_that_does_not_exist_is_named(report: Report) -> None:
    with pytest.raises(UnknownName, match="csv, json, parquet"):
        render(report, "pdf")


CELLS = [
    (None, ColumnKind.MONEY, "EUR", None),
    (123_456, ColumnKind.MONEY, "EUR", "1234.56"),
    (123_456, ColumnKind.MONEY, "JPY", "123456"),
    (123_456, ColumnKind.MONEY, "KWD", "123.456"),
    (-5, ColumnKind.MONEY, "EUR", "-0.05"),
    (12.5, ColumnKind.MONEY, "EUR", "0.12"),
    (0.1 + 0.2, ColumnKind.COUNT, "EUR", "0.3"),
    (842, ColumnKind.COUNT, "EUR", "842"),
    (1e-12, ColumnKind.RATE, "EUR", "0"),
    (-1e-12, ColumnKind.RATE, "EUR", "0"),
    (1e20, ColumnKind.RATIO, "EUR", "100000000000000000000"),
]


@pytest.mark.parametrize(("value", "kind", "currency", "text"), CELLS)
def test_cells_are_plain_decimals(
    value: object, kind: ColumnKind, currency: str, text: str | None
) -> None:
    assert plain(value, kind, currency) == text


def test_a_report_in_yen_has_no_decimals(books: Ledger) -> None:
    yen = replace(ReportRequest(currency="JPY"), columns=PICKS)

    assert b"Paid Search,0.5,50001," in render(run(books, "channels", yen), "csv")
