"""How far the model is from what single patterns of exposure show, beyond what chance explains.

A channel whose campaigns work unlike each other has no one effect. Then whole patterns of
exposure convert more or less often than the model says, and an interval that knows of single
persons' chance alone is too narrow. Patterns are the clusters here: where what they pull at an
effect varies more than chance makes it (by two standard deviations), the surplus is a variance
of the effect (White 1982, by cluster; each pattern's leverage taken out as in Bell & McCaffrey
2002).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats
from headwater.attribution.incremental.logistic import Fit, Trials, chance, inverse_of, ridge

_BEYOND_CHANCE: Final = 2.0
"""Standard deviations."""
_LEAST_FREE: Final = 0.05


def misfit(trials: Trials, fitted: Fit, penalty: float) -> Floats:
    """Return by effect (the intercept first) the standard deviation beyond chance; 0: none."""
    log_odds = trials.log_odds(fitted.effects)
    rates = chance(log_odds)
    weights = trials.persons * rates * (1.0 - rates)
    pulls = trials.design @ inverse_of(trials.information(log_odds), ridge(trials, penalty))
    leverage = np.einsum("ij,ij->i", pulls, trials.design) * weights
    free = np.maximum(1.0 - leverage, _LEAST_FREE)
    missed = (trials.conversions - trials.persons * rates) ** 2 / free
    pulls **= 2
    expected = pulls * weights[:, None]
    surplus = (pulls * missed[:, None]).sum(axis=0) - expected.sum(axis=0)
    by_chance = np.sqrt(2.0 * (expected**2).sum(axis=0))
    found: Floats = np.sqrt(np.where(surplus > _BEYOND_CHANCE * by_chance, surplus, 0.0))
    return found
