"""The incremental model as one among others, by name: `incremental(penalty=1,cap=2)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from headwater.attribution.checks import check_distinct
from headwater.attribution.data_driven import Bootstrap, PathCounts
from headwater.attribution.incremental.finely import Finely
from headwater.attribution.incremental.settings import Settings
from headwater.attribution.incremental.summary import Findings, incremental
from headwater.domain.errors import InputError

NAME: Final = "incremental"
_TRUTHS: Final[Mapping[str, bool]] = MappingProxyType({"true": True, "false": False})
_READ: Final[Mapping[str, tuple[Callable[[str], Any], str]]] = MappingProxyType(
    {
        "penalty": (float, "a number"),
        "cap": (int, "a whole number"),
        "each_touch": (lambda text: _TRUTHS[text.lower()], "true or false"),
    }
)
"""What reads each parameter that a text can hold, and what it is."""


@dataclass(frozen=True, slots=True)
class Incremental:
    """The incremental model to be asked beside others; holdout tests are in its settings."""

    settings: Settings = field(default_factory=Settings)
    label: str = NAME

    def learn(self, counts: PathCounts, bootstrap: Bootstrap | None) -> Findings:
        """Return what it finds in the paths, null paths included; errors as `incremental`."""
        return incremental(counts, self.settings, None, bootstrap, self.label)

    def learn_finely(self, finely: Finely, bootstrap: Bootstrap | None) -> Findings:
        """Return what it finds by the finer labels, summed by those that are shown."""
        if self.settings.roll_up is not None:
            raise InputError(
                f"The model '{self.label}' has a roll_up of its own; it takes the place of "
                f"learning by {finely.learned_by}. Leave one of them out."
            )
        settings = replace(self.settings, roll_up=finely.channel_of)
        found = replace(self, settings=settings).learn(finely.counts, bootstrap)
        if found.effects is None:  # nobody converted
            return found
        return replace(found, told=(*found.told, finely.told))


def incremental_model(label: str, given: str | None) -> Incremental:
    """Return the model whose parameters are the text `given`; the label is its own.

    Raises InputError for a parameter that there is not, or that cannot be.
    """
    found: dict[str, Any] = {}
    text = (given or "").strip()
    for part in text.split(",") if text else []:
        name, equals, value = (one.strip() for one in part.partition("="))
        if name not in _READ:
            raise InputError(
                f"The model '{label}' has a parameter too many or misspelt: '{part.strip()}'. "
                "It takes: penalty=1, cap=2, each_touch."
            )
        check_distinct(f"parameter of '{label}'", [*found, name])
        read, meaning = _READ[name]
        if not equals and name == "each_touch":
            value = "true"
        try:
            found[name] = read(value)
        except (ValueError, KeyError):
            raise InputError(
                f"The model '{label}' has {name}={value}; write {meaning}."
            ) from None
    return Incremental(Settings(**found), label)
