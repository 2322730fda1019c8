"""The data-driven models by name: `markov`, `markov(order=2)`, `shapley`, ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias, TypeVar, runtime_checkable

from headwater.attribution import catalogue
from headwater.attribution.checks import check_distinct
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Fitted
from headwater.attribution.data_driven.leave_one_out import LeaveOneOut
from headwater.attribution.data_driven.markov import Markov
from headwater.attribution.data_driven.shapley import OrderedShapley, RateShapley, Shapley
from headwater.attribution.models import Model
from headwater.domain.errors import InputError, UnknownName

_CALL: Final = re.compile(r"\s*([a-z_]+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_ORDER: Final = re.compile(r"\s*(?:order\s*=\s*)?(\d+)\s*")
_MARKOV: Final = "markov"
_CUSTOM: Final = "custom"


@runtime_checkable
class Estimator(Protocol):
    """A model that learns from all paths together."""

    @property
    def label(self) -> str:
        """The name that results carry."""
        ...

    def fit(self, counts: PathCounts) -> Fitted:
        """Make the model ready for these paths."""
        ...


AnyModel: TypeAlias = Model | Estimator


class Labelled(Protocol):
    """Whatever results can carry the name of."""

    @property
    def label(self) -> str: ...


M = TypeVar("M", bound=Labelled)

DATA_DRIVEN: Final[Mapping[str, Callable[[str], Estimator]]] = MappingProxyType(
    {
        "shapley": Shapley,
        "shapley_ordered": OrderedShapley,
        "shapley_rate": RateShapley,
        _MARKOV: Markov,
        "leave_one_out": LeaveOneOut,
    }
)
"""What makes each data-driven model, given its label."""


def is_data_driven(text: str) -> bool:
    """Return whether a model's text names a data-driven one."""
    return called(text)[0] in DATA_DRIVEN


def chosen(texts: Sequence[str | AnyModel], order: int) -> list[AnyModel]:
    """Return the models that texts name; `order` is that of a plain `markov`.

    Raises UnknownName for a name that no model has, InputError for what does not fit.
    """
    return each(texts, lambda label: named(label, order))


def each(texts: Sequence[str | M], read: Callable[[str], M]) -> list[M]:
    """Return models, those that are texts read; InputError for none, or for one twice."""
    if isinstance(texts, str):
        raise InputError(f"Name the models as a list, such as ['{texts}'].")
    found = [read(text.strip()) if isinstance(text, str) else text for text in texts]
    if not found:
        raise InputError("Name at least one model, such as 'linear' or 'markov'.")
    check_distinct("model", (one.label for one in found))
    return found


def called(label: str) -> tuple[str, str | None]:
    """Return the name in a model's text, and what stands in brackets behind it."""
    call = _CALL.fullmatch(label)
    return (call[1], call[2]) if call else (label, None)


def named(label: str, order: int, others: Sequence[str] = ()) -> AnyModel:
    """Return the model of one text; `others` are names to offer beside those known here."""
    name, given = called(label)
    if name in DATA_DRIVEN:
        if name == _MARKOV:
            return Markov(label, order if given is None else _order(label, given))
        if given is not None and given.strip():
            raise InputError(f"The model '{name}' takes no parameters; '{label}' has some.")
        return DATA_DRIVEN[name](label)
    known = [*catalogue.FAMILIES, _CUSTOM]
    if name not in known:
        raise UnknownName("model", name, [*known, *DATA_DRIVEN, *others])
    return catalogue.model(label)


def _order(label: str, given: str) -> int:
    match = _ORDER.fullmatch(given)
    if match is None:
        raise InputError(
            f"The order of '{label}' cannot be read. Write a whole number of 1 or more, such "
            "as 'markov(order=2)'."
        )
    return int(match[1])
