"""Say in words which conditions of a rule an arrival met."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.journeys.channels.conditions import Condition, Predicate, compiled
from headwater.journeys.channels.signals import Signals

_PHRASES = {
    "equals": "is",
    "one_of": "is one of the rule's values",
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
    return tuple(_held(condition, seen, terms))


def _held(condition: Condition, seen: Signals, terms: Mapping[str, Condition]) -> list[str]:
    if not _is_met(condition, seen, terms):
        return []
    if condition.term is not None:
        return _held(terms[condition.term], seen, terms)
    if condition.field is not None:
        return [_phrase(condition, seen)]
    if condition.negated is not None:
        return [f"not ({_shape(condition.negated)})"]
    held = [_held(part, seen, terms) for part in condition.inner]
    if condition.any is not None:
        return next(filter(None, held))
    return [phrase for phrases in held for phrase in phrases]


def _is_met(condition: Condition, seen: Signals, terms: Mapping[str, Condition]) -> bool:
    known: dict[str, Predicate] = {}
    for name, term in terms.items():
        known[name] = compiled(term, known)
    return compiled(condition, known)(seen)


def _phrase(condition: Condition, seen: Signals) -> str:
    value: str = getattr(seen, str(condition.field))
    if condition.is_set is not None:
        return (
            f'{condition.field} "{value}" is known'
            if value
            else f"{condition.field} is not known"
        )
    if condition.equals is not None:
        return f'{condition.field} is "{value}"'
    if condition.one_of is not None:
        return f'{condition.field} "{value}" is one of: {", ".join(condition.one_of)}'
    wanted = getattr(condition, condition.operator)
    return f'{condition.field} "{value}" {_PHRASES[condition.operator]} "{wanted}"'


def _shape(condition: Condition) -> str:
    if condition.field is not None:
        return f"{condition.field} {condition.operator}"
    return condition.term or "a nested condition"
