"""One person: shown, joined, parted, exported, and erased so that nothing is left."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from headwater.capture.importers import run_import
from headwater.domain.errors import InputError, StoreBusy
from headwater.facts.searching import search
from headwater.workspace import Workspace, persons
from headwater.workspace.originals import is_slip
from headwater.workspace.person_actions import Asked, answer
from headwater.workspace.portable import as_zip, export
from headwater.workspace.proofs import erase
from story import Row, deal, lead, order, page, row
from telling import Facts, company, rows, the

pytestmark = pytest.mark.slow

ANN, BOB = "ann.novak@example.org", "bob@example.org"
MISTYPED = "ann.novak@exmaple.org"
PHONE, OFFICE = "+4915112345678", "+492211234567"
CLICKED = "/?utm_source=google&utm_medium=cpc"


def office() -> list[Row]:
    return [lead(20 + n, email=f"c{n}@example.org", phone=OFFICE) for n in range(6)]


TOLD: Facts = {
    "event": [
        page("visitor-of-ann", 0, f"{CLICKED}&email={ANN}", title=f"For {ANN}"),
        page("visitor-of-bob", 0, CLICKED),
        page("visitor-of-bob", 1, "/search?q=mail%20ann.novak%40example.org"),
    ],
    "lead": [
        lead(
            1,
            visitor_id="visitor-of-ann",
            email=ANN,
            phone=PHONE,
            external_id="crm:ann-77",
            person_name="Ann Novak",
            message="Call me",
        ),
        lead(2, visitor_id="visitor-of-ann", email=MISTYPED, person_name="Ann Novak"),
        lead(3, visitor_id="visitor-of-bob", email=BOB),
        lead(4, email=ANN, phone=OFFICE),
        *office(),
    ],
    "deal": [deal("d1", 9, "won", 1000, email=ANN), deal("d2", 9, "won", 500, email=BOB)],
    "order": [order("o1", 9, 1000, external_id="crm:ann-77")],
    "call": [row("call", 2, phone=PHONE, source="radio")],
    "identity_link": [
        row("identity_link", 5, visitor_id="tablet-of-ann", email=ANN, evidence="mail_click")
    ],
}
REJECTED = f"email,occurred_at\n{ANN},not a day\n{BOB},2026-03-01\n"


def sought(workspace: Workspace) -> dict[str, str]:
    """Everything that names Ann, in plain and as it is stored."""
    vault = workspace.facts.vault
    person = persons.find_person(workspace, ANN)
    return {
        "address": ANN,
        "quoted": "ann.novak%40example.org",
        "number": PHONE,
        "id": "crm:ann-77",
        "visitor": "visitor-of-ann",
        "tablet": "tablet-of-ann",
        "e-mail hash": vault.email_key(ANN),
        "phone hash": vault.phone_key(PHONE),
        "subject": vault.external_subject("crm:ann-77"),
        "person": person.person_id,
    }


def everything(directory: Path) -> dict[str, bytes]:
    """Every byte on disk, and what Parquet files hold once unpacked."""
    found = {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    for path in directory.rglob("*.parquet"):
        found[f"{path} unpacked"] = repr(pq.ParquetFile(path).read().to_pylist()).encode()
    return found


def stored(workspace: Workspace) -> str:
    names = rows(
        workspace,
        "select table_name from information_schema.tables where table_schema = 'main'"
        " and table_catalog = 'warehouse' order by table_name",
    )
    return "\n".join(
        line
        for one in names
        if one["table_name"] != "rebuild_state"
        for line in sorted(map(str, rows(workspace, f"from {one['table_name']}")))
    )


def reject_a_row(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text(REJECTED, "utf-8")
    assert run_import(workspace.facts, "leads", file).rejected == 1


@pytest.mark.parametrize("is_sealed", [False, True])
def test_an_erased_person_is_found_nowhere_and_the_proof_says_so(
    tmp_path: Path, is_sealed: bool
) -> None:
    data = tmp_path / "data"
    with company(data, TOLD) as workspace:
        reject_a_row(workspace, tmp_path)
        if is_sealed:
            workspace.facts.seal()
        workspace.rebuild()
        texts = sought(workspace)
        before = the(workspace, "select sum(value_minor) as worth from deals")
        proof = erase(workspace, ANN)
        assert proof["is_clean"], proof["after"]["hits"]
        assert proof["before"]["hits"]
        assert proof["facts_blanked"] >= 7
        assert not [name for name, text in texts.items() if text in stored(workspace)]
        assert the(workspace, "select sum(value_minor) as worth from deals") == before
        with pytest.raises(InputError, match="Nobody is known"):
            persons.find_person(workspace, ANN)
        assert persons.find_person(workspace, BOB).visitor_ids == ("visitor-of-bob",)
        office_key = "phone:" + workspace.facts.vault.phone_key(OFFICE)
        assert rows(workspace, "from shared_keys where person_key = $key", key=office_key)
        said = json.dumps(proof)
    assert not [name for name, text in texts.items() if text in said]
    left = everything(data)
    assert len(left) > 5
    assert [
        (name, path)
        for name, text in texts.items()
        for path, content in left.items()
        if text.encode() in content.lower()
    ] == []


def test_the_proof_would_find_what_is_left(tmp_path: Path) -> None:
    with company(tmp_path / "data", TOLD) as workspace:
        workspace.facts.seal()
        reject_a_row(workspace, tmp_path)
        texts = sought(workspace)
        (tmp_path / "data" / "notes.txt").write_text(f"ask {ANN.upper()}", "utf-8")
        found = search(tmp_path / "data", texts)
        proof = erase(workspace, ANN)
    assert {hit.label for hit in found.hits} == set(texts) - {"number", "subject"}
    assert [hit["place"] for hit in proof["after"]["hits"]] == ["notes.txt"]
    assert not proof["is_clean"]


def test_reports_stay_while_a_person_is_erased_and_readers_are_waited_for(
    tmp_path: Path,
) -> None:
    with company(tmp_path, TOLD) as workspace:
        person = persons.find_person(workspace, ANN)
        keys, _known = persons.names_of(workspace, person)
        workspace.facts.erase(keys)
        with workspace.warehouse.cursor(), pytest.raises(StoreBusy, match="still read"):
            workspace.warehouse.take_over(tmp_path / "nothing", patience=0.01)
        assert rows(workspace, "from leads"), "the old tables are there"
        assert workspace.rebuild().reason == "a person was erased"
        assert rows(workspace, "from leads")
        assert not (tmp_path / "rebuilding").exists()
    with Workspace.open(tmp_path) as workspace:
        assert not workspace.rebuild().is_full


def test_a_person_is_shown_with_who_may_be_the_same(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        told = persons.show(workspace, ANN)
        by_value = {key["value"]: key["is_shared"] for key in told["keys"]}
        assert by_value == {ANN: False, PHONE: False, "crm:ann-77": False}
        assert told["names"] == ["Ann Novak"]
        assert told["visitors"] == ["tablet-of-ann", "visitor-of-ann"]
        mistyped = [one for one in told["suggestions"] if one["reason"] == "browser"]
        assert mistyped[0]["alike"] == ["the same name", "addresses that differ by one slip"]


def test_persons_are_merged_and_parted_again(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        before = stored(workspace)
        merged = answer(workspace, Asked(do="merge", person=ANN, other=MISTYPED))
        assert persons.find_person(workspace, MISTYPED).person_id == merged["person_id"]
        with pytest.raises(InputError, match="one person already"):
            persons.merge(workspace, ANN, MISTYPED)
        [shown] = persons.show(workspace, ANN)["rulings"]
        assert shown["ruling_id"] == merged["ruling"]
        answer(workspace, Asked(do="undo", person=merged["ruling"]))
        assert stored(workspace) == before
        with pytest.raises(InputError, match="no ruling"):
            persons.undo(workspace, merged["ruling"])


def test_a_key_is_set_apart_and_another_released(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        parted = persons.split(workspace, ANN, PHONE)
        assert len(parted["persons"]) == 2
        released = persons.release(workspace, OFFICE)
        assert len(released["persons"]) == 1
        one = persons.find_person(workspace, "c0@example.org").person_id
        assert persons.find_person(workspace, "c5@example.org").person_id == one
        with pytest.raises(InputError, match="no key that is set apart"):
            persons.release(workspace, BOB)
        with pytest.raises(InputError, match="no key of"):
            persons.split(workspace, BOB, PHONE)


def test_an_unknown_browser_is_merged_with_a_person(tmp_path: Path) -> None:
    told: Facts = {
        "event": [page("lost", 0, CLICKED), page("other", 0)],
        "lead": [lead(1, email=ANN)],
    }
    with company(tmp_path, told) as workspace:
        with pytest.raises(InputError, match="Neither has an address"):
            persons.merge(workspace, "lost", "other")
        persons.merge(workspace, "lost", ANN)
        assert persons.find_person(workspace, ANN).visitor_ids == ("lost",)


def test_everything_about_a_person_is_exported(tmp_path: Path) -> None:
    with company(tmp_path, TOLD) as workspace:
        workspace.facts.seal()
        told = export(workspace, ANN)
    assert told["known_as"]["emails"] == [ANN]
    assert {kind: len(facts) for kind, facts in told["facts"].items()} == {
        "event": 1,
        "lead": 2,
        "call": 1,
        "deal": 1,
        "order": 1,
        "identity_link": 1,
    }
    first = told["facts"]["lead"][0]
    assert (first["email"], first["person_name"], first["message"]) == (
        *(ANN, "Ann Novak"),
        "Call me",
    )
    assert len(told["derived"]["touchpoints"]) == 2
    assert BOB not in json.dumps(told)
    with zipfile.ZipFile(BytesIO(as_zip(told))) as archive:
        assert "facts/lead.json" in archive.namelist()
        assert json.loads(archive.read("facts/deal.json"))[0]["deal_id"] == "d1"


def headwater(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("headwater")), "--data", str(data)]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=False)


def test_the_command_line_shows_and_erases(tmp_path: Path) -> None:
    with company(tmp_path, TOLD):
        pass
    shown = headwater(tmp_path, "person", "show", ANN, "--json")
    assert json.loads(shown.stdout)["names"] == ["Ann Novak"]
    assert "Perhaps the same person" in headwater(tmp_path, "person", "show", ANN).stdout
    proof: dict[str, Any] = json.loads(
        headwater(tmp_path, "person", "erase", ANN, "--yes").stdout
    )
    assert proof["is_clean"]
    again = headwater(tmp_path, "person", "erase", ANN, "--yes")
    assert again.returncode == 1
    assert "Nobody is known" in again.stderr


def test_a_text_is_found_where_only_its_column_or_row_has_it(tmp_path: Path) -> None:
    long = "x" * 9_000 + ANN + "y" * 9_000
    with company(tmp_path / "data", {"lead": [lead(1, properties=long)]}):
        found = search(tmp_path, {"address": ANN})
    assert {hit.path for hit in found.hits} & {"data/facts.sqlite", "data/facts.sqlite-wal"}


def test_a_short_id_is_not_found_inside_a_longer_one(tmp_path: Path) -> None:
    told: Facts = {"event": [page("7113ddddde1258b86904", 0), page("x", 1, "/?v=7113dd")]}
    with company(tmp_path, told) as workspace:
        workspace.facts.seal()
        sought_for = {"inside": "7113ddddde1258b8", "apart": "7113dd", "whole": "x" * 40}
        found = {hit.label for hit in search(tmp_path, sought_for).hits}
    assert found == {"apart"}


SLIPS = ["ann@exmaple.org", "ann@example.or", "ann@example.orgg", "anm@example.org"]


@pytest.mark.parametrize("other", SLIPS)
def test_one_slip_of_the_finger_is_told(other: str) -> None:
    assert is_slip("ann@example.org", other)
    assert is_slip(other, "ann@example.org")


@pytest.mark.parametrize("other", ["ann@example.org", "bob@example.org", "nan@exmaple.org", ""])
def test_two_slips_are_none(other: str) -> None:
    assert not is_slip("ann@example.org", other)


def test_a_number_of_several_people_names_none_of_them_but_tells_who_they_are(
    tmp_path: Path,
) -> None:
    with company(tmp_path, TOLD) as workspace:
        workspace.rebuild()
        with pytest.raises(InputError, match="used by several people") as refused:
            persons.show(workspace, OFFICE)
        one = persons.find_person(workspace, "c3@example.org").person_id
        assert one in str(refused.value)
