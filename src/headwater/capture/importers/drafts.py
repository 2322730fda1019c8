"""A fact in the making: what a row says, before it has an id and a time of receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from headwater.domain.errors import BadRow
from headwater.domain.words import FactKind


@dataclass(slots=True)
class Draft:
    """One row understood.

    `row` is its place in the file: where a row holds several facts, they are counted instead.
    `values` are columns of the fact, and `email`, `phone`, `person_name`, `message` in plain.
    `identity` names the fact: the same parts, the same fact, in this file or the next. With
    `is_keyed` a repeat of it is the same fact; without, the repeat is a fact of its own.
    `label` is what the summary counts it under. `warnings` are fields left out of it. `fact` is
    its kind where its feed makes several.
    """

    row: int
    values: dict[str, object]
    identity: tuple[str, ...]
    is_keyed: bool
    label: str | None = None
    warnings: list[BadRow] = field(default_factory=list)
    fact: FactKind | None = None


class Feed(Protocol):
    """A file that has been opened and knows how to become facts."""

    @property
    def fact(self) -> FactKind:
        """The kind of every fact whose draft names none."""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences for the user on how the file was read."""

    @property
    def total(self) -> int:
        """How much there is to read, in `unit`."""

    @property
    def unit(self) -> str:
        """`bytes` or `rows`."""

    def drafts(self) -> Iterator[Draft | BadRow]:
        """Yield what each row came to, in the file's order."""

    def position(self) -> int:
        """Return how much has been read, in `unit`."""
