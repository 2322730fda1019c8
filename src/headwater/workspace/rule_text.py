"""Changes the text of a file of channel rules, and keeps what its writer wrote besides.

A file is cut into blocks, each a header with the lines below it and the comments above it.
Rules that do not change keep their block, comments and all. What comes out is read again: where
it does not say exactly what is wanted, as in a file laid out in another way, the whole file is
written anew without its comments. `Edited` says where comments are lost.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from headwater.domain.errors import ConfigError
from headwater.journeys.channels import Rule, RuleFile

_HEADER: Final = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_\"'-]+)")
_CHANNELS: Final = re.compile(r"^channels\s*=\s*\[", re.MULTILINE)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Edited:
    """A new text. `loses_comments`: some of the old one's could not be kept."""

    text: str
    loses_comments: bool


@dataclass(frozen=True, slots=True)
class _Block:
    is_rule: bool
    text: str


def edit(text: str, rules: Sequence[Rule], channels: Sequence[str]) -> Edited:
    """Return the text with these rules and channels in place of its own.

    A rule is known again by its name. Raises ConfigError where the text, or what it would
    become, is no file of rules.
    """
    before = RuleFile.parse(text)
    content = before.model_dump(by_alias=True, exclude_none=True) | {
        "rules": tuple(rule.model_dump(by_alias=True, exclude_none=True) for rule in rules),
        "channels": tuple(channels),
    }
    wanted = RuleFile.check(content)
    patched = _patched(text, before, wanted)
    return patched or Edited(written(wanted), loses_comments="#" in text)


def written(file: RuleFile) -> str:
    """Return a file of rules as TOML."""
    parts = []
    if file.channels:
        parts.append(f"channels = {_value(file.channels)}\n")
    for name, condition in file.terms.items():
        body = _pairs(condition.model_dump(by_alias=True, exclude_none=True))
        parts.append(f"[terms.{_key(name)}]\n{body}")
    parts += [rule_as_text(rule) for rule in file.rules]
    if file.words:
        parts.append(f"[words]\n{_pairs(file.words)}")
    return "\n".join(parts)


def rule_as_text(rule: Rule) -> str:
    """Return one rule as it stands in a file."""
    told = rule.model_dump(by_alias=True, exclude_none=True)
    if not rule.priority:
        told.pop("priority")
    return f"[[rules]]\n{_pairs(told)}"


def condition_as_text(condition: dict[str, Any]) -> str:
    """Return a condition as people write it after `when =`."""
    return _value(condition)


def condition_of_text(text: str) -> object:
    """Return what was written as a condition; ConfigError where it is no TOML."""
    try:
        return tomllib.loads(f"when = {text.strip()}\n")["when"]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(str(error)) from error


def _patched(text: str, before: RuleFile, wanted: RuleFile) -> Edited | None:
    """Return the text with blocks exchanged; None where that does not say what is wanted."""
    blocks = list(_blocks(text))
    own = [block.text for block in blocks if block.is_rule]
    if len(own) != len(before.rules):
        return None
    known = {rule.name: (rule, was) for rule, was in zip(before.rules, own, strict=True)}
    fresh = [_made_anew(rule, known) for rule in wanted.rules]
    made = "".join(_laid_out(blocks, [one.text for one in fresh]))
    done = Edited(made, any(one.loses_comments for one in fresh))
    if wanted.channels != before.channels:
        listed = _with_channels(made, wanted.channels)
        done = Edited(listed.text, done.loses_comments or listed.loses_comments)
    return done if _says(done.text, wanted) else None


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the file's blocks: first what is above all headers, last what is below all."""
    lines: list[str] = []
    is_rule, is_first = False, True
    for line in text.splitlines(keepends=True):
        header = _HEADER.match(line)
        name = header[1] if header else ""
        is_part = is_rule and line.lstrip().startswith(("[rules.", "[[rules."))
        if header and not is_part:
            above = _comments_at_end(lines, is_first=is_first)
            yield _Block(is_rule, "".join(lines[: len(lines) - above]))
            lines, is_rule, is_first = lines[len(lines) - above :], name == "rules", False
        lines.append(line)
    below = _comments_at_end(lines, is_first=False) if is_rule else 0
    yield _Block(is_rule, "".join(lines[: len(lines) - below]))
    yield _Block(False, "".join(lines[len(lines) - below :]))


def _comments_at_end(lines: Sequence[str], *, is_first: bool) -> int:
    """Return how many lines of comments and blanks these end with.

    Above the first header only the last such paragraph counts: what is above it is said of the
    whole file.
    """
    said = [line.strip() for line in reversed(lines)]
    count = sum(1 for _ in takewhile(lambda one: one.startswith("#"), said))
    count += sum(1 for _ in takewhile(lambda one: not one, said[count:]))
    if is_first or count == len(said) or not said[count].startswith("#"):
        return count
    return count + _comments_at_end(lines[: len(lines) - count], is_first=False)


def _made_anew(rule: Rule, known: dict[str, tuple[Rule, str]]) -> Edited:
    """Return a rule's block: as it was, or anew under the comments that it had."""
    if rule.name not in known:
        return Edited(f"\n{rule_as_text(rule)}", loses_comments=False)
    was, text = known[rule.name]
    if was == rule:
        return Edited(text, loses_comments=False)
    lines = text.splitlines(keepends=True)
    first = next(place for place, line in enumerate(lines) if _HEADER.match(line))
    kept, gone = "".join(lines[:first]), "".join(lines[first:])
    return Edited(kept + rule_as_text(rule), loses_comments="#" in gone)


def _laid_out(blocks: Sequence[_Block], fresh: Sequence[str]) -> Iterator[str]:
    """Yield the text: rules where rules were, those beyond after the last, or at the end."""
    places = [place for place, block in enumerate(blocks) if block.is_rule]
    last = places[-1] if places else len(blocks) - 1
    left = list(fresh)
    for place, block in enumerate(blocks):
        if not block.is_rule:
            yield _ended(block.text)
        elif left and place != last:
            yield _ended(left.pop(0))
        if place == last:
            yield from map(_ended, left)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _with_channels(text: str, channels: Sequence[str]) -> Edited:
    """Return the text with the list of channels written anew, or put at its head."""
    statement = f"channels = {_value(channels)}"
    found = _CHANNELS.search(text)
    if found is None:
        head = next(_blocks(text)).text
        return Edited(f"{_ended(head)}{statement}\n\n{text[len(head) :]}", False)
    start = found.start()
    for end in (place.end() for place in re.finditer(r"\]", text)):
        if end > start and _is_toml(text[start:end]):
            made = f"{text[:start]}{statement}{text[end:]}"
            return Edited(made, loses_comments="#" in text[start:end])
    return Edited(text, loses_comments=False)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _says(text: str, wanted: RuleFile) -> bool:
    try:
        return RuleFile.parse(text) == wanted
    except ConfigError:
        return False


def _pairs(told: dict[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in told.items())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: object, indent: str = "") -> str:
    """Return a value as TOML: lists of conditions one a line, all else on one."""
    if isinstance(value, dict):
        parts = (f"{_key(name)} = {_value(inner, indent)}" for name, inner in value.items())
        return f"{{ {', '.join(parts)} }}"
    if isinstance(value, list | tuple):
        if not any(isinstance(inner, dict) for inner in value):
            return f"[{', '.join(_value(inner) for inner in value)}]"
        deeper = indent + _INDENT
        lines = (f"{deeper}{_value(inner, deeper)},\n" for inner in value)
        return f"[\n{''.join(lines)}{indent}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    """Return a basic string; JSON escapes alike, but leaves the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
