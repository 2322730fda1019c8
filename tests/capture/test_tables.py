"""The same rows are the same facts, whatever file they come in."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.capture.importers import ImportSummary
from headwater.domain.errors import InputError
from headwater.domain.times import to_micros
from headwater.domain.words import FactKind
from headwater.facts import FactStore

Load = Callable[..., ImportSummary]

MAPPING = """
[columns]
external_id = "Id"
occurred_at = "When"
source = "Woher"
person_name = "Name"
"""
HEADER = ("Id", "When", "Woher", "Name")
ROWS = [
    ("1", "2018-02-26", "Müller, Söhne", 'Ann "A" Lee'),
    ("2", "2018-02-27", "", "Zoë\nTwo Lines"),
    ("3", "2018-02-28", "unknown", "Jörg"),
]


def as_csv(delimiter: str = ",", end: str = "\n") -> str:
    def quoted(cell: str) -> str:
        needs = any(sign in cell for sign in f'{delimiter}"\n')
        return '"' + cell.replace('"', '""') + '"' if needs else cell

    return end.join(delimiter.join(map(quoted, row)) for row in [HEADER, *ROWS]) + end


def as_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    for number, when, source, name in ROWS:
        moment = datetime.fromisoformat(when)
        book.active.append((int(number), moment, source or None, name))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_parquet() -> bytes:
    moments = [datetime.fromisoformat(row[1]).replace(tzinfo=UTC) for row in ROWS]
    table = pa.table(
        {
            "Id": pa.array([int(row[0]) for row in ROWS]),
            "When": pa.array(moments, pa.timestamp("ns", "UTC")),
            "Woher": pa.array([row[2] for row in ROWS]).dictionary_encode(),
            "Name": [row[3] for row in ROWS],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
FILES: dict[str, bytes] = {
    "comma.csv": as_csv().encode(),
    "semicolon.csv": as_csv(";", "\r\n").encode("utf-8-sig"),
    "tab.tsv": as_csv("\t").encode(),
    "pipe.txt": as_csv("|").encode(),
    "excel.csv": b"sep=;\r\n" + as_csv(";", "\r\n").encode(),
    "old-mac.csv": as_csv(end="\r").encode(),
    "utf16.csv": as_csv("\t").encode("utf-16"),
    "utf16-unmarked.csv": as_csv().encode("utf-16-le"),
    "western.csv": as_csv(";").encode("cp1252"),
    "packed.csv.gz": gzip.compress(as_csv().encode()),
    "book.xlsx": as_xlsx(),
    "lines.jsonl": "\n".join(json.dumps(row) for row in OBJECTS).encode(),
    "array.json": json.dumps(OBJECTS, indent=2, ensure_ascii=False).encode(),
    "table.parquet": as_parquet(),
    "no-ending": as_csv().encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_facts(load: Load, store: FactStore, name: str) -> None:
    load("leads", as_csv(), MAPPING, name="first.csv")
    before = store.read(FactKind.LEAD).to_pylist()
    again = load("leads", FILES[name], MAPPING, name=name)
    assert (again.read, again.new, again.known, again.rejected) == (3, 0, 3, 0)
    assert sorted(fact["source"] or "" for fact in before) == ["", "Müller, Söhne", "unknown"]
    opened = [store.vault.open_personal(f["subject"], f["personal"]) for f in before]
    assert {"person_name": "Zoë\nTwo Lines"} in opened


@pytest.mark.parametrize(
    ("word", "encoding"),
    [("Müller", "cp1252"), ("Привет мир", "cp1251"), ("Überfluß", "cp1252")],
)
def test_an_old_encoding_is_found_and_named(
    load: Load, store: FactStore, word: str, encoding: str
) -> None:
    content = f"external_id,occurred_at,source\n1,2018-02-26,{word}\n".encode(encoding)
    summary = load("leads", content)
    assert any(encoding in note for note in summary.notes)
    assert store.read(FactKind.LEAD).column("source").to_pylist() == [word]


def test_the_mapping_can_say_the_encoding_and_the_delimiter(
    load: Load, store: FactStore
) -> None:
    content = "external_id~occurred_at~source\n1~2018-02-26~ø\n".encode("cp865")
    load("leads", content, '[file]\nencoding = "cp865"\ndelimiter = "~"')
    assert store.read(FactKind.LEAD).column("source").to_pylist() == ["ø"]


def test_damaged_characters_of_utf8_reject_only_their_row(load: Load) -> None:
    rows = [f"{number},2018-02-26,Köln über München".encode() for number in range(20)]
    rows[7] = b"7,2018-02-26,K\xf6ln"
    content = b"external_id,occurred_at,source\n" + b"\n".join(rows)
    summary = load("leads", content)
    assert (summary.new, summary.rejected) == (19, 1)
    assert any("UTF-8 with some damaged characters" in note for note in summary.notes)


def test_nested_json_objects_are_columns_with_dots(load: Load, store: FactStore) -> None:
    lines = [
        {"lead": {"id": 7, "at": "2018-02-26"}, "tags": ["a"], "amount": 1},
        {"lead": {"id": 8, "at": "2018-02-27"}},
    ]
    mapping = 'properties = ["tags"]\n[columns]\nexternal_id = "lead.id"\n'
    mapping += 'occurred_at = "lead.at"'
    load("leads", "\n".join(map(json.dumps, lines)), mapping, name="rows.jsonl")
    facts = store.read(FactKind.LEAD).to_pylist()
    assert [fact["external_id"] for fact in facts] == ["7", "8"]
    assert [json.loads(fact["properties"]) for fact in facts] == [{"tags": '["a"]'}, {}]


@pytest.mark.parametrize(
    ("content", "name", "rejects"),
    [
        ('{"external_id": 1, "occurred_at": "2018-02-26"}\n{"broken\n[1]\n', "a.jsonl", 2),
        ('[{"external_id": 1, "occurred_at": "2018-02-26"}, {"broken"', "a.json", 1),
    ],
)
def test_broken_json_is_rejected_where_it_breaks(
    load: Load, content: str, name: str, rejects: int
) -> None:
    summary = load("leads", content, name=name)
    assert (summary.new, summary.rejected) == (1, rejects)


def test_nan_in_json_is_no_amount(load: Load) -> None:
    content = '{"order_id": "A", "occurred_at": "2018-02-26", "amount": NaN, "currency": "EUR"}'
    assert load("orders", content, name="orders.jsonl").rejected == 1


def test_a_spreadsheet_says_which_sheet_and_which_cell_failed(
    load: Load, store: FactStore
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Leads"
    book.active.append(("external_id", "occurred_at", "source"))
    book.active.append((1, "2018-02-26", "#REF!"))
    book.active.append((None, None, None))
    book.active.append((2.0, datetime(2018, 2, 26, 12), 5))  # noqa: DTZ001
    book.create_sheet("Other")
    buffer = io.BytesIO()
    book.save(buffer)
    summary = load("leads", buffer.getvalue(), name="leads.xlsx")
    assert (summary.read, summary.new, summary.rejected) == (2, 1, 1)
    assert summary.notes[0].startswith("Sheet 'Leads' was read; the others were not: Other.")
    assert summary.reject_path is not None
    assert summary.reject_path.read_text().splitlines()[1].startswith("2,source,#REF!,")
    (fact,) = store.read(FactKind.LEAD).to_pylist()
    assert (fact["external_id"], fact["source"]) == ("2", "5")


def test_a_workbook_that_states_too_few_rows_is_read_to_its_end(load: Load) -> None:
    buffer = io.BytesIO(as_xlsx())
    lying = io.BytesIO()
    with zipfile.ZipFile(buffer) as book, zipfile.ZipFile(lying, "w") as copy:
        for name in book.namelist():
            content = book.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b'<dimension ref="A1:D4"', b'<dimension ref="A1"')
                assert b'ref="A1"' in content
            copy.writestr(name, content)
    assert load("leads", lying.getvalue(), MAPPING, name="book.xlsx").new == 3


def test_a_table_damaged_in_its_middle_says_where_it_broke_off(load: Load) -> None:
    table = pa.table({"external_id": [str(n) for n in range(30_000)]})
    table = table.append_column("occurred_at", pa.array(["2018-02-26"] * 30_000))
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=10_000, compression="zstd")
    content = bytearray(sink.getvalue())
    middle = pq.read_metadata(io.BytesIO(content)).row_group(1).column(0).data_page_offset
    content[middle : middle + 200] = b"\xff" * 200
    summary = load("leads", bytes(content), name="table.parquet")
    assert (summary.new, summary.rejected) == (10_000, 1)
    assert summary.reject_path is not None
    assert '10001,(row),,"the file is damaged here' in summary.reject_path.read_text()


def test_values_constants_and_systems_are_applied(load: Load, store: FactStore) -> None:
    mapping = """
    system = "crm"
    default_region = "DE"
    [columns]
    external_id = "id"
    occurred_at = { column = "day", date_format = "%d.%m.%Y", timezone = "Europe/Berlin" }
    source = "from"
    medium = { column = "kind", optional = true }
    person_name = ["first", "last"]
    phone = "phone"
    [constants]
    source = "(none)"
    campaign = "spring"
    [values.source]
    paid = "paid_search"
    "*" = "other"
    """
    content = (
        "id,day,from,first,last,phone\n"
        "1,26.02.2018,paid,Ann,Lee,030 123456\n"
        "2,26.02.2018,,Ben,,\n"
        "3,26.02.2018,fax,,,\n"
    )
    load("leads", content, mapping)
    facts = store.read(FactKind.LEAD).sort_by("external_id").to_pylist()
    assert [fact["external_id"] for fact in facts] == ["crm:1", "crm:2", "crm:3"]
    assert [fact["source"] for fact in facts] == ["paid_search", "(none)", "other"]
    assert {fact["campaign"] for fact in facts} == {"spring"}
    assert facts[0]["occurred_at"] == to_micros(datetime(2018, 2, 25, 23, tzinfo=UTC))
    assert facts[0]["phone_key"] == store.vault.phone_key("+4930123456")
    personal = store.vault.open_personal(facts[0]["subject"], facts[0]["personal"])
    assert personal == {"person_name": "Ann Lee", "phone": "+4930123456"}
    assert facts[2]["personal"] is None


def test_no_personal_original_is_stored_in_plain(load: Load, store: FactStore) -> None:
    content = (
        "occurred_at,email,person_name,message\n2018-02-26,Ann@Example.com,Ann Lee,Hello\n"
    )
    load("leads", content)
    store.seal()
    for path in store.directory.rglob("*"):
        if path.is_file():
            held = path.read_bytes().lower()
            assert not any(word in held for word in (b"ann@example", b"ann lee", b"hello"))


def test_money_is_kept_in_the_minor_units_of_its_currency(load: Load, store: FactStore) -> None:
    content = (
        "order_id;occurred_at;amount;cost;currency;is_refund\n"
        "A;2018-02-26;1.234,56;1;EUR;\n"
        "B;2018-02-26;1.234;;JPY;\n"
        "C;2018-02-26;0,125;;KWD;\n"
        "D;2018-02-26;10;;EUR;yes\n"
        "E;2018-02-26;-10;;EUR;\n"
        "F;2018-02-26;0,005;;EUR;\n"
    )
    summary = load("orders", content, '[money]\ndecimal = ","\nthousands = "."')
    facts = store.read(FactKind.ORDER).sort_by("order_id").to_pylist()
    assert [fact["amount_minor"] for fact in facts] == [123456, 1234, 125, -1000, -1000, 0]
    assert [fact["is_refund"] for fact in facts] == [False, False, False, True, True, False]
    assert facts[0]["cost_minor"] == 100
    assert any(note.startswith("1 amounts had more decimals") for note in summary.notes)


DEALS = "deal_id,status,closed_at,created_at,updated_at"


@pytest.mark.parametrize(
    ("row", "status", "occurred_at"),
    [
        ("1,Won,2018-03-01,2018-02-01,", "won", datetime(2018, 3, 1, tzinfo=UTC)),
        ("1,lost,2018-03-01,2018-02-01,2018-03-05", "lost", datetime(2018, 3, 5, tzinfo=UTC)),
        ("1,,,2018-02-01,", "open", datetime(2018, 2, 1, tzinfo=UTC)),
    ],
)
def test_a_deal_is_a_snapshot_of_its_last_change(
    load: Load, store: FactStore, row: str, status: str, occurred_at: datetime
) -> None:
    load("deals", f"{DEALS}\n{row}\n")
    (fact,) = store.read(FactKind.DEAL).to_pylist()
    assert (fact["status"], fact["occurred_at"]) == (status, to_micros(occurred_at))


def test_a_deal_without_any_date_is_told_when_it_was_received(
    load: Load, store: FactStore
) -> None:
    for known in (0, 1):
        assert load("deals", "deal_id,stage\n1,new\n").known == known
    (fact,) = store.read(FactKind.DEAL).to_pylist()
    assert fact["occurred_at"] == fact["received_at"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,,2018-03-01,,", "is empty though the deal has a closing date"),
        ("1,Closed Won,,,", "is none of open, won, lost"),
        (",open,,,", "is empty, and so is whoever the deal is with"),
    ],
)
def test_a_deal_that_could_be_won_or_lost_is_rejected(
    load: Load, row: str, reason: str
) -> None:
    summary = load("deals", f"{DEALS},external_id\n{row},\n")
    assert summary.reject_path is not None
    assert reason in summary.reject_path.read_text()


def test_each_kind_becomes_facts_of_its_own(load: Load, store: FactStore) -> None:
    for kind, content in {
        "stages": "deal_id,stage,occurred_at,status\n1,demo,2018-02-26,open\n",
        "spend": "occurred_at,cost,currency,clicks\n2018-02-26 15:00,9.99,EUR,7\n",
        "touchpoints": "occurred_at,email,channel\n2018-02-26,ann@example.com,Fair\n",
        "events": "occurred_at,visitor_id,url,ip\n2018-02-26,v,/a,203.0.113.77\n",
    }.items():
        assert load(kind, content).new == 1
    (stage,) = store.read(FactKind.STAGE_CHANGE).to_pylist()
    assert (stage["deal_id"], stage["stage"]) == ("1", "demo")
    (spend,) = store.read(FactKind.SPEND).to_pylist()
    assert spend["occurred_at"] == to_micros(datetime(2018, 2, 26, tzinfo=UTC))
    assert (spend["cost_minor"], spend["clicks"]) == (999, 7)
    events = store.read(FactKind.EVENT).to_pylist()
    assert {event["name"] for event in events} == {"touchpoint", "page_view"}
    assert {event["ip"] for event in events} == {None, "203.0.113.0"}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300)), data=st.data())
def test_no_file_breaks_the_import_in_an_unforeseen_way(
    load: Load, content: bytes | str, data: st.DataObject
) -> None:
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if data.draw(st.booleans()):
        raw = b"external_id,occurred_at,source\n" + raw
    name = data.draw(st.sampled_from(["a.csv", "a.json", "a.jsonl", "a", "a.xlsx"]))
    try:
        summary = load("leads", raw, name=name)
    except InputError:
        return
    assert summary.read == summary.loaded + summary.rejected


def test_rejects_never_outlive_a_run_that_has_none(load: Load, tmp_path: Path) -> None:
    summary = load("leads", "external_id,occurred_at\n1,2018.02.26\n", name="a.csv")
    assert summary.reject_path is not None
    mapping = '[dates]\nformat = "%Y.%m.%d"'
    again = load("leads", "external_id,occurred_at\n1,2018.02.26\n", mapping, name="a.csv")
    assert (again.new, again.reject_path) == (1, None)
