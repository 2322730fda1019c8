"""The conditions of a rule: checked when read, then compiled to functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from headwater.journeys.channels.patterns import LOOKED_AT, compile_pattern
from headwater.journeys.channels.signals import Field as FieldName
from headwater.journeys.channels.signals import Signals

Predicate = Callable[[Signals], bool]
Word = Annotated[str, StringConstraints(to_lower=True, max_length=500)]

_OPERATORS: Final = (
    "equals", "one_of", "contains", "starts_with", "ends_with", "matches", "is_set",
)  # fmt: skip
DEEPEST: Final = 6
"""Conditions within conditions that a rule may have."""


class Condition(BaseModel):
    """One condition: a `field` with one operator, or `all`, `any`, `not` or `term`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    field: FieldName | None = None
    equals: Word | None = None
    one_of: Annotated[tuple[Word, ...], Field(min_length=1)] | None = None
    contains: Annotated[Word, Field(min_length=1)] | None = None
    starts_with: Annotated[Word, Field(min_length=1)] | None = None
    ends_with: Annotated[Word, Field(min_length=1)] | None = None
    matches: str | None = None
    is_set: bool | None = None
    all: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=50)] | None = None
    any: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=50)] | None = None
    negated: Condition | None = Field(default=None, alias="not")
    term: str | None = None

    @property
    def operator(self) -> str:
        """Return the operator's name ("" for all, any, not and term)."""
        return next((name for name in _OPERATORS if getattr(self, name) is not None), "")

    @model_validator(mode="after")
    def _has_one_shape(self) -> Condition:
        shapes = {
            "field": self.field, "all": self.all, "any": self.any,
            "not": self.negated, "term": self.term,
        }  # fmt: skip
        given = [name for name, value in shapes.items() if value is not None]
        if len(given) != 1:
            raise ValueError(
                "a condition is exactly one of field, all, any, not, term; "
                f"this one has {', '.join(given) or 'none'}"
            )
        operators = [name for name in _OPERATORS if getattr(self, name) is not None]
        if len(operators) != (self.field is not None):
            raise ValueError(
                f"a field needs exactly one of {', '.join(_OPERATORS)}; "
                f"this condition has {', '.join(operators) or 'none'}"
            )
        if self.matches is not None:
            compile_pattern(self.matches)
        if self.depth > DEEPEST:
            raise ValueError(f"conditions are nested more than {DEEPEST} deep")
        return self

    @property
    def inner(self) -> tuple[Condition, ...]:
        """Return the conditions directly inside this one."""
        return (self.all or ()) + (self.any or ()) + ((self.negated,) if self.negated else ())

    @property
    def depth(self) -> int:
        """Return how deep conditions are nested here."""
        return 1 + max((condition.depth for condition in self.inner), default=0)

    def terms_used(self) -> Iterator[str]:
        """Yield the names of the terms that this condition refers to."""
        if self.term is not None:
            yield self.term
        for condition in self.inner:
            yield from condition.terms_used()


def compiled(condition: Condition | None, terms: Mapping[str, Predicate]) -> Predicate:
    """Return the function that tests a condition; None is always true."""
    if condition is None:
        return lambda signals: True
    if condition.term is not None:
        return terms[condition.term]
    if condition.field is not None:
        return _compiled_field(condition, condition.field)
    inner = tuple(compiled(part, terms) for part in condition.inner)
    if condition.all is not None:
        return _every(inner)
    if condition.any is not None:
        return _some(inner)
    (only,) = inner
    return lambda signals: not only(signals)


def _every(parts: tuple[Predicate, ...]) -> Predicate:
    if len(parts) == 1:
        return parts[0]
    first, rest = parts[0], _every(parts[1:])
    return lambda signals: first(signals) and rest(signals)


def _some(parts: tuple[Predicate, ...]) -> Predicate:
    if len(parts) == 1:
        return parts[0]
    first, rest = parts[0], _some(parts[1:])
    return lambda signals: first(signals) or rest(signals)


def _compiled_field(condition: Condition, field: FieldName) -> Predicate:
    get: Callable[[Signals], str] = itemgetter(Signals._fields.index(field.value))
    if condition.is_set is not None:
        wanted = condition.is_set
        return lambda signals: (get(signals) != "") is wanted
    if condition.equals is not None:
        equals = condition.equals
        return lambda signals: get(signals) == equals
    if condition.one_of is not None:
        choices = frozenset(condition.one_of)
        return lambda signals: get(signals) in choices
    return _compiled_part(condition, get)


def _compiled_part(condition: Condition, get: Callable[[Signals], str]) -> Predicate:
    if condition.contains is not None:
        part = condition.contains
        return lambda signals: part in get(signals)
    if condition.starts_with is not None:
        begin = condition.starts_with
        return lambda signals: get(signals).startswith(begin)
    if condition.ends_with is not None:
        end = condition.ends_with
        return lambda signals: get(signals).endswith(end)
    search = compile_pattern(condition.matches or "").search
    return lambda signals: search(get(signals)[:LOOKED_AT]) is not None
