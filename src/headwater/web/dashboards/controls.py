"""The choices that a report's controls offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headwater.reports.report import span_text
from headwater.web import house, words
from headwater.web.dashboards.asks import Ask


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One list of the controls: the address's word for it, its label, its options."""

    name: str
    label: str
    options: tuple[Option, ...]


def choice(name: str, label: str, names: Mapping[str, str], chosen: str) -> Choice:
    """Return a list; a chosen value that is not on it is put on it, as written."""
    values: Iterable[str] = names if chosen in names else (*names, chosen)
    options = tuple(
        Option(value, str(names.get(value, value)), value == chosen) for value in values
    )
    return Choice(name, label, options)


def models(ask: Ask, label: str) -> Choice:
    """Return the models to choose from."""
    return choice(
        "model", label, {name: words.model(name) for name in house.models()}, ask.request.model
    )


def lookbacks(ask: Ask, label: str) -> Choice:
    """Return the lookbacks to choose from."""
    return choice("lookback", label, _texts(words.LOOKBACKS), span_text(ask.request.lookback))


def bases(ask: Ask, label: str) -> Choice:
    """Return the date bases to choose from."""
    return choice("date_basis", label, _texts(words.BASES), ask.request.date_basis.value)


def periods(ask: Ask, label: str) -> Choice:
    """Return the spans of days to choose from."""
    return choice("period", label, _texts(words.PERIODS), ask.period.value)


def _texts(names: Mapping[str, object]) -> dict[str, str]:
    return {value: str(name) for value, name in names.items()}
