"""What a person wrote of themselves, opened for those who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from headwater.domain.words import FactKind
from headwater.facts import FactStore, PersonKeys

_TELLING: Final = tuple(kind for kind in FactKind if kind is not FactKind.EVENT)
"""Kinds in which people write of themselves; events are too many to open for a name."""


@dataclass(frozen=True, slots=True)
class Known:
    """The originals of one person, as far as the vault still opens them."""

    emails: tuple[str, ...]
    phones: tuple[str, ...]
    names: tuple[str, ...]
    by_key: Mapping[str, str]
    """The original of each `email:<hash>` and `phone:<hash>`."""

    def emails_of(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return the addresses behind these hashes, as far as they are known."""
        return tuple(self.by_key[f"email:{k}"] for k in keys if f"email:{k}" in self.by_key)

    def phones_of(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return the numbers behind these hashes, as far as they are known."""
        return tuple(self.by_key[f"phone:{k}"] for k in keys if f"phone:{k}" in self.by_key)

    def likeness(self, other: Known) -> tuple[str, ...]:
        """Say what of two persons looks the same: names, addresses that a slip parts."""
        found = []
        if {name.casefold() for name in self.names} & {n.casefold() for n in other.names}:
            found.append("the same name")
        if any(is_slip(one, two) for one, two in product(self.emails, other.emails)):
            found.append("addresses that differ by one slip")
        return tuple(found)


def known_of(facts: FactStore, person: PersonKeys) -> Known:
    """Open the originals of a person's facts; each value once, in the order they came."""
    told: dict[str, dict[str, None]] = {"email": {}, "phone": {}, "person_name": {}}
    by_key: dict[str, str] = {}
    for opened in _opened(facts, person):
        for name, values in told.items():
            if name in opened:
                values[opened[name]] = None
    for email in told["email"]:
        by_key[f"email:{facts.vault.email_key(email)}"] = email
    for phone in told["phone"]:
        by_key[f"phone:{facts.vault.phone_key(phone)}"] = phone
    emails, phones, names = (tuple(values) for values in told.values())
    return Known(emails, phones, names, by_key)


def _opened(facts: FactStore, person: PersonKeys) -> Iterator[Mapping[str, str]]:
    for table in facts.find(person, _TELLING).values():
        if "personal" in table.column_names:
            rows = table.select(["occurred_at", "subject", "personal"]).sort_by("occurred_at")
            for row in rows.to_pylist():
                if row["personal"] is not None:
                    yield facts.vault.open_personal(row["subject"], row["personal"]) or {}


def is_slip(one: str, other: str) -> bool:
    """Tell whether two texts differ by one letter more, less, other, or two exchanged."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, others = one[start:], other[start:]
    exchanged = rest[1::-1] + rest[2:] if len(rest) > 1 else rest
    return others in {rest[1:], exchanged} or rest[1:] == others[1:] or rest == others[1:]
