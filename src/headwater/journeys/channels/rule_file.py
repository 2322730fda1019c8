"""A file of rules, read and checked; its errors name the rule and the field."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from headwater.domain.errors import ConfigError
from headwater.journeys.channels.conditions import Condition

Name = Annotated[str, Field(min_length=1, max_length=80)]


class Rule(BaseModel):
    """One rule: the channel of the arrivals that meet `when` (None: of all).

    Rules are tried in their order. In custom rules those of a higher `priority` come first,
    and `before` names the shipped rule that one is put before; without it, it comes before all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    channel: Name
    when: Condition | None = None
    priority: int = 0
    before: Name | None = None


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
