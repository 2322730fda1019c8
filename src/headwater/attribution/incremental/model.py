"""Each conversion split into what would have come anyway and what each channel added.

With s the sum of the effects of what a person met, a the baseline and g the chance of log-odds,
the share of a conversion that would have come anyway is g(a) / g(a + s). The rest is shared in
proportion to the effects within s: the Aumann-Shapley price of each, which is what it adds on
average while everything that was met fades in from nothing to what it was. So shares always
sum to 1, and a channel without effect gets nothing.

*Removed* is another figure: the share lost if this channel alone were taken away, 1 - g(a + s
- e) / g(a + s). Where channels meet in one person, what each would take with it overlaps, so
these do not sum to what is lost without all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.attribution.arrays import Floats, Ints
from headwater.attribution.data_driven.estimators import Credit, Draw
from headwater.attribution.incremental.exposures import Exposures
from headwater.attribution.incremental.logistic import Fit, Trials, fit
from headwater.attribution.incremental.misfit import misfit
from headwater.attribution.incremental.penalty import Choice, choose
from headwater.attribution.incremental.settings import Settings

_REDRAWN: float = 1e-7
"""Log-likelihood within which a replicate's effects are near enough."""
_TINY: float = 1e-9


@dataclass(frozen=True, slots=True)
class Learned:
    """Effects by label as counted, and all that is needed to learn them anew from a draw."""

    exposures: Exposures
    trials: Trials
    choice: Choice
    free: Ints
    """Labels whose effect is learned; a test set the others."""
    tested: Ints
    effects_tested: Floats
    errors_tested: Floats
    misfit: Floats
    """By effect learned, the intercept first: how far it is from being one, as an error."""

    @classmethod
    def of(cls, exposures: Exposures, settings: Settings) -> Learned | None:
        """Learn the effects; None where nobody converted."""
        if not exposures.paths.conversions.any():
            return None
        place = {label: number for number, label in enumerate(exposures.paths.channels)}
        tests = [one for one in settings.holdouts if one.channel in place]
        tested = np.array([place[one.channel] for one in tests], dtype=np.int64)
        effects = np.array([one.effect for one in tests])
        free = np.setdiff1d(np.arange(len(place)), tested)
        offset = exposures.amounts[:, tested] @ effects
        trials = exposures.trials(exposures.outcomes(exposures.observed), free, offset)
        errors = np.array([one.error for one in tests])
        choice = choose(trials, settings.penalty)
        beyond = misfit(trials, choice.fit, choice.penalty)
        return cls(exposures, trials, choice, free, tested, effects, errors, beyond)

    @property
    def fit(self) -> Fit:
        return self.choice.fit

    @property
    def work(self) -> float:
        """About how many sums and products one draw takes."""
        patterns, labels = self.exposures.amounts.shape
        trials = 4 * self.exposures.trial.size
        return float(trials + 40 * patterns * (labels + 4) + 2 * patterns * labels**2)

    def effects(self) -> tuple[float, Floats]:
        """Return the intercept and each label's effect on the log-odds."""
        return self._all(self.fit.effects, self.effects_tested)

    def anew(self, outcomes: Floats, tested: Floats, noise: Floats) -> tuple[float, Floats]:
        """Return the effects learned from other outcomes and other results of the tests.

        `noise`, by effect learned: how far off each is in this draw for want of fit.
        """
        won, lost = outcomes.sum(axis=1)
        if won <= 0 or lost <= 0:  # nothing to compare in this draw
            return self.effects()
        offset = self.exposures.amounts[:, self.tested] @ tested
        trials = Trials(self.trials.design, outcomes.sum(axis=0), outcomes[0], offset)
        fitted = fit(trials, self.choice.penalty, self.fit.effects, self.fit.inverse, _REDRAWN)
        return self._all(fitted.effects + noise, tested)

    def _all(self, learned: Floats, tested: Floats) -> tuple[float, Floats]:
        effects = np.zeros(self.exposures.amounts.shape[1])
        effects[self.free] = learned[1:]
        effects[self.tested] = tested
        return float(learned[0]), effects

    def split(self, draw: Draw, intercept: float, effects: Floats) -> Credit:
        """Share out what came of the bags: by channel, `(baseline)`, then what each removes."""
        amounts = self.exposures.amounts
        sums = amounts @ effects
        here = -np.logaddexp(0.0, -(intercept + sums))
        gone = -np.logaddexp(0.0, -intercept) - here
        added = -np.expm1(gone)
        # The limit where the effects of what was met cancel out.
        slope = np.where(np.abs(sums) > _TINY, added, -np.expm1(here))
        slope /= np.where(np.abs(sums) > _TINY, sums, 1.0)
        taken = self._taken(amounts, intercept + sums, effects)
        found = []
        for of_paths in (draw.conversions, draw.values):
            what = self.exposures.at_last(of_paths)
            by_label = effects * (amounts.T @ (what * slope))
            credit = np.bincount(
                self.exposures.group_of_label, by_label, len(self.exposures.groups)
            )
            rest = what.sum() - credit.sum()
            found.append(np.concatenate([credit, [rest], what @ taken]))
        return Credit(found[0], found[1])

    def _taken(self, amounts: Floats, log_odds: Floats, effects: Floats) -> Floats:
        """Return patterns x channels: the share of conversions lost without the channel."""
        here = -np.logaddexp(0.0, -log_odds)
        taken = np.zeros((log_odds.size, len(self.exposures.groups)))
        for group in range(taken.shape[1]):
            labels = np.flatnonzero(self.exposures.group_of_label == group)
            part = amounts[:, labels] @ effects[labels]
            some = np.flatnonzero(part)
            without = -np.logaddexp(0.0, -(log_odds[some] - part[some]))
            taken[some, group] = -np.expm1(without - here[some])
        return taken


@dataclass(slots=True)
class Redrawn:
    """What the bootstrap asks: the split of each draw, with effects learned anew from it.

    Draws of persons without a touch, of the tests' results, and of how far effects are from
    being one, come from its own generator.
    """

    learned: Learned
    random: np.random.Generator

    @property
    def work(self) -> float:
        return self.learned.work

    def credit(self, draw: Draw) -> Credit:
        learned = self.learned
        alone = learned.exposures.paths.untouched
        untouched = (
            float(self.random.poisson(alone.conversions)),
            float(self.random.poisson(alone.nulls)),
        )
        noise = self.random.standard_normal(learned.tested.size) * learned.errors_tested
        beyond = self.random.standard_normal(learned.misfit.size) * learned.misfit
        outcomes = learned.exposures.outcomes(draw, untouched)
        tested = learned.effects_tested + noise
        return learned.split(draw, *learned.anew(outcomes, tested, beyond))
