"""The ordered rules: read from a file, checked, compiled, and given a version."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from headwater.domain.errors import ConfigError
from headwater.journeys.channels.conditions import Condition, Predicate, compiled
from headwater.journeys.channels.directory import Directory
from headwater.journeys.channels.lists import DATA, ClickId, Lists, shipped
from headwater.journeys.channels.texts import word

DEFAULT_FILE: Final = DATA / "rules.toml"
RECORDED: Final = "(recorded)"
"""As a rule's channel: the one that an import or a CRM recorded."""

UNASSIGNED: Final = "Unassigned"
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Rule(BaseModel):
    """One rule: the channel of the arrivals that meet `when` (None: of all)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    channel: Name
    when: Condition | None = None


class RuleFile(BaseModel):
    """Rules in order, with the channels, terms and channel words that they use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: tuple[Name, ...] = ()
    terms: dict[str, Condition] = {}
    rules: tuple[Rule, ...] = ()
    words: dict[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _has_unique_names(self) -> RuleFile:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.name in seen:
                raise ValueError(f"the rule name '{rule.name}' is used twice")
            seen.add(rule.name)
        return self

    @classmethod
    def read(cls, path: Path) -> RuleFile:
        """Read a rules file (TOML); raises ConfigError naming the rule and the field."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"The channel rules {path} cannot be read: {error}.") from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, name: str = "channel rules") -> RuleFile:
        """Read rules written as TOML; `name` is what the errors call them."""
        try:
            content = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise ConfigError(f"{name} is not TOML: {error}.") from error
        return cls.check(content, name)

    @classmethod
    def check(cls, content: Mapping[str, object], name: str = "channel rules") -> RuleFile:
        """Check rules given as a mapping of the same shape as the file."""
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise ConfigError(_explained(error, content, name)) from error


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
        """Return these rules with custom ones before them.

        Custom rules may use the terms and channels that are here and add their own.
        """
        file = custom if isinstance(custom, RuleFile) else RuleFile.read(custom)
        both = {
            "channels": tuple(dict.fromkeys((*self.file.channels, *file.channels))),
            "terms": {**self.file.terms, **file.terms},
            "rules": (*file.rules, *self.file.rules),
            "words": {**self.file.words, **file.words},
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


def _explained(error: ValidationError, content: Mapping[str, object], name: str) -> str:
    lines = [_line(problem["loc"], problem["msg"], content) for problem in error.errors()[:5]]
    return f"{name} cannot be used. " + " ".join(lines)


def _line(place: tuple[int | str, ...], message: str, content: Mapping[str, object]) -> str:
    said = message.removeprefix("Value error, ")
    if len(place) < 2 or place[0] != "rules" or not isinstance(place[1], int):
        return f"{'.'.join(map(str, place)) or 'the file'}: {said}."
    rules = content["rules"]
    rule = rules[place[1]] if isinstance(rules, list | tuple) else None
    named = f" ('{rule['name']}')" if isinstance(rule, dict) and "name" in rule else ""
    rest = ".".join(map(str, place[2:]))
    return f"rule {place[1] + 1}{named}{', ' + rest if rest else ''}: {said}."
