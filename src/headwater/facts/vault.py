"""The vault: one random key per person, so that deleting the key erases the originals.

`secret.key` (32 random bytes, mode 0600) is the master. Two secrets are derived from it: one
wraps the data keys in `vault.sqlite`, the other keys the hashes that stand for e-mail
addresses and phone numbers in facts. Losing `secret.key` loses all originals: back it up,
apart from the data. Without it the facts still add up; nobody can be named any more.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headwater.domain.errors import StoreDamaged
from headwater.facts.database import Database

_SCRIPT: Final = (
    "CREATE TABLE IF NOT EXISTS data_keys (subject TEXT PRIMARY KEY,"
    " wrapped BLOB NOT NULL) WITHOUT ROWID",
)
_CACHE_KB: Final = 8_192
"""A key is asked for once: more pages in memory would be of little use."""
_FORMAT: Final = b"\x01"  # of an encrypted original: this byte, nonce, ciphertext and tag
_NONCE: Final = 12
_KEY: Final = 32
_KEY_DIGITS: Final = 32
_WORD: Final = re.compile(r"[^\W_]+")
_WORD_DIGITS: Final = 12
_MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Originals:
    """The plain personal values of one fact, and what else may name its subject."""

    fact_id: str
    email: str | None = None
    phone: str | None = None
    person_name: str | None = None
    message: str | None = None
    external_id: str | None = None
    visitor_id: str | None = None
    email_key: str | None = None
    phone_key: str | None = None


@dataclass(frozen=True, slots=True)
class LockedAway:
    """What a fact stores in place of the originals."""

    email_key: str | None
    phone_key: str | None
    subject: str
    personal: bytes
    name_key: str | None


class Vault:
    """Keys by subject. A subject is the strongest name a fact has for its person."""

    def __init__(self, directory: Path) -> None:
        self._database = Database(directory / "vault.sqlite", _CACHE_KB)
        with ExitStack() as opened:
            opened.enter_context(closing(self._database))
            self._database.prepare(_SCRIPT)
            master = _master_key(directory / "secret.key", self._database)
            opened.pop_all()
        self._wrapper = AESGCM(hmac.digest(master, b"headwater: wrap data keys", "sha256"))
        self._hash_secret = hmac.digest(master, b"headwater: name persons", "sha256")
        self._secrets = hmac.digest(master, b"headwater: secrets for others", "sha256")

    def secret(self, purpose: str) -> bytes:
        """Return 32 bytes for a purpose such as signing links, the same at every start."""
        return hmac.digest(self._secrets, purpose.encode(), "sha256")

    def email_key(self, email: str) -> str:
        """Return the keyed hash of a normalised address: 32 hexadecimal digits."""
        return self._name("email", email)

    def phone_key(self, phone: str) -> str:
        """Return the keyed hash of a number in E.164: 32 hexadecimal digits."""
        return self._name("phone", phone)

    def name_key(self, name: str) -> str | None:
        """Return the keyed hashes of a name's words, sorted and parted by spaces.

        Case, accents, order and single letters do not count. None where no word is left.
        """
        plain = unicodedata.normalize("NFKD", name.casefold())
        letters = "".join(one for one in plain if not unicodedata.combining(one))
        words = {word for word in _WORD.findall(letters) if len(word) > 1}
        hashes = sorted(self._name("name", word)[:_WORD_DIGITS] for word in words)
        return " ".join(hashes[:_MOST_WORDS]) or None

    def external_subject(self, external_id: str) -> str:
        """Return the subject of a person known by another system's id alone."""
        return self._name("external", external_id)

    def visitor_subject(self, visitor_id: str) -> str:
        """Return the subject of a visitor who left no key of their own."""
        return self._name("visitor", visitor_id)

    def lock_away(self, people: Sequence[Originals]) -> list[LockedAway]:
        """Encrypt originals, each under its subject's key; new keys are durable on return."""
        named = [self._named(person) for person in people]
        keys = self._keys({subject for _, _, subject in named})
        ciphers = {subject: AESGCM(key) for subject, key in keys.items()}
        return [
            LockedAway(
                email,
                phone,
                subject,
                _encrypted(ciphers[subject], subject, person),
                self.name_key(person.person_name) if person.person_name else None,
            )
            for person, (email, phone, subject) in zip(people, named, strict=True)
        ]

    def open_personal(self, subject: str, blob: bytes) -> dict[str, str] | None:
        """Return the originals by column name, or None once the subject is erased."""
        with self._database.reading() as connection:
            wrapped = _wrapped(connection, [subject]).get(subject)
        if wrapped is None:
            return None
        cipher = AESGCM(self._unwrapped(subject, wrapped))
        nonce = blob[len(_FORMAT) : len(_FORMAT) + _NONCE]
        try:
            text = cipher.decrypt(nonce, blob[len(_FORMAT) + _NONCE :], subject.encode())
        except (InvalidTag, ValueError):
            # The subject was erased and has become known again under a new key.
            return None
        return {str(name): str(value) for name, value in json.loads(text).items()}

    def forget(self, subjects: Iterable[str]) -> int:
        """Delete keys for good; returns how many there were."""
        names = json.dumps(sorted(subjects))
        return self._database.commit(
            lambda connection: (
                connection.execute(
                    "DELETE FROM data_keys WHERE subject IN (SELECT value FROM json_each(?))",
                    (names,),
                ).rowcount
            )
        )

    def scrub(self) -> None:
        """Leave no deleted key in free pages and in the write-ahead log."""
        self._database.scrub()

    def problems(self) -> list[str]:
        return self._database.problems()

    def close(self) -> None:
        self._database.close()

    def _name(self, space: str, value: str) -> str:
        text = f"{space}:{value}".encode()
        return hmac.digest(self._hash_secret, text, "sha256").hex()[:_KEY_DIGITS]

    def _named(self, person: Originals) -> tuple[str | None, str | None, str]:
        email = self.email_key(person.email) if person.email else person.email_key
        phone = self.phone_key(person.phone) if person.phone else person.phone_key
        if email or phone:
            return email, phone, email or phone or ""
        if person.external_id:
            return None, None, self.external_subject(person.external_id)
        if person.visitor_id:
            return None, None, self.visitor_subject(person.visitor_id)
        return None, None, self._name("fact", person.fact_id)

    def _keys(self, subjects: set[str]) -> dict[str, bytes]:
        """Return the key of each subject, made and committed where there was none."""
        with self._database.reading() as connection:
            wrapped = _wrapped(connection, subjects)
        missing = {
            subject: self._new_wrapped(subject) for subject in sorted(subjects - wrapped.keys())
        }
        if missing:
            wrapped |= self._database.commit(lambda connection: _added(connection, missing))
        return {subject: self._unwrapped(subject, key) for subject, key in wrapped.items()}

    def _new_wrapped(self, subject: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._wrapper.encrypt(nonce, os.urandom(_KEY), subject.encode())

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes:
        try:
            return self._wrapper.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], subject.encode())
        except InvalidTag:
            raise StoreDamaged(
                "secret.key is not the key that vault.sqlite was made with. Restore both from "
                "the same backup."
            ) from None


def subject_fields() -> tuple[str, ...]:
    """Return the columns that `Originals` is made of."""
    return tuple(Originals.__dataclass_fields__)


def _encrypted(cipher: AESGCM, subject: str, person: Originals) -> bytes:
    values = {
        name: value
        for name in ("email", "phone", "person_name", "message")
        if (value := getattr(person, name)) is not None
    }
    nonce = os.urandom(_NONCE)
    text = json.dumps(values, ensure_ascii=False).encode()
    return _FORMAT + nonce + cipher.encrypt(nonce, text, subject.encode())


def _wrapped(connection: sqlite3.Connection, subjects: Iterable[str]) -> dict[str, bytes]:
    rows = connection.execute(
        "SELECT subject, wrapped FROM data_keys"
        " WHERE subject IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(subjects)),),
    )
    return dict(rows.fetchall())


def _added(connection: sqlite3.Connection, keys: dict[str, bytes]) -> dict[str, bytes]:
    """Add keys; where another process was faster its key stands."""
    connection.executemany("INSERT OR IGNORE INTO data_keys VALUES (?, ?)", keys.items())
    return _wrapped(connection, keys)


def _master_key(path: Path, database: Database) -> bytes:
    """Read the master key, or make it for an empty vault."""
    if not path.exists():
        with database.reading() as connection:
            used = connection.execute("SELECT 1 FROM data_keys LIMIT 1").fetchone()
        if used:
            raise StoreDamaged(
                f"'{path}' is missing, but the vault beside it holds keys that only it opens. "
                "Restore it from your backup."
            )
        _create(path)
    key = path.read_bytes()
    if len(key) != _KEY:
        raise StoreDamaged(f"'{path}' must hold {_KEY} bytes, not {len(key)}. Restore it.")
    return key


def _create(path: Path) -> None:
    draft = path.with_name("secret.key.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, os.urandom(_KEY))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
