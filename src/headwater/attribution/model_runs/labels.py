"""Which data-driven models can be run in the platform, and how their names are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from headwater.attribution.data_driven import is_data_driven
from headwater.attribution.data_driven.families import called, chosen
from headwater.attribution.data_driven.markov import Markov
from headwater.attribution.incremental.named import NAME as INCREMENTAL
from headwater.attribution.incremental.named import incremental_model
from headwater.domain.errors import InputError, UnknownName

RUNNABLE: Final = ("markov", "markov(order=2)", "shapley", "leave_one_out", INCREMENTAL)
"""Names to choose from; `markov` takes any order."""
_RATES: Final = "shapley_rate"


def canonical(text: str) -> str:
    """Return the one way to write a data-driven model: `markov(1)` is `markov`.

    Raises UnknownName for a model that is none of these, InputError for parameters that do
    not fit and for `shapley_rate`, whose credit may be below 0.
    """
    name = text.strip()
    if is_incremental(name):
        return incremental_model(name, called(name)[1]).label
    if not is_data_driven(name):
        raise UnknownName("data-driven model", name, RUNNABLE)
    (model,) = chosen([name], 1)
    if isinstance(model, Markov):
        return "markov" if model.order == 1 else f"markov(order={model.order})"
    if name.startswith(_RATES):
        raise InputError(
            f"The credit of '{_RATES}' may be below 0, so it cannot be shared among the "
            "touches of a conversion. Ask for it with `headwater attribute`, or choose one of: "
            f"{', '.join(RUNNABLE)}."
        )
    return name.partition("(")[0].strip()


def is_incremental(text: str) -> bool:
    """Return whether a model's text names the incremental one, with or without parameters.

    Its runs have a row `(baseline)` and shares below 0, which no touch can be credited with.
    """
    return called(text)[0] == INCREMENTAL


def runnable(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the canonical names, each once, in the order given."""
    return tuple(dict.fromkeys(canonical(text) for text in texts))
