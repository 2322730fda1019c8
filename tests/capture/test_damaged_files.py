"""Every way a file can be broken has a sentence of its own, and none loads half of a row."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from headwater.capture.importers import (
    ImportOptions,
    ImportSummary,
    load_mapping,
    run_import,
)
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.words import FactKind
from headwater.facts import FactStore

Load = Callable[..., ImportSummary]

LEADS = """
[columns]
external_id = "id"
occurred_at = "first_contact"
source = "origin"
"""
ORDERS = """
[columns]
order_id = "order"
line_id = "line"
occurred_at = "paid"
amount = "price"
[money]
currency = "EUR"
"""
GOOD = "id,first_contact,origin\n1,2018-02-26,social\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the file is empty; nothing was imported"),
        (" \n\n", "the file is empty; nothing was imported"),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
            "a PNG picture, not a table. Export the data",
        ),
        (b"%PDF-1.7 \xe2\xe3", "a PDF document, not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        (bytes(range(256)) * 40, "a binary file, not a table"),
        (b"\x01\x02\x03 rows" * 10, "a binary file, not a table"),
        (b"PK\x03\x04" + b"x" * 100, "is not an Excel workbook that can be read"),
        (b"PAR1" + b"x" * 100, "is not a Parquet file that can be read"),
        (
            gzip.compress(GOOD.encode(), mtime=0)[:-9],
            "the compressed file is damaged or cut off",
        ),
        (
            "id,first_contct,origin\n1,2018-02-26,social\n",
            "The column 'first_contact' (for occurred_at) is not in the file. Did you mean "
            "'first_contct'? The columns found are: id, first_contct, origin.",
        ),
        (
            "id,first_contact,origin,id\n1,2018-02-26,social,2\n",
            "The column 'id' is there more than once, so it is not clear which one "
            "'external_id' means.",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(
    load: Load, store: FactStore, content: str | bytes, sentence: str
) -> None:
    with pytest.raises(InputError) as refusal:
        load("leads", content, LEADS)
    assert sentence in str(refusal.value)
    assert store.counts()[FactKind.LEAD] == 0
    assert not (store.directory / "rejects").exists()


@pytest.mark.parametrize(
    ("rows", "rejected"),
    [
        ("1,2018.02.26,x", (2, "occurred_at", "2018.02.26", "it looks like %Y.%m.%d")),
        ("1,26-02-2018,x", (2, "occurred_at", "26-02-2018", "it looks like %d-%m-%Y")),
        ("1,,x", (2, "occurred_at", "", "is empty")),
        (",2018-02-26,x", (2, "visitor_id or external_id", "", "nothing says who it was")),
        ("1,2018-02-26", (2, "(row)", "1,2018-02-26", "has 2 cells where the header has 3")),
        ("1,2018-02-26,x,y", (2, "(row)", "1,2018-02-26,x,y", "has 4 cells")),
        ("1,2018-02-26," + "x" * 1_000_000, (2, "(row)", "1,2018-02-26,xxx", "65,536")),
        ("1,2018-02-26," + "x" * 70_000, (2, "source", "xxx", "65,536")),
        ('1,2018-02-26,"never closed', (2, "(row)", "1,2018-02-26,", "never closed")),
        ('1,2018-02-26,"a"b', (2, "(row)", "1,2018-02-26,", "write quotes within one twice")),
        ("1,2018-02-26,a\x00b", (2, "source", "a", "holds a NUL character")),
    ],
)
def test_a_damaged_row_is_rejected_alone(
    load: Load, rows: str, rejected: tuple[int, str, str, str]
) -> None:
    summary = load("leads", f"id,first_contact,origin\n{rows}\n2,2018-02-27,email\n", LEADS)
    assert (summary.read, summary.new, summary.rejected) == (2, 1, 1)
    (found,) = reject_rows(summary.reject_path)
    number, field, value, reason = rejected
    assert int(found["row"]) == number
    assert found["field"].startswith(field)
    assert found["value"].startswith(value)
    assert len(found["value"]) <= 201
    assert reason in found["reason"]


def test_a_table_from_an_office_program_loads_once_its_dates_are_explained(load: Load) -> None:
    content = "id;first_contact;origin\r\n1;2018.02.26;social\r\n".encode("utf-8-sig")
    refused = load("leads", content, LEADS)
    assert (refused.new, refused.rejected) == (0, 1)
    (found,) = reject_rows(refused.reject_path)
    assert found["value"] == "2018.02.26"
    assert 'set [dates] format = "%Y.%m.%d" in the mapping file' in found["reason"]
    assert load("leads", content, LEADS + '[dates]\nformat = "%Y.%m.%d"').new == 1


@pytest.mark.parametrize(
    ("price", "currency", "field", "reason"),
    [
        ("NaN", "EUR", "amount", "is not a number"),
        ("inf", "EUR", "amount", "is not a number"),
        ("", "EUR", "amount", "is empty"),
        ("12,50", "EUR", "amount", 'set [money] decimal = ","'),
        ("1e17", "EUR", "amount", "is too large"),
        ("12.50", "XXY", "currency", "'XXY' is not an ISO 4217 currency code"),
        ("12.50", "", "currency", "is empty, and [money] currency is not set"),
    ],
)
def test_an_amount_without_sense_rejects_its_row(
    load: Load, price: str, currency: str, field: str, reason: str
) -> None:
    content = f'order_id;occurred_at;amount;currency\nA;2018-02-26;"{price}";{currency}\n'
    summary = load("orders", content + "B;2018-02-26;1.00;eur\n")
    assert (summary.new, summary.rejected) == (1, 1)
    (found,) = reject_rows(summary.reject_path)
    assert (found["row"], found["field"]) == ("2", field)
    assert reason in found["reason"]


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ('[money]\ncurrency = "XXY"', "key 'money.currency', value 'XXY': 'XXY' is not an ISO"),
        ('[dates]\ntimezone = "Mars/Base"', "key 'dates.timezone', value 'Mars/Base': "),
        ('default_region = "ZZ"', "key 'default_region', value 'ZZ': 'ZZ' is not a country"),
        ("[colums]\na = 'b'", "there is no key 'colums' in a mapping file"),
        ("[columns]\na = {colum = 'b'}", "there is no key 'columns.a.colum'"),
        ("[money]\ndecimal = ';'", "key 'money.decimal', value ';'"),
        ("[columns\n", "the mapping file is not TOML"),
        ("[money]\ndecimal = ','\nthousands = ','", "key 'money.thousands', value ','"),
        ("[file]\nencoding = 'klingon'", "'klingon' is not an encoding, such as utf-8"),
        ("[columns]\na = 5", "key 'columns.a', value 5: must be a column's name or a table"),
        ("[columns]\na = {}", "key 'columns.a.column' is missing"),
        ("[constants]\na = [1]", "must be a text or true or false or a number or a time"),
        ("id = 'row'", "key 'id', value 'row': must be a list of texts"),
    ],
)
def test_a_mapping_file_that_is_wrong_names_the_key(
    tmp_path: Path, mapping: str, sentence: str
) -> None:
    path = tmp_path / "map.toml"
    path.write_text(mapping)
    with pytest.raises(InputError) as refusal:
        load_mapping(path)
    assert sentence in str(refusal.value)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "mapping", "sentence"),
    [
        (
            "leads",
            "[columns]\nsourc = 'origin'",
            "no field of leads called 'sourc'. Did you mean",
        ),
        ("leads", "[columns]\nsource = 'origin'", "leads need a column for occurred_at"),
        ("leads", "[columns]\noccurred_at = 'first_contact'", "who or what it was"),
        ("orders", ORDERS.replace('currency = "EUR"', ""), "There are amounts but no currency"),
        (
            "leads",
            LEADS + "[constants]\noccurred_at = 'soon'",
            "'constants.occurred_at', value 'soon'",
        ),
        ("leads", LEADS + "[values.medium]\na = 'b'", "'values.medium' has no column"),
        ("spend", "properties = ['x']", "spend keep no properties"),
    ],
)
def test_a_mapping_that_does_not_fit_the_kind_is_refused(
    load: Load, kind: str, mapping: str, sentence: str
) -> None:
    header = "id,first_contact,origin,order,line,paid,price"
    with pytest.raises(InputError) as refusal:
        load(kind, f"{header}\n1,2018-02-26,x,1,1,2018-02-26,1\n", mapping)
    assert sentence in str(refusal.value)


def test_an_unknown_kind_lists_those_there_are(load: Load) -> None:
    with pytest.raises(UnknownName, match=r"'lead'. Did you mean 'leads'\?.*access-log"):
        load("lead", GOOD)


def test_a_path_that_is_no_file_says_so(store: FactStore, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, sentence in (
        (tmp_path, "is a directory; name one file in it"),
        (tmp_path / "absent.csv", "there is no such file"),
        (pipe, "is not a regular file"),
    ):
        with pytest.raises(InputError, match=sentence):
            run_import(store, "leads", path)


def test_a_header_alone_is_no_error(load: Load) -> None:
    summary = load("leads", "id,first_contact,origin\n", LEADS)
    assert (summary.read, summary.new, summary.rejected) == (0, 0, 0)
    assert "The file has a header and no rows." in summary.notes


def test_a_quote_never_closed_takes_no_other_row_with_it(load: Load) -> None:
    rows = [f"{number},2018-02-26,source {number}" for number in range(500)]
    rows[100] = '100,2018-02-26,"half a quote'
    summary = load("leads", "\n".join(["id,first_contact,origin", *rows]), LEADS)
    assert (summary.read, summary.new, summary.rejected) == (500, 499, 1)
    assert [row["row"] for row in reject_rows(summary.reject_path)] == ["102"]


def test_the_reject_file_is_for_its_owner_only_and_holds_no_formula(load: Load) -> None:
    summary = load("leads", "id,first_contact,origin\n1,=cmd(),x\n", LEADS)
    assert summary.reject_path is not None
    assert summary.reject_path.stat().st_mode & 0o777 == 0o600
    assert reject_rows(summary.reject_path)[0]["value"] == "'=cmd()"


def test_a_bad_phone_is_left_out_and_reported_but_the_lead_is_kept(
    load: Load, store: FactStore
) -> None:
    content = "occurred_at,email,phone\n2018-02-26,ann@example.com,ask me\n2018-02-26,,12\n"
    summary = load("leads", content, options=ImportOptions(phone_region="DE"))
    assert (summary.new, summary.rejected, summary.warnings) == (1, 1, 1)
    first, second = reject_rows(summary.reject_path)
    assert first["reason"] == "warning, the row was kept without it: is not a phone number"
    assert "nothing else in the row says who it was" in second["reason"]
    (fact,) = store.read(FactKind.LEAD).to_pylist()
    assert fact["email_key"] == store.vault.email_key("ann@example.com")
    assert fact["phone_key"] is None


def reject_rows(path: Path | None) -> list[dict[str, str]]:
    assert path is not None
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))
