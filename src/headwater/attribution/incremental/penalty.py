"""How strongly effects are held back: by leaving out one person after the other.

The penalty is that of a normal prior about no effect, so 0.16 says "within 2.5 on the scale of
log-odds, or so", and 4 "within a half". Each person is foretold by a model that has not seen
them, in one Newton step from the model that has (exact to first order). No folds are drawn, so
nothing depends on the order of rows or on the names of channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.attribution.incremental.logistic import Fit, Trials, beginning, chance, fit

WEAKEST: Final = 0.16
PENALTIES: Final = tuple(WEAKEST * 4.0**power for power in range(8))
"""Those tried; the weakest keeps effects finite where a channel tells converters apart."""
_AS_GOOD: Final = 1.0
"""Penalties this near in log-likelihood foretell as well; the weakest distorts least."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The fit under the chosen penalty, and the log-likelihood that each one foretold."""

    penalty: float
    fit: Fit
    foretold: tuple[tuple[float, float], ...]
    """(penalty, log-likelihood of persons left out); empty where the penalty was given."""


def choose(trials: Trials, given: float | None) -> Choice:
    """Return the fit under the given penalty, or under the one that foretells best."""
    if given is not None:
        return Choice(given, fit(trials, given, beginning(trials)), ())
    fits: list[Fit] = []
    start = beginning(trials)
    for penalty in reversed(PENALTIES):  # from nearly no effects to freely chosen ones
        fits.append(fit(trials, penalty, start))
        start = fits[-1].effects
    fits.reverse()
    scores = [_foretold(trials, one) for one in fits]
    best = max(scores)
    chosen = next(n for n, score in enumerate(scores) if score >= best - _AS_GOOD)
    return Choice(PENALTIES[chosen], fits[chosen], tuple(zip(PENALTIES, scores, strict=True)))


def _foretold(trials: Trials, fitted: Fit) -> float:
    """Return the log-likelihood of all persons, each left out in turn."""
    log_odds = trials.log_odds(fitted.effects)
    rates = chance(log_odds)
    pull = np.einsum("ij,jk,ik->i", trials.design, fitted.inverse, trials.design, optimize=True)
    pull /= np.maximum(1.0 - pull * rates * (1.0 - rates), 0.05)
    lost = trials.persons - trials.conversions
    won_without = log_odds - pull * (1.0 - rates)
    lost_without = log_odds + pull * rates
    total = -trials.conversions * np.logaddexp(0.0, -won_without)
    total -= lost * np.logaddexp(0.0, lost_without)
    return float(total.sum())
