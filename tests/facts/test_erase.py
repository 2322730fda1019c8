"""After an erasure nothing in the data directory leads to the person, and sums still hold."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest

from facts.conftest import SMALL
from facts.rows import START, contents, event, lead
from headwater.domain.errors import StoreBusy
from headwater.domain.words import FactKind
from headwater.facts import Appended, Erased, FactStore, PersonKeys, fact_id

pytestmark = pytest.mark.slow

EMAIL = "anna.novak@example.org"
PHONE = "+4915112345678"
SECRETS = [
    *(EMAIL, quote(EMAIL), PHONE, "Anna Novak", "Please call Anna"),
    *("crm:anna-77", "visitor-of-anna", "192.0.2.77", "AnnaBrowser/1.0", "gclid-anna"),
    *("anna-property", "anna-query", "calls.example.com/anna"),
]
ANNA = PersonKeys(
    emails=(EMAIL,),
    phones=(PHONE,),
    external_ids=("crm:anna-77",),
    visitor_ids=("visitor-of-anna",),
)


def _fact(ident: str, /, **more: Any) -> dict[str, Any]:
    at = {"occurred_at": START, "received_at": START}
    return {"fact_id": fact_id(ident), **at, **more}


def _annas() -> list[tuple[FactKind, dict[str, Any]]]:
    seen = _fact(
        "event",
        visitor_id="visitor-of-anna",
        name="page_view",
        url=f"https://example.com/hello/{EMAIL}?anna-query#anna-query",
        referrer=f"https://mail.example.com/?to={quote(EMAIL)}",
        title=f"Welcome {EMAIL}",
        ip="192.0.2.77",
        user_agent="AnnaBrowser/1.0",
        click_id="gclid-anna",
        properties='{"k": "anna-property"}',
        campaign="spring",
        amount_minor=500,
        currency="EUR",
    )
    form = _fact(
        "lead",
        email=EMAIL,
        phone=PHONE,
        person_name="Anna Novak",
        message="Please call Anna",
        visitor_id="visitor-of-anna",
        source="google",
    )
    call = _fact("call", phone=PHONE, recording_url="https://calls.example.com/anna")
    deal = _fact(
        "deal",
        external_id="crm:anna-77",
        deal_id="d1",
        name="Anna Novak: kitchen",
        amount_minor=123_456,
        currency="EUR",
    )
    link = _fact("link", visitor_id="visitor-of-anna", email=EMAIL, strength="strong")
    return [
        (FactKind.EVENT, seen),
        (FactKind.LEAD, form),
        (FactKind.CALL, call),
        (FactKind.DEAL, deal),
        (FactKind.IDENTITY_LINK, link),
    ]


def _bytes_of(directory: Path) -> dict[str, bytes]:
    """Return everything a finder of the disk could read: raw, and Parquet unpacked."""
    found = {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    for path in directory.rglob("*.parquet"):
        found[f"{path} unpacked"] = repr(pq.ParquetFile(path).read().to_pylist()).encode()
    return found


def _places_of(directory: Path, secrets: list[str]) -> list[tuple[str, str]]:
    return [
        (secret, name)
        for name, data in _bytes_of(directory).items()
        for secret in secrets
        if secret.encode() in data
    ]


@pytest.mark.parametrize("way", ["hot", "sealed", "hot and sealed", "bulk", "compacted"])
def test_no_byte_on_disk_leads_to_the_person(tmp_path: Path, way: str) -> None:
    directory = tmp_path / "data"
    with FactStore.open(directory, limits=SMALL) as store:
        for kind, row in _annas():
            others = [event(number) for number in range(30)] if kind == FactKind.EVENT else []
            store.append(kind, [*others, row])
            if way in {"sealed", "compacted"} or (way == "hot and sealed" and others):
                store.seal()
        if way == "bulk":
            rows = [lead(number, email=EMAIL) for number in range(25)]
            store.append(FactKind.LEAD, rows)
        if way == "compacted":
            store.append(FactKind.EVENT, [event(number) for number in range(100, 112)])
            store.seal()
            assert store.compact() > 0
        keys = [store.vault.email_key(EMAIL), store.vault.phone_key(PHONE)]
        keys += [store.vault.external_subject("crm:anna-77")]
        assert store.erase(ANNA).facts == 5 + (25 if way == "bulk" else 0)
        assert store.check(deep=True) == []
        open_handed = [*SECRETS, *keys]
    assert _places_of(directory, open_handed) == []


def _read_from_outside(path: Path) -> bytes:
    """Read a database that is open here: closing our own handle would drop SQLite's locks."""
    program = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    command = [sys.executable, "-c", program, str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.slow
def test_free_pages_and_logs_of_open_databases_hold_nothing(tmp_path: Path) -> None:
    with FactStore.open(tmp_path) as store, FactStore.open(tmp_path):
        rows = [event(number, visitor_id="visitor-of-anna") for number in range(1500)]
        for start in range(0, len(rows), 15):
            store.append(FactKind.EVENT, rows[start : start + 15])
        store.append(FactKind.LEAD, [lead(1, email=EMAIL)])
        store.seal()
        with closing(sqlite3.connect(tmp_path / "vault.sqlite")) as connection:
            [wrapped] = connection.execute("SELECT wrapped FROM data_keys").fetchone()
        databases = [*tmp_path.glob("*.sqlite*")]
        before = b"".join(map(_read_from_outside, databases))
        assert b"visitor-of-anna" in before
        assert wrapped in before
        store.erase(ANNA)
        after = b"".join(map(_read_from_outside, databases))
        assert b"visitor-of-anna" not in after
        assert store.vault.email_key(EMAIL).encode() not in after
        assert wrapped not in after


def test_the_test_would_find_what_is_left(tmp_path: Path) -> None:
    with FactStore.open(tmp_path, limits=SMALL) as store:
        for kind, row in _annas():
            store.append(kind, [row])
    stored = set(SECRETS) - {"Anna Novak", "Please call Anna", EMAIL, PHONE}
    assert {secret for secret, _ in _places_of(tmp_path, SECRETS)} >= stored


def test_what_is_not_personal_stays(store: FactStore) -> None:
    for kind, row in _annas():
        store.append(kind, [row])
    store.seal()
    store.erase(ANNA)
    [deal] = contents(store, FactKind.DEAL).values()
    assert (deal["deal_id"], deal["amount_minor"], deal["name"]) == ("d1", 123_456, None)
    [seen] = contents(store, FactKind.EVENT).values()
    assert (seen["name"], seen["campaign"], seen["amount_minor"]) == (
        *("page_view", "spring"),
        500,
    )
    assert seen["url"] == "https://example.com/hello/"
    [form] = contents(store, FactKind.LEAD).values()
    assert (form["source"], form["email_key"], form["personal"]) == ("google", None, None)


def test_others_keep_everything(store: FactStore) -> None:
    bob = lead(1, visitor_id="visitor-of-anna")  # on Anna's browser
    later = lead(2, email=bob["email"])
    carol = lead(3)
    store.append(FactKind.LEAD, [bob, later, carol])
    subject = store.vault.email_key(bob["email"])
    store.seal()
    before = contents(store, FactKind.LEAD)
    erased = store.erase(PersonKeys(visitor_ids=("visitor-of-anna",)))
    assert (erased.facts, erased.keys) == (1, 0)
    after = contents(store, FactKind.LEAD)
    kept = {**before[bob["fact_id"]], "visitor_id": None, "ip": None, "user_agent": None}
    assert {**after[bob["fact_id"]], "ip": None, "user_agent": None} == kept
    assert after[carol["fact_id"]] == before[carol["fact_id"]]
    assert after[later["fact_id"]] == before[later["fact_id"]]
    blob = after[later["fact_id"]]["personal"]
    assert store.vault.open_personal(subject, blob) is not None


def test_a_key_that_no_fact_needs_any_more_goes_too(store: FactStore) -> None:
    row = lead(1, visitor_id="v")
    store.append(FactKind.LEAD, [row])
    assert store.erase(PersonKeys(fact_ids=(row["fact_id"],))).keys == 1


def test_a_deal_named_by_a_key_of_the_person_gets_another_name(store: FactStore) -> None:
    key = store.vault.email_key(EMAIL)
    at = {"amount_minor": 5, "currency": "EUR"}
    store.append(FactKind.DEAL, [_fact("d", deal_id=key, email=EMAIL, **at)])
    store.append(FactKind.ORDER, [_fact("o", order_id="o1", deal_id=key, **at)])
    store.append(FactKind.STAGE_CHANGE, [_fact("s", deal_id=key, stage="won")])
    store.seal()
    store.append(FactKind.STAGE_CHANGE, [_fact("s2", deal_id=key, stage="paid")])
    store.erase(ANNA)
    named = {
        row["deal_id"]
        for kind in (FactKind.DEAL, FactKind.ORDER, FactKind.STAGE_CHANGE)
        for row in contents(store, kind).values()
    }
    assert len(named) == 1, "they still belong together"
    assert key not in named


def test_what_others_facts_say_of_the_person_goes(store: FactStore) -> None:
    written = {
        "url": f"https://example.com/?q=mail%20{quote(EMAIL)}&utm_source=x",
        "title": f"{EMAIL.upper()} {EMAIL}",
        "properties": '{"of": "crm:anna-77", "not": "crm:anna-778"}',
    }
    store.append(FactKind.EVENT, [event(1, **written), event(2)])
    before = contents(store, FactKind.EVENT)
    store.erase(ANNA)
    after = contents(store, FactKind.EVENT)
    seen = after[event(1)["fact_id"]]
    assert seen["url"] == "https://example.com/?q=mail%20&utm_source=x"
    assert seen["title"].strip() == ""
    assert seen["properties"] == '{"of": "", "not": "crm:anna-778"}'
    assert seen["visitor_id"] is not None
    assert after[event(2)["fact_id"]] == before[event(2)["fact_id"]]


def test_a_person_can_be_named_by_hashed_keys(store: FactStore) -> None:
    store.append(FactKind.LEAD, [lead(1), lead(2)])
    key = store.vault.email_key(lead(1)["email"])
    assert store.erase(PersonKeys(email_keys=(key,))).facts == 1
    assert store.erase(PersonKeys(subjects=(key,))).facts == 0
    remaining = [row["email_key"] for row in contents(store, FactKind.LEAD).values()]
    assert sorted(remaining, key=str) == sorted(
        [None, store.vault.email_key(lead(2)["email"])], key=str
    )


@pytest.mark.parametrize("count", [3, 30], ids=["journal", "bulk"])
def test_importing_again_does_not_bring_the_erased_back(store: FactStore, count: int) -> None:
    rows = [lead(number, email=EMAIL) for number in range(count)]
    store.append(FactKind.LEAD, rows)
    store.erase(ANNA)
    assert store.append(FactKind.LEAD, rows) == Appended(new=0, known=count)
    key = store.vault.email_key(EMAIL)
    assert all(row["email_key"] is None for row in contents(store, FactKind.LEAD).values())
    assert store.vault.forget([key]) == 0


def test_an_erasure_is_noted_without_the_person(store: FactStore) -> None:
    store.append(FactKind.LEAD, [lead(1)])
    with store.snapshot() as snapshot:
        before = snapshot.watermark
    store.erase(PersonKeys(emails=(lead(1)["email"],)))
    [noted] = store.read(FactKind.ERASURE).to_pylist()
    assert noted["seq"] > before
    named = ("email_key", "phone_key", "external_id", "visitor_id", "subject", "personal")
    assert all(noted[name] is None for name in named)


def test_erasure_waits_for_readers_and_says_so(store: FactStore) -> None:
    store.append(FactKind.LEAD, [lead(1)])
    with store.snapshot(), pytest.raises(StoreBusy, match="Others still use the facts"):
        store.erase(ANNA)
    assert store.erase(PersonKeys(emails=(lead(1)["email"],))).facts == 1


def test_a_scrub_that_a_crash_prevented_is_made_up_for(tmp_path: Path) -> None:
    with FactStore.open(tmp_path, limits=SMALL) as store:
        for kind, row in _annas():
            store.append(kind, [row])
        store.seal()
        store.append(FactKind.EVENT, [event(1)])
    # The state a kill after the swap leaves: sealed rows in free pages, the scrub still due.
    connection = sqlite3.connect(tmp_path / "facts.sqlite")
    with connection:
        connection.execute("UPDATE state SET value = 1 WHERE name = 'scrub_due'")
    connection.close()
    with FactStore.open(tmp_path, limits=SMALL):
        pass
    databases = [tmp_path / "facts.sqlite", tmp_path / "facts.sqlite-wal"]
    left = b"".join(path.read_bytes() for path in databases if path.exists())
    assert b"visitor-of-anna" not in left


def test_erasing_somebody_unknown_is_no_fact(store: FactStore) -> None:
    store.append(FactKind.LEAD, [lead(1)])
    assert store.erase(ANNA) == Erased(facts=0, files=0, keys=0)
    assert store.counts()[FactKind.ERASURE] == 0
