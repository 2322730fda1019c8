"""XLSX for people: real numbers, amounts and dates; bold heads that stay; nothing that runs."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook
from small_tables import Ledger

from headwater.domain.errors import InputError
from headwater.reports import ColumnKind, Report, ReportRequest, render, run, sheets

JANUARY = datetime.fromisoformat("2025-01-01")


def opened(report: Report) -> Workbook:
    return load_workbook(io.BytesIO(render(report, "xlsx")))


def test_the_rows_are_numbers_under_bold_heads_with_the_total_below(report: Report) -> None:
    sheet = opened(report)["Report"]
    rows = list(sheet.values)
    assert rows[0] == ("where", "Won", "Revenue", "ROAS", "CPL")
    assert rows[1] == ("Paid Search", 0.5, 500.01, 1.250025, 800)
    assert rows[2] == ("Email", 0.5, 500, None, None)
    assert rows[-1][:3] == ("Total", 4, 1350)
    assert all(cell.font.bold for cell in (*sheet[1], *sheet[sheet.max_row]))
    assert not sheet["A2"].font.bold
    assert sheet.freeze_panes == "B2"


def test_money_rates_and_ratios_have_their_own_format(report: Report) -> None:
    sheet = opened(report)["Report"]
    assert sheet["C2"].number_format == "#,##0.00"
    assert sheet["D2"].number_format == "#,##0.00"
    assert sheet["B4"].number_format == "#,##0"


def test_money_without_cents_has_none(report: Report) -> None:
    yen = replace(report, header=replace(report.header, currency="JPY"))
    sheet = opened(yen)["Report"]
    assert sheet["C2"].value == 50001
    assert sheet["C2"].number_format == "#,##0"


def test_columns_are_as_wide_as_what_they_hold(report: Report) -> None:
    sheet = opened(report)["Report"]
    longest = max(len(str(cell.value)) for cell in sheet["A"])
    assert longest <= sheet.column_dimensions["A"].width <= 60


@pytest.mark.parametrize(
    ("unit", "first", "form"),
    [
        ("day", JANUARY, "yyyy-mm-dd"),
        ("month", JANUARY, "yyyy-mm"),
        ("week", "2025-W01", "General"),
    ],
)
def test_days_and_months_are_dates(books: Ledger, unit: str, first: object, form: str) -> None:
    request = ReportRequest(by=(unit,), from_=date(2025, 1, 1), to=date(2025, 3, 31))
    sheet = opened(run(books, "overview", request))["Report"]
    assert sheet["A2"].value == first
    assert sheet["A2"].number_format == form


def test_a_second_sheet_says_what_it_means_and_that_it_balances(report: Report) -> None:
    said = {row[0]: row[1:] for row in opened(report)["About"].values if row[0]}
    assert said["Model"][0] == "linear"
    assert said["From"][0] == JANUARY
    assert said["As of (UTC)"][0] == datetime.fromisoformat("2025-07-01")
    assert said["Revenue"][1:] == (1000.01, 349.99, 1350)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("=1+1", "=1+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("spring\x00sale", "springsale"),
        ("x" * 40_000, "x" * 32_766 + "…"),
    ],
)
def test_nothing_that_a_campaign_is_called_can_run_or_break_the_file(
    report: Report, name: str, shown: str
) -> None:
    names = pa.array([name, *report.rows.column("where").to_pylist()[1:]])
    told = replace(report, rows=report.rows.set_column(0, "where", names))
    cell = opened(told)["Report"]["A2"]
    assert (cell.value, cell.data_type) == (shown, "s")


def test_more_rows_than_a_sheet_holds_are_refused(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 6)
    with pytest.raises(InputError, match="Take fewer with a limit"):
        render(report, "xlsx")


def test_an_empty_report_is_an_empty_sheet(report: Report) -> None:
    empty = replace(report, rows=report.rows.slice(0, 0), ranks=())
    assert opened(empty)["Report"].max_row == 2
    assert {column.kind for column in report.columns} >= {ColumnKind.MONEY, ColumnKind.RATIO}
