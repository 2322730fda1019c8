"""Originals open with their person's key, and with nothing else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from facts.rows import contents, event, lead
from headwater.domain.errors import StoreDamaged
from headwater.domain.words import FactKind
from headwater.facts import FactStore
from headwater.facts.vault import Originals

LEAD = FactKind.LEAD

SUBJECTS = {
    "e-mail first": ({"email": "a@b.c", "phone": "+491", "external_id": "x"}, "email"),
    "then phone": ({"phone": "+491", "external_id": "x", "visitor_id": "v"}, "phone"),
    "then the other system's id": ({"external_id": "x", "visitor_id": "v"}, "external"),
    "then the visitor": ({"visitor_id": "v"}, "visitor"),
    "else the fact itself": ({}, "fact"),
}


@pytest.mark.parametrize("case", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_the_subject_is_the_strongest_name(
    store: FactStore, case: tuple[dict[str, str], str]
) -> None:
    given, strongest = case
    expected = {
        "email": store.vault.email_key("a@b.c"),
        "phone": store.vault.phone_key("+491"),
        "external": store.vault.external_subject("x"),
        "visitor": store.vault.visitor_subject("v"),
    }
    row = lead(1, message="Hello", **{"email": None, **given})
    store.append(LEAD, [row])
    [read] = contents(store, LEAD).values()
    assert len(read["subject"]) == 32
    assert read["subject"] == expected.get(strongest, read["subject"])
    opened = store.vault.open_personal(read["subject"], read["personal"])
    assert opened is not None
    assert opened["message"] == "Hello"
    assert (read["email_key"] is None) == ("email" not in given)
    assert (read["phone_key"] is None) == ("phone" not in given)


def test_keys_are_keyed_and_do_not_change(tmp_path: Path) -> None:
    with FactStore.open(tmp_path / "one") as one, FactStore.open(tmp_path / "two") as two:
        key = one.vault.email_key("a@b.c")
        assert key != two.vault.email_key("a@b.c")
        assert key != one.vault.phone_key("a@b.c")
        assert len(key) == 32
    with FactStore.open(tmp_path / "one") as one:
        assert one.vault.email_key("a@b.c") == key


def test_the_same_person_has_one_key_whoever_asks(store: FactStore, tmp_path: Path) -> None:
    people = [Originals(f"{number:032x}", email="a@b.c", message="m") for number in range(3)]
    with FactStore.open(tmp_path / "data") as other:
        mine, theirs = store.vault.lock_away(people), other.vault.lock_away(people)
        assert len({locked.personal for locked in [*mine, *theirs]}) == 6
        for locked in [*mine, *theirs]:
            opened = store.vault.open_personal(locked.subject, locked.personal)
            assert opened == {"email": "a@b.c", "message": "m"}


def test_an_erased_key_opens_nothing_even_after_the_person_comes_back(
    store: FactStore,
) -> None:
    [locked] = store.vault.lock_away([Originals("0" * 32, email="a@b.c")])
    assert store.vault.forget([locked.subject, "unknown"]) == 1
    assert store.vault.open_personal(locked.subject, locked.personal) is None
    [again] = store.vault.lock_away([Originals("1" * 32, email="a@b.c")])
    assert store.vault.open_personal(locked.subject, locked.personal) is None
    assert store.vault.open_personal(again.subject, again.personal) == {"email": "a@b.c"}


def test_the_master_key_is_private(tmp_path: Path) -> None:
    with FactStore.open(tmp_path):
        pass
    key = tmp_path / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32


def test_a_lost_or_foreign_master_key_is_refused(tmp_path: Path) -> None:
    with FactStore.open(tmp_path) as store:
        [locked] = store.vault.lock_away([Originals("0" * 32, email="a@b.c")])
    key = tmp_path / "secret.key"
    key.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreDamaged, match=r"secret\.key' is missing"):
        FactStore.open(tmp_path)
    key.write_bytes(b"short")
    with pytest.raises(StoreDamaged, match="must hold 32 bytes"):
        FactStore.open(tmp_path)
    key.write_bytes(b"x" * 32)
    with (
        FactStore.open(tmp_path) as store,
        pytest.raises(StoreDamaged, match=r"secret\.key is not the key"),
    ):
        store.vault.open_personal(locked.subject, locked.personal)


def test_a_vault_that_was_never_used_makes_its_master_key_again(tmp_path: Path) -> None:
    with FactStore.open(tmp_path):
        pass
    (tmp_path / "secret.key").unlink()
    with FactStore.open(tmp_path) as store:
        assert store.append(FactKind.EVENT, [event(1, email="a@b.c")]).new == 1


@pytest.mark.parametrize("count", [4, 40], ids=["journal", "bulk"])
def test_facts_that_are_known_make_no_new_key(store: FactStore, count: int) -> None:
    rows = [lead(number) for number in range(count)]
    store.append(LEAD, rows)
    subjects = store.read(LEAD, ["subject"]).column(0).to_pylist()
    assert store.vault.forget(subjects) == count
    assert store.append(LEAD, rows).known == count
    assert store.vault.forget(subjects) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Novák", "novak  ANNA"),
        ("Jürgen O. Weber", "Weber, Juergen".replace("ue", "u")),
        ("佐藤", "佐藤"),
    ],
)
def test_a_names_words_count_and_not_how_they_are_written(
    store: FactStore, one: str, other: str
) -> None:
    key = store.vault.name_key(one)
    assert key is not None
    assert key == store.vault.name_key(other)


def test_a_shorter_name_is_part_of_the_longer(store: FactStore) -> None:
    whole = (store.vault.name_key("Anna Novak") or "").split()
    assert set((store.vault.name_key("Anna") or "").split()) < set(whole)
    assert store.vault.name_key(" - ") is None


def test_a_fact_keeps_the_keys_of_a_name_where_its_kind_may(store: FactStore) -> None:
    store.append(LEAD, [lead(1, person_name="Anna Novak")])
    store.append(FactKind.EVENT, [event(1, person_name="Anna Novak")])
    [read] = contents(store, LEAD).values()
    assert read["name_key"] == store.vault.name_key("Anna Novak")
    [seen] = contents(store, FactKind.EVENT).values()
    assert "name_key" not in seen
