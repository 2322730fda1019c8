"""Every model by its name: rules, data-driven ones, and the incremental one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from headwater.attribution.data_driven.families import (
    AnyModel,
    Estimator,
    called,
    each,
    named,
)
from headwater.attribution.incremental.named import NAME, Incremental, incremental_model
from headwater.attribution.models import Model
from headwater.domain.errors import InputError

Learner: TypeAlias = Estimator | Incremental
NamedModel: TypeAlias = AnyModel | Incremental


def every(texts: Sequence[str | NamedModel], order: int = 1) -> list[NamedModel]:
    """Return the models that texts name; `order` is that of a plain `markov`.

    Raises UnknownName for a name that no model has, InputError for what does not fit.
    """
    return each(texts, lambda label: _one(label, order))


def learners(models: Sequence[NamedModel], *, nulls: bool) -> list[Learner]:
    """Return those that learn from all paths; InputError where one needs null paths."""
    found = [one for one in models if isinstance(one, Estimator | Incremental)]
    for one in found:
        if isinstance(one, Incremental) and not nulls:
            raise InputError(
                f"The model '{one.label}' compares persons who converted with those who did "
                "not, so it cannot leave null paths out. Take nulls=False (--no-nulls) away, "
                "or the model."
            )
    return found


def check_learn_by(learn_by: str | None, by: str, models: Sequence[Learner]) -> None:
    """Raise InputError where a finer column to learn by has nothing to be for."""
    if learn_by is None:
        return
    if learn_by == by:
        raise InputError(
            f"learn_by is '{by}', which credit is summed by already; name a finer column, such "
            "as campaign, or leave it out."
        )
    if not any(isinstance(one, Incremental) for one in models):
        raise InputError(
            f"learn_by is '{learn_by}', which only the model '{NAME}' reads; ask for that "
            "model, or leave learn_by out."
        )


def rules(models: Sequence[NamedModel]) -> list[Model]:
    """Return those that look at one path at a time."""
    return [one for one in models if not isinstance(one, Estimator | Incremental)]


def _one(label: str, order: int) -> NamedModel:
    name, given = called(label)
    return incremental_model(label, given) if name == NAME else named(label, order, [NAME])
