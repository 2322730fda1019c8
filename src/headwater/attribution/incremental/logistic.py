"""Logistic regression of converting or not on exposure, with a ridge penalty.

One row per pattern of exposure, with how many persons had it and how many converted: as exact
as one row per person, at a cost that grows with the patterns. Counts may be fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from headwater.attribution.arrays import Floats

_MOST_STEPS: Final = 100
_MOST_HALVINGS: Final = 40
CLOSE: Final = 1e-12
"""An estimate is reached where a step would gain this little log-likelihood."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What was tried: `design` (patterns x effects, its first column 1 for the intercept).

    Per pattern: `persons` (>= 0), of these `conversions`, and a known part of the log-odds.
    """

    design: Floats
    persons: Floats
    conversions: Floats
    offset: Floats

    def log_odds(self, effects: Floats) -> Floats:
        """Return the log-odds of converting by pattern."""
        odds: Floats = self.offset + self.design @ effects
        return odds

    def loglikelihood(self, log_odds: Floats) -> float:
        """Return the log-likelihood of what was seen."""
        terms = self.conversions * log_odds - self.persons * np.logaddexp(0.0, log_odds)
        return float(terms.sum())

    def information(self, log_odds: Floats) -> Floats:
        """Return the Fisher information of the effects, without any penalty."""
        rates = chance(log_odds)
        weights = self.persons * rates * (1.0 - rates)
        found: Floats = (self.design * weights[:, None]).T @ self.design
        return found


@dataclass(frozen=True, slots=True)
class Fit:
    """Effects on the log-odds (the intercept first), and how they were reached."""

    effects: Floats
    inverse: Floats
    """Of the penalised information, at the effects or near them."""
    converged: bool
    steps: int


def chance(log_odds: Floats) -> Floats:
    """Return the probability of each log-odds."""
    found: Floats = np.exp(-np.logaddexp(0.0, -log_odds))
    return found


def ridge(trials: Trials, penalty: float) -> Floats:
    """Return the penalty of each effect: none for the intercept."""
    weights = np.full(trials.design.shape[1], penalty)
    weights[0] = 0.0
    return weights


def beginning(trials: Trials) -> Floats:
    """Return effects to start from: everyone alike. Some convert, and some do not."""
    effects = np.zeros(trials.design.shape[1])
    won = trials.conversions.sum()
    effects[0] = np.log(won / (trials.persons.sum() - won))
    return effects


def fit(
    trials: Trials,
    penalty: float,
    start: Floats,
    inverse: Floats | None = None,
    close: float = CLOSE,
) -> Fit:
    """Return the effects of largest penalised likelihood, `penalty` (> 0) / 2 x sum of squares.

    Newton's method; a given `inverse` of the information is kept for as long as it brings the
    search on, which makes a fit near to a known one cost a few products. A step that would
    lose is halved, so the search ends at the only maximum there is.
    """
    weights = ridge(trials, penalty)
    here = _Place.at(trials, start, weights)
    fresh, previous = inverse is None, np.inf
    current = _inverse(trials, here, weights) if inverse is None else inverse
    for step in range(_MOST_STEPS):
        slope = _slope(trials, here, weights)
        gain = float(slope @ current @ slope)
        if gain <= close:
            return Fit(here.effects, current, converged=True, steps=step)
        if gain > 0.1 * previous and not (fresh and step == 0):
            current = _inverse(trials, here, weights)
        previous = gain
        there = _step(trials, here, weights, current @ slope)
        if there is None:
            break
        here = there
    return Fit(here.effects, current, converged=False, steps=_MOST_STEPS)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the search is: effects, the log-odds they give, and how likely that is."""

    effects: Floats
    log_odds: Floats
    height: float

    @classmethod
    def at(cls, trials: Trials, effects: Floats, weights: Floats) -> _Place:
        log_odds = trials.log_odds(effects)
        penalty = 0.5 * float(weights @ effects**2)
        return cls(effects, log_odds, trials.loglikelihood(log_odds) - penalty)


def inverse_of(information: Floats, weights: Floats) -> Floats:
    """Return the inverse of the information with the penalty on its diagonal."""
    curved = information + np.diag(weights)
    # Where rates are all but 0 or 1 nothing is learned of the intercept: keep it solvable.
    curved[np.diag_indices_from(curved)] += 1e-14 * np.trace(curved) + 1e-100
    return np.asarray(np.linalg.inv(curved), dtype=np.float64)


def _inverse(trials: Trials, here: _Place, weights: Floats) -> Floats:
    return inverse_of(trials.information(here.log_odds), weights)


def _slope(trials: Trials, here: _Place, weights: Floats) -> Floats:
    missed = trials.conversions - trials.persons * chance(here.log_odds)
    found: Floats = missed @ trials.design - weights * here.effects
    return found


def _step(trials: Trials, here: _Place, weights: Floats, step: Floats) -> _Place | None:
    """Return where the step leads, or a part of it that loses nothing, if there is one."""
    least = here.height - 1e-12 * abs(here.height)
    for _ in range(_MOST_HALVINGS):
        there = _Place.at(trials, here.effects + step, weights)
        if there.height >= least:
            return there
        step = step / 2.0
    return None
