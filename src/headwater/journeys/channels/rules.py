"""Rules and lists together: compiled, checked against each other, and given a version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from headwater.domain.errors import ConfigError
from headwater.journeys.channels.conditions import Condition, Predicate, compiled
from headwater.journeys.channels.directory import Directory
from headwater.journeys.channels.lists import DATA, ClickId, Lists, shipped
from headwater.journeys.channels.rule_file import Rule, RuleFile
from headwater.journeys.channels.texts import word

DEFAULT_FILE: Final = DATA / "rules.toml"
RECORDED: Final = "(recorded)"
"""As a rule's channel: the one that an import or a CRM recorded."""

UNASSIGNED: Final = "Unassigned"


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with the function that tests its condition."""

    rule: Rule
    is_met: Predicate


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that decides a channel. Immutable; make it once and classify with it.

    `version` changes with the content of rules, lists and own domains, and with nothing else.
    """

    file: RuleFile
    lists: Lists
    own_domains: tuple[str, ...]
    version: str
    directory: Directory
    compiled: tuple[CompiledRule, ...]
    click_ids: dict[str, ClickId]
    channel_words: dict[str, str]

    @classmethod
    def load(cls, path: Path | None = None, *, own_domains: Iterable[str] = ()) -> RuleSet:
        """Return the rules of a file (None: the shipped ones) with the shipped lists.

        Raises ConfigError where the file cannot be used.
        """
        return cls.of(RuleFile.read(path or DEFAULT_FILE), shipped(), own_domains)

    @classmethod
    def of(cls, file: RuleFile, lists: Lists, own_domains: Iterable[str] = ()) -> RuleSet:
        """Put rules and lists together; raises ConfigError where they do not fit."""
        own = tuple(sorted({domain.strip().lower() for domain in own_domains}))
        _check_names(file)
        terms: dict[str, Predicate] = {}
        for name, condition in file.terms.items():
            terms[name] = compiled(condition, terms)
        return cls(
            file=file,
            lists=lists,
            own_domains=own,
            version=_version(file, lists, own),
            directory=Directory(lists, own),
            compiled=tuple(
                CompiledRule(rule, compiled(rule.when, terms)) for rule in file.rules
            ),
            click_ids={click_id.parameter: click_id for click_id in lists.click_ids},
            channel_words=_channel_words(file),
        )

    def with_custom(self, custom: RuleFile | Path) -> RuleSet:
        """Return these rules with custom ones before them, or where `before` puts them.

        Custom rules may use the terms and channels that are here and add their own. Custom
        words are added to those that are here; a word given to another channel moves.
        """
        file = custom if isinstance(custom, RuleFile) else RuleFile.read(custom)
        rules = placed(file.rules, self.file.rules)
        both = {
            "channels": tuple(dict.fromkeys((*self.file.channels, *file.channels))),
            "terms": {**self.file.terms, **file.terms},
            "rules": rules,
            "words": _merged_words(self.file, file),
        }
        return RuleSet.of(RuleFile.check(both, "custom rules"), self.lists, self.own_domains)

    def with_own_domains(self, own_domains: Iterable[str]) -> RuleSet:
        """Return these rules for a company that owns these domains."""
        return RuleSet.of(self.file, self.lists, own_domains)

    @property
    def channels(self) -> tuple[str, ...]:
        """Return every channel that these rules can give."""
        return self.file.channels

    @property
    def click_id_parameters(self) -> tuple[str, ...]:
        """Return the URL parameters known as click ids, the one that counts first first."""
        return tuple(self.click_ids)


@cache
def default_rules() -> RuleSet:
    """Return the shipped rules (read and compiled once)."""
    return RuleSet.load()


def placed(custom: Sequence[Rule], shipped: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return all rules in the order in which they are tried.

    Raises ConfigError where a custom rule wants to be before one that is not shipped.
    """
    names = [rule.name for rule in shipped]
    ordered = sorted(custom, key=lambda rule: -rule.priority)
    for rule in ordered:
        if rule.before is not None and rule.before not in names:
            raise ConfigError(
                f"The channel rule '{rule.name}' is to come before '{rule.before}', which is "
                f"no shipped rule. Choose one of: {', '.join(names)}."
            )
    both = [rule for rule in ordered if rule.before is None]
    for one in shipped:
        both += [rule for rule in ordered if rule.before == one.name]
        both.append(one)
    return tuple(both)


def _check_names(file: RuleFile) -> None:
    channels = {*file.channels, RECORDED}
    if UNASSIGNED not in channels:
        raise ConfigError(f"The channel rules have no channel '{UNASSIGNED}'; add it.")
    for rule in file.rules:
        if rule.channel not in channels:
            raise ConfigError(
                f"The channel rule '{rule.name}' gives the channel '{rule.channel}', which is "
                "not listed under `channels`. Correct it, or add it there."
            )
    for channel in file.words:
        if channel not in channels:
            raise ConfigError(
                f"`words` names the channel '{channel}'; it is not in `channels`."
            )
    known: set[str] = set()
    for name, condition in file.terms.items():
        _check_terms(f"term '{name}'", condition, known)
        known.add(name)
    for rule in file.rules:
        _check_terms(f"rule '{rule.name}'", rule.when, known)


def _check_terms(where: str, condition: Condition | None, known: set[str]) -> None:
    for term in condition.terms_used() if condition else ():
        if term not in known:
            raise ConfigError(
                f"The channel {where} uses the term '{term}', which is not defined before it. "
                f"Defined: {', '.join(sorted(known)) or 'none'}."
            )


def _merged_words(file: RuleFile, custom: RuleFile) -> dict[str, tuple[str, ...]]:
    moved = {word(text.lower()) for words in custom.words.values() for text in words}
    kept = {
        channel: tuple(text for text in words if word(text.lower()) not in moved)
        for channel, words in file.words.items()
    }
    for channel, words in custom.words.items():
        kept[channel] = (*kept.get(channel, ()), *words)
    return kept


def _channel_words(file: RuleFile) -> dict[str, str]:
    words = {word(channel.lower()): channel for channel in file.channels}
    for channel, listed in file.words.items():
        words |= dict.fromkeys((word(text.lower()) for text in listed), channel)
    return words


def _version(file: RuleFile, lists: Lists, own_domains: tuple[str, ...]) -> str:
    content = [
        file.model_dump(mode="json", exclude_none=True),
        _sorted(lists.model_dump(mode="python")),
        own_domains,
    ]
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return blake2b(text.encode(), digest_size=6).hexdigest()


def _sorted(value: object) -> object:
    """Return lists as JSON can write them: sets have no order of their own."""
    if isinstance(value, dict):
        return {key: _sorted(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_sorted(inner) for inner in value]
    return value
