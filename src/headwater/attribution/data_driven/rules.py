"""The rule-based models on path counts: those that need neither times nor stages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

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


def fit_rule(model: Model, counts: PathCounts) -> Shares:
    """Return a rule's shares of each path; InputError where paths alone do not tell."""
    timed = isinstance(model, TimeDecay)
    if timed or not model.needs <= _KNOWN:
        raise InputError(
            f"The model '{model.label}' needs {_LACKS[timed]}, which a table of paths does not "
            "have. Use touches and conversions instead."
        )
    direct = np.array([name == DIRECT for name in counts.channels], dtype=np.bool_)
    touches = Touches(
        np.zeros(counts.items.size, dtype=np.int64),
        direct[counts.items],
        counts.items,
        counts.channels,
    )
    paths = Paths(touches, counts.starts, counts.lengths, {})
    weights = model.spread(paths).weights(paths) if counts.lengths.size else np.zeros(0)
    return Shares(counts.path_of_item, counts.items, weights, len(counts.channels))
