"""The rules of a draft as the screen lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from headwater.domain.errors import ConfigError
from headwater.journeys.channels import Rule, RuleFile, RuleSet
from headwater.web.channel_rules import editing
from headwater.web.channel_rules.drafts import Draft
from headwater.web.channel_rules.wording import Part, in_words

UNCHANGED: Final = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One own rule. `place` counts all rules as tried; `state` is new, changed or empty."""

    name: str
    channel: str
    when: Part
    place: int
    before: str
    priority: int
    state: str
    can_go_up: bool
    can_go_down: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule among all, in the order in which they are tried."""

    name: str
    channel: str
    when: Part
    is_own: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """Own rules in the order in which they are tried, all rules, and those removed."""

    own: tuple[Line, ...]
    every: tuple[Tried, ...]
    removed: tuple[str, ...]


def listed(draft: Draft, rules: RuleSet) -> Listed:
    """Return what a draft holds, set against the file as it is."""
    file = draft.file()
    saved = {rule.name: rule for rule in _saved(draft).rules}
    order = editing.tried(file.rules)
    places = {rule.name: place for place, rule in enumerate(rules.file.rules, start=1)}
    names = {rule.name for rule in order}
    return Listed(
        own=tuple(
            Line(
                name=rule.name,
                channel=rule.channel,
                when=in_words(rule.when),
                place=places[rule.name],
                before=rule.before or "",
                priority=rule.priority,
                state=_state(rule, saved),
                can_go_up=editing.is_movable(order, at, -1),
                can_go_down=editing.is_movable(order, at, 1),
            )
            for at, rule in enumerate(order)
        ),
        every=tuple(
            Tried(rule.name, rule.channel, in_words(rule.when), rule.name in names)
            for rule in rules.file.rules
        ),
        removed=tuple(name for name in saved if name not in names),
    )


def _saved(draft: Draft) -> RuleFile:
    try:
        return RuleFile.parse(draft.saved.text)
    except ConfigError:
        return RuleFile()


def _state(rule: Rule, saved: Mapping[str, Rule]) -> str:
    if rule.name not in saved:
        return "new"
    return "changed" if saved[rule.name] != rule else UNCHANGED
