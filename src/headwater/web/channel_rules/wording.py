"""Conditions in words: what a rule looks at, and what it wants to find there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.journeys.channels.conditions import Condition, Predicate, compiled
from headwater.journeys.channels.signals import Field, Signals

FIELDS: Final = {
    Field.SOURCE: gettext_lazy("Source"),
    Field.MEDIUM: gettext_lazy("Medium"),
    Field.CAMPAIGN: gettext_lazy("Campaign"),
    Field.CONTENT: gettext_lazy("Content"),
    Field.KEYWORD: gettext_lazy("Keyword"),
    Field.REFERRER_DOMAIN: gettext_lazy("Referrer's domain"),
    Field.REFERRER_HOST: gettext_lazy("Referrer's host"),
    Field.REFERRER_PATH: gettext_lazy("Referrer's path"),
    Field.SOURCE_CATEGORY: gettext_lazy("Kind of source"),
    Field.CLICK_ID_KIND: gettext_lazy("Click id"),
    Field.CLICK_ID_IS: gettext_lazy("Kind of click id"),
    Field.SITE: gettext_lazy("Site"),
    Field.RECORDED_CHANNEL: gettext_lazy("Recorded channel"),
    Field.SOURCE_WORD: gettext_lazy("Source as a word"),
    Field.MEDIUM_WORD: gettext_lazy("Medium as a word"),
}
EXAMPLES: Final = {
    Field.SOURCE: "google, newsletter",
    Field.MEDIUM: "cpc, email, referral",
    Field.CAMPAIGN: "spring-sale",
    Field.CONTENT: "blue-banner",
    Field.KEYWORD: "garden office",
    Field.REFERRER_DOMAIN: "partner.example",
    Field.REFERRER_HOST: "blog.partner.example",
    Field.REFERRER_PATH: "/reviews/2026",
    Field.SOURCE_CATEGORY: "search, social, video, shopping, ai, email, display, affiliate",
    Field.CLICK_ID_KIND: "gclid, msclkid",
    Field.CLICK_ID_IS: "paid, unpaid",
    Field.SITE: "shop.example.com",
    Field.RECORDED_CHANNEL: "Offline",
    Field.SOURCE_WORD: "trade_show",
    Field.MEDIUM_WORD: "word_of_mouth",
}
"""Values as they look; they are not translated, because rules compare them as they are."""

OPERATORS: Final = {
    "equals": gettext_lazy("is"),
    "not equals": gettext_lazy("is not"),
    "one_of": gettext_lazy("is one of"),
    "not one_of": gettext_lazy("is none of"),
    "contains": gettext_lazy("contains"),
    "not contains": gettext_lazy("does not contain"),
    "starts_with": gettext_lazy("starts with"),
    "not starts_with": gettext_lazy("does not start with"),
    "ends_with": gettext_lazy("ends with"),
    "not ends_with": gettext_lazy("does not end with"),
    "matches": gettext_lazy("matches the pattern"),
    "not matches": gettext_lazy("does not match the pattern"),
    "is_set": gettext_lazy("is known"),
    "not is_set": gettext_lazy("is not known"),
    "term": gettext_lazy("holds"),
    "not term": gettext_lazy("does not hold"),
}
_PHRASES: Final = {
    "equals": gettext_lazy("%(field)s is %(value)s"),
    "not equals": gettext_lazy("%(field)s is not %(value)s"),
    "one_of": gettext_lazy("%(field)s is one of %(value)s"),
    "not one_of": gettext_lazy("%(field)s is none of %(value)s"),
    "contains": gettext_lazy("%(field)s contains %(value)s"),
    "not contains": gettext_lazy("%(field)s does not contain %(value)s"),
    "starts_with": gettext_lazy("%(field)s starts with %(value)s"),
    "not starts_with": gettext_lazy("%(field)s does not start with %(value)s"),
    "ends_with": gettext_lazy("%(field)s ends with %(value)s"),
    "not ends_with": gettext_lazy("%(field)s does not end with %(value)s"),
    "matches": gettext_lazy("%(field)s matches %(value)s"),
    "not matches": gettext_lazy("%(field)s does not match %(value)s"),
    "is_set": gettext_lazy("%(field)s is known"),
    "not is_set": gettext_lazy("%(field)s is not known"),
}
_SHOWN: Final = 8
"""Values of a list that are named; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition in words. `kind` is text, all, any, not or always; `parts` are inside it."""

    kind: str
    text: str = ""
    parts: tuple[Part, ...] = ()


def in_words(condition: Condition | None) -> Part:
    """Return a condition in words."""
    if condition is None:
        return Part("always")
    phrase = _phrase(condition)
    if phrase:
        return Part("text", phrase)
    kind = "all" if condition.all else "any" if condition.any else "not"
    return Part(kind, parts=tuple(map(in_words, condition.inner)))


def held(
    condition: Condition | None, seen: Signals, terms: Mapping[str, Condition]
) -> tuple[str, ...]:
    """Return what an arrival met of a condition, in words."""
    known: dict[str, Predicate] = {}
    for name, term in terms.items():
        known[name] = compiled(term, known)
    return tuple(_held(condition, seen, terms, known)) if condition else ()


def _held(
    condition: Condition,
    seen: Signals,
    terms: Mapping[str, Condition],
    known: Mapping[str, Predicate],
) -> Iterator[str]:
    if not compiled(condition, known)(seen):
        return
    if condition.term is not None:
        yield from _held(terms[condition.term], seen, terms, known)
    elif phrase := _phrase(condition):
        yield phrase
    elif condition.negated is None:
        for part in condition.inner:
            yield from _held(part, seen, terms, known)


def operator_of(condition: Condition) -> tuple[Condition, str]:
    """Return the leaf of a condition and its operator ("" where it is none)."""
    leaf = condition.negated or condition
    name = "term" if leaf.term is not None else leaf.operator
    if not name:
        return condition, ""
    is_negated = (leaf is not condition) != (leaf.is_set is False)
    return leaf, f"not {name}" if is_negated else name


def _phrase(condition: Condition) -> str:
    leaf, operator = operator_of(condition)
    if not operator:
        return ""
    if leaf.term is not None:
        text = _("not “%(name)s”") if operator.startswith("not ") else "“%(name)s”"
        return text % {"name": leaf.term}
    if leaf.field is None:
        return ""
    said = {"field": FIELDS[leaf.field], "value": _value(leaf)}
    return str(_PHRASES[operator]) % said


def _value(leaf: Condition) -> str:
    if leaf.one_of is not None:
        named = ", ".join(f"“{value}”" for value in leaf.one_of[:_SHOWN])
        more = len(leaf.one_of) - _SHOWN
        if more <= 0:
            return named
        return _("%(values)s and %(count)s more") % {"values": named, "count": more}
    value = getattr(leaf, leaf.operator)
    return f"“{value}”"
