"""The models by name, and how a name with parameters is read.

`position(f=.3,l=.5)`, `position(.3,.5)`, `time_decay(half_life=14d)`,
`custom({"head": [5], "tail": [2, 3], "rest": 1})`, `custom({"channels": {"Direct": 0}})`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from headwater.attribution.checks import check_distinct
from headwater.attribution.models import (
    ByChannel,
    ByPosition,
    Milestones,
    Model,
    Single,
    TimeDecay,
)
from headwater.domain.errors import InputError, UnknownName
from headwater.domain.times import parse_span

_CALL: Final = re.compile(r"([a-z_]+)(?:\((.*)\))?", re.DOTALL)
_CUSTOM: Final = "custom"
_POSITION_KEYS: Final = frozenset({"head", "tail", "rest"})
_CHANNEL_KEYS: Final = frozenset({"channels", "others"})


@dataclass(frozen=True, slots=True)
class Family:
    """A model and its parameters, with their usual values as text."""

    build: Callable[[str, Mapping[str, float]], Model]
    parameters: Mapping[str, str]


def _u_lead(label: str, given: Mapping[str, float]) -> Model:
    return Milestones(label, first=given["first"], lead=given["lead"], rest=given["rest"])


def _w_shaped(label: str, given: Mapping[str, float]) -> Model:
    return Milestones(
        label, given["first"], given["lead"], given["opportunity"], None, given["rest"]
    )


def _full_path(label: str, given: Mapping[str, float]) -> Model:
    return Milestones(
        label,
        given["first"],
        given["lead"],
        given["opportunity"],
        given["close"],
        given["rest"],
    )


def _position(label: str, given: Mapping[str, float]) -> Model:
    between = 1.0 - given["f"] - given["l"]
    return Milestones(label, first=given["f"], last=given["l"], rest=max(between, 0.0))


FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        "first": Family(lambda label, _: Single(label, "first"), {}),
        "last": Family(lambda label, _: Single(label, "last"), {}),
        "first_non_direct": Family(lambda label, _: Single(label, "first", True), {}),
        "last_non_direct": Family(lambda label, _: Single(label, "last", True), {}),
        "linear": Family(lambda label, _: Milestones(label, rest=1.0), {}),
        "position": Family(_position, {"f": ".4", "l": ".4"}),
        "u_lead": Family(_u_lead, {"first": ".4", "lead": ".4", "rest": ".2"}),
        "w_shaped": Family(
            _w_shaped, {"first": ".3", "lead": ".3", "opportunity": ".3", "rest": ".1"}
        ),
        "full_path": Family(
            _full_path,
            {
                "first": ".225",
                "lead": ".225",
                "opportunity": ".225",
                "close": ".225",
                "rest": ".1",
            },
        ),
        "time_decay": Family(
            lambda label, given: TimeDecay(label, int(given["half_life"])), {"half_life": "7d"}
        ),
    }
)
"""Every rule-based model but `custom`, whose parameters are the user's own."""


def model(text: str) -> Model:
    """Return the model that a text names; its label is the text.

    Raises UnknownName for a name that no model has, InputError for parameters that do not fit.
    """
    label = text.strip()
    call = _CALL.fullmatch(label)
    name = call[1] if call else label
    if name == _CUSTOM and call is not None:
        return _custom(label, call[2])
    family = FAMILIES.get(name)
    if family is None or call is None:
        raise UnknownName("model", name, [*FAMILIES, _CUSTOM])
    return family.build(label, _parameters(label, family, call[2] or ""))


def models(chosen: Sequence[str | Model]) -> list[Model]:
    """Return the models chosen by text or as such; InputError where a label comes twice."""
    if isinstance(chosen, str):
        raise InputError(f"Name the models as a list, such as ['{chosen}'].")
    found = [model(one) if isinstance(one, str) else one for one in chosen]
    if not found:
        raise InputError(f"Name at least one model of: {', '.join(FAMILIES)}.")
    check_distinct("model", (one.label for one in found))
    return found


def _parameters(label: str, family: Family, text: str) -> dict[str, float]:
    texts = dict(family.parameters)
    names = list(family.parameters)
    given: list[str] = []
    for index, part in enumerate(text.split(",") if text.strip() else []):
        name, equals, value = part.rpartition("=")
        name = name.strip() if equals else (names[index] if index < len(names) else "")
        if name not in texts:
            usual = ", ".join(f"{key}={value}" for key, value in family.parameters.items())
            raise InputError(
                f"The model '{label}' has a parameter too many or misspelt: '{part.strip()}'. "
                f"It takes: {usual or 'none'}."
            )
        given.append(name)
        texts[name] = value.strip()
    check_distinct(f"parameter of '{label}'", given)
    return {name: _number(label, name, value) for name, value in texts.items()}


def _number(label: str, name: str, text: str) -> float:
    if name == "half_life":
        span = parse_span(text)
        if span is None:
            raise InputError(f"The half-life of '{label}' must end; 'linear' never decays.")
        return span
    try:
        return float(text)
    except ValueError:
        raise InputError(f"The model '{label}' has {name}={text}; write a number.") from None


def _custom(label: str, text: str | None) -> Model:
    try:
        given = json.loads(text or "")
    except ValueError:
        given = None
    keys = frozenset(given) if isinstance(given, dict) else frozenset()
    try:
        if keys and keys <= _POSITION_KEYS:
            head, tail = given.get("head", []), given.get("tail", [])
            rest = float(given.get("rest", 0.0))
            return ByPosition(label, tuple(map(float, head)), tuple(map(float, tail)), rest)
        if "channels" in keys and keys <= _CHANNEL_KEYS:
            rules = tuple((name, float(weight)) for name, weight in given["channels"].items())
            return ByChannel(label, rules, float(given.get("others", 1.0)))
    except (AttributeError, TypeError, ValueError):
        keys = frozenset()
    raise InputError(
        f"The model '{label}' cannot be read. Write weights by position, such as "
        'custom({"head": [5], "tail": [2, 3], "rest": 1}), or by channel, such as '
        'custom({"channels": {"Direct": 0}, "others": 1}).'
    )


MODELS: Final[Mapping[str, Model]] = MappingProxyType({name: model(name) for name in FAMILIES})
"""The rule-based models with their usual parameters, by name."""
