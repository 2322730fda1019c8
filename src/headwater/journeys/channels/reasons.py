"""Say in words which conditions of a rule an arrival met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from headwater.journeys.channels.conditions import Condition, Predicate, compiled
from headwater.journeys.channels.signals import Field, Signals

_PHRASES: Final = {
    "contains": "contains",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "matches": "matches",
}


def reasons(
    condition: Condition | None, seen: Signals, terms: Mapping[str, Condition]
) -> tuple[str, ...]:
    """Return one phrase for each condition that held, such as `medium "cpc" contains "cp"`."""
    if condition is None:
        return ("no rule before it matched",)
    known: dict[str, Predicate] = {}
    for name, term in terms.items():
        known[name] = compiled(term, known)
    return tuple(_Reasons(seen, terms, known).of(condition))


@dataclass(frozen=True, slots=True)
class _Reasons:
    seen: Signals
    terms: Mapping[str, Condition]
    known: Mapping[str, Predicate]

    def of(self, condition: Condition) -> list[str]:
        if not compiled(condition, self.known)(self.seen):
            return []
        if condition.term is not None:
            return self.of(self.terms[condition.term])
        if condition.field is not None:
            return [self._phrase(condition, condition.field)]
        if condition.negated is not None:
            return [f"not ({_shape(condition.negated)})"]
        held = [self.of(part) for part in condition.inner]
        if condition.any is not None:
            return next(filter(None, held))
        return [phrase for phrases in held for phrase in phrases]

    def _phrase(self, condition: Condition, field: Field) -> str:
        value: str = getattr(self.seen, field)
        said = f'{field} "{value}"'
        if condition.is_set is not None:
            return f"{said} is known" if value else f"{field} is not known"
        if condition.equals is not None:
            return f'{field} is "{value}"'
        if condition.one_of is not None:
            return f"{said} is one of the {len(condition.one_of)} listed"
        operator = condition.operator
        return f'{said} {_PHRASES[operator]} "{getattr(condition, operator)}"'


def _shape(condition: Condition) -> str:
    if condition.field is not None:
        return f"{condition.field} {condition.operator}"
    return condition.term or "a nested condition"
