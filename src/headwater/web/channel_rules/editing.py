"""What can be done to the own rules of a file: add, change, remove, put in another place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from headwater.domain.errors import UnknownName
from headwater.journeys.channels import Rule, RuleFile, default_rules
from headwater.journeys.channels.conditions import Condition
from headwater.journeys.channels.rules import RECORDED
from headwater.web.channel_rules.drafts import Draft, rule_set
from headwater.workspace.rule_text import Edited, edit

SHIPPED: Final = tuple(rule.name for rule in default_rules().file.rules)
"""The names of the shipped rules, in their order."""


def tried(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return own rules in the order in which they are tried."""
    return tuple(sorted(rules, key=lambda rule: (_stretch(rule), -rule.priority)))


def rule_named(file: RuleFile, name: str) -> Rule:
    """Return an own rule; UnknownName where there is none of this name."""
    rules = {rule.name: rule for rule in file.rules}
    if name not in rules:
        raise UnknownName("channel rule of yours", name, rules)
    return rules[name]


def put(draft: Draft, rule: Rule, instead_of: str = "") -> Edited:
    """Return the text with a rule in place of another, or after all others.

    ConfigError where the rules can then not be used.
    """
    file = draft.file()
    if not instead_of:
        return _edited(draft, (*file.rules, rule))
    rule_named(file, instead_of)
    return _edited(draft, [rule if one.name == instead_of else one for one in file.rules])


def remove(draft: Draft, name: str) -> Edited:
    """Return the text without a rule."""
    file = draft.file()
    gone = rule_named(file, name)
    return _edited(draft, [one for one in file.rules if one is not gone])


def move(draft: Draft, name: str, *, is_up: bool) -> Edited:
    """Return the text with a rule tried one place earlier or later, where it can be.

    A rule that passes one of another priority takes that priority.
    """
    file = draft.file()
    moved = rule_named(file, name)
    order = list(tried(file.rules))
    place = order.index(moved)
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(order) or _stretch(order[other]) != _stretch(moved):
        return Edited(draft.text, loses_comments=False)
    taken = moved.model_copy(update={"priority": order[other].priority})
    order[place], order[other] = order[other], taken
    return _edited(draft, order)


def is_movable(rules: Sequence[Rule], place: int, step: int) -> bool:
    """Whether the rule at a place of the order can change places with its neighbour."""
    other = place + step
    return 0 <= other < len(rules) and _stretch(rules[other]) == _stretch(rules[place])


def terms(file: RuleFile) -> dict[str, Condition]:
    """Return every condition with a name: the shipped ones, then the own ones."""
    return {**default_rules().file.terms, **file.terms}


def channels(file: RuleFile) -> tuple[str, ...]:
    """Return every channel that a rule may give: the shipped ones, then the own ones."""
    return tuple(dict.fromkeys((*default_rules().channels, *file.channels)))


def _stretch(rule: Rule) -> int:
    """Return which shipped rule a rule comes before: rules move within one such stretch."""
    return SHIPPED.index(rule.before) if rule.before in SHIPPED else 0


def _edited(draft: Draft, rules: Sequence[Rule]) -> Edited:
    done = edit(draft.text, rules, _channels_with(draft, rules))
    rule_set(done.text)
    return done


def _channels_with(draft: Draft, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return the file's own channels: with new ones, without those that a draft gave up."""
    file = draft.file()
    used = {rule.channel for rule in rules} | set(file.words)
    saved = set(RuleFile.parse(draft.saved.text).channels) if not draft.is_outdated else set()
    kept = [name for name in file.channels if name in used or name in saved]
    shipped = {*default_rules().channels, RECORDED}
    new = [rule.channel for rule in rules if rule.channel not in shipped]
    return tuple(dict.fromkeys((*kept, *new)))
