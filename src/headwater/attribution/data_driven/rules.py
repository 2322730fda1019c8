"""The rule-based models on path counts: those that need neither times nor stages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from headwater.attribution.arrays import Ints
from headwater.attribution.data_driven.counts import PathCounts
from headwater.attribution.data_driven.estimators import Shares
from headwater.attribution.models import CHANNEL, IS_DIRECT, Model, TimeDecay
from headwater.attribution.paths import Paths, Touches
from headwater.domain.errors import InputError
from headwater.domain.words import DIRECT

_KNOWN: Final = frozenset({CHANNEL, IS_DIRECT})
"""What a path without times tells: its channels, and of these that `Direct` is direct."""
_LACKS: Final[Mapping[bool, str]] = MappingProxyType(
    {True: "the times of touches", False: "the stages of a deal"}
)


def check_rule(model: Model) -> None:
    """Raise InputError where paths alone do not tell what the model reads."""
    timed = isinstance(model, TimeDecay)
    if timed or not model.needs <= _KNOWN:
        raise InputError(
            f"The model '{model.label}' needs {_LACKS[timed]}, which a table of paths does not "
            "have. Use touches and conversions instead."
        )


def touches_of(items: Ints, channels: tuple[str, ...]) -> Touches:
    """Return touches without times, of these channels' codes, labelled by them."""
    direct = np.array([name == DIRECT for name in channels], dtype=np.bool_)
    times = np.zeros(items.size, dtype=np.int64)
    return Touches(times, direct[items], items, channels, items)


def fit_rule(model: Model, counts: PathCounts) -> Shares:
    """Return a rule's shares of each path; InputError where paths alone do not tell."""
    check_rule(model)
    touches = touches_of(counts.items, counts.channels)
    paths = Paths(touches, counts.starts, counts.lengths, {})
    weights = model.spread(paths).weights(paths) if counts.lengths.size else np.zeros(0)
    return Shares(counts.path_of_item, counts.items, weights, len(counts.channels))
