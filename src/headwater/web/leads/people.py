"""Who a person is: the originals that the vault opens, for those who may read them.

Originals are decrypted when asked for and kept in memory only. A name search needs them all,
so it opens them once per rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow.compute as pc

from headwater.domain.words import FactKind
from headwater.web import house
from headwater.web.sqlfiles import ask

_SOURCES: Final = (FactKind.LEAD, FactKind.CALL, FactKind.CHAT, FactKind.DEAL, FactKind.ORDER)
_COLUMNS: Final = ("subject", "personal")


@dataclass(frozen=True, slots=True)
class Originals:
    """What is known of a person in the clear; empty where it is not known or was erased."""

    name: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""


def names_of(person_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of some persons, those without one left out."""
    wanted = sorted(set(person_ids))
    return {
        person: found.name or found.email or found.phone
        for person, found in originals_of(wanted).items()
        if found.name or found.email or found.phone
    }


def originals_of(person_ids: Iterable[str]) -> dict[str, Originals]:
    """Return what is known of some persons in the clear."""
    subjects = house.remembered("subjects", _subjects)
    sealed = house.remembered("sealed originals", _sealed)
    return {
        person: _opened(subjects[person], sealed.get(subjects[person], ()))
        for person in set(person_ids) & subjects.keys()
    }


def search(text: str) -> list[str]:
    """Return the ids of persons whose name contains a text."""
    needle = text.casefold()
    names = house.remembered("all names", _all_names)
    return sorted(person for person, name in names.items() if needle in name)


def _all_names() -> Mapping[str, str]:
    known = originals_of(house.remembered("subjects", _subjects))
    return {person: found.name.casefold() for person, found in known.items() if found.name}


def _subjects() -> Mapping[str, str]:
    rows = ask("all_subjects").to_pylist()
    return {row["person_id"]: row["subject"] for row in rows}


def _sealed() -> Mapping[str, tuple[bytes, ...]]:
    """Return the encrypted originals by subject, in the order they came."""
    facts = house.workspace().facts
    sealed: dict[str, list[bytes]] = {}
    for kind in _SOURCES:
        table = facts.read(kind, _COLUMNS)
        table = table.filter(pc.is_valid(table.column("personal")))
        columns = (table.column(name).to_pylist() for name in _COLUMNS)
        for subject, blob in zip(*columns, strict=True):
            sealed.setdefault(subject, []).append(blob)
    return {subject: tuple(blobs) for subject, blobs in sealed.items()}


def _opened(subject: str, blobs: Iterable[bytes]) -> Originals:
    """Open originals; the first to say a thing is believed."""
    told: dict[str, str] = {}
    vault = house.workspace().facts.vault
    for blob in blobs:
        told = {**(vault.open_personal(subject, blob) or {}), **told}
    return Originals(
        name=told.get("person_name", ""),
        email=told.get("email", ""),
        phone=told.get("phone", ""),
        message=told.get("message", ""),
    )
