"""What weakens the figures: how much was learned of each channel, and from whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.attribution.arrays import Bools, Floats, Ints
from headwater.attribution.data_driven import PathCounts
from headwater.attribution.incremental.logistic import chance, inverse_of, ridge
from headwater.attribution.incremental.model import Learned

_DECILES: Final = 10
_MOVES_TOGETHER: Final = 10.0
_FEW_LIKE: Final = 0.2
_LONGER: Final = 1.5


class Caution(StrEnum):
    """What weakens a channel's effect."""

    ONLY_CONVERTERS = "seen only with conversions"
    """Nobody is known who met it and did not convert: often a touch noted at the conversion."""
    NO_CONVERTERS = "never seen with a conversion"
    EVERYONE = "everyone was exposed"
    """Nobody is left to compare with."""
    MOVES_TOGETHER = "moves with other channels"
    """What the others say of it makes its variance tenfold or more (VIF > 10)."""
    FEW_ALIKE = "few alike without it"
    """Under a fifth of those who met it have anyone beside them who met all but it."""
    UNEVEN = "works unevenly"
    """Its effect is not one: patterns differ by more than chance. Campaigns may, if learned."""
    TESTED = "set by a holdout test"
    INFERRED = "inferred: everybody seen had a touch"
    """Said of the baseline: it follows from how much each channel adds to the others."""
    CUT_SHORT = "null paths are longer"
    """Half as long again as those that convert: conversions may have cut exposure short."""
    NOT_REACHED = "no estimate was reached"
    """The search for the effects ended before it was done."""


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """How the model as a whole was learned."""

    persons: float
    """Touches, where each of these is a trial; so they are in the other tables."""
    conversions: float
    patterns: int
    """Distinct patterns of exposure."""
    penalty: float
    foretold: tuple[tuple[float, float], ...]
    """(penalty, log-likelihood of persons left out) of each one tried."""
    converged: bool
    steps: int
    freedom: float
    """Effective number of effects learned: the penalty holds the rest back."""
    condition: float
    """Condition number of the effects' correlation; above 1,000 they cannot be told apart."""
    baseline_rate: float
    """The chance of converting of who met nothing, by the model."""
    baseline_seen: bool
    """Persons who met nothing were seen; if not, the baseline is inferred from all others."""
    touches_converting: float
    touches_null: float
    """Mean touches of paths. Null paths much longer than others: conversions ended exposure."""

    @property
    def cut_short(self) -> bool:
        """Whether those who did not convert met so much more that conversions may be why."""
        return self.touches_null > _LONGER * self.touches_converting


def diagnose(learned: Learned, counts: PathCounts) -> Diagnostics:
    """Return how the model was learned."""
    trials, fitted = learned.trials, learned.fit
    information = trials.information(trials.log_odds(fitted.effects))
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    inverse = inverse_of(information, ridge(trials, learned.choice.penalty))
    freedom = float((inverse * information).sum())
    return Diagnostics(
        persons=float(trials.persons.sum()),
        conversions=float(trials.conversions.sum()),
        patterns=trials.persons.size,
        penalty=learned.choice.penalty,
        foretold=learned.choice.foretold,
        converged=fitted.converged,
        steps=fitted.steps,
        freedom=freedom - 1.0,
        condition=float(np.linalg.cond(information / np.outer(scale, scale))),
        baseline_rate=float(chance(fitted.effects[:1])[0]),
        baseline_seen=counts.untouched.nulls > 0,
        touches_converting=_mean(counts.lengths, counts.conversions),
        touches_null=_mean(counts.lengths, counts.nulls),
    )


def _mean(lengths: Ints, weights: Floats) -> float:
    total = float(weights.sum())
    return float((lengths * weights).sum()) / total if total else 0.0


def effects_table(learned: Learned) -> pa.Table:
    """Return what was learned of each label; the explanation of the model has the columns."""
    _, effects = learned.effects()
    outcomes = np.stack(
        [learned.trials.conversions, learned.trials.persons - learned.trials.conversions]
    )
    exposed = learned.exposures.amounts > 0
    won, lost = (outcomes @ exposed).astype(np.float64)
    persons = float(learned.trials.persons.sum())
    errors, inflation = _errors(learned)
    alike = _alike(learned, exposed)
    everyone = won + lost >= persons
    uneven = np.zeros(effects.size, dtype=np.bool_)
    uneven[learned.free] = learned.misfit[1:] > 0
    shown: list[tuple[Caution, Bools]] = [
        (Caution.ONLY_CONVERTERS, (lost <= 0) & (won > 0)),
        (Caution.NO_CONVERTERS, won <= 0),
        (Caution.EVERYONE, everyone),
        (Caution.MOVES_TOGETHER, inflation > _MOVES_TOGETHER),
        (Caution.FEW_ALIKE, (alike < _FEW_LIKE) & ~everyone),
        (Caution.UNEVEN, uneven),
        (Caution.TESTED, np.isin(np.arange(effects.size), learned.tested)),
        (Caution.NOT_REACHED, np.full(effects.size, not learned.fit.converged)),
    ]
    flags = [
        sorted(caution.value for caution, where in shown if where[label])
        for label in range(effects.size)
    ]
    labels = learned.exposures.paths.channels
    groups = [learned.exposures.groups[one] for one in learned.exposures.group_of_label]
    return pa.table(
        {
            "label": pa.array(labels, pa.string()),
            "channel": pa.array(groups, pa.string()),
            "effect": effects,
            "error": errors,
            "exposed_persons": won + lost,
            "exposed_share": (won + lost) / persons,
            "exposed_conversions": won,
            "effective_conversions": 1.0 / errors**2,
            "variance_inflation": inflation,
            "alike_share": alike,
            "flags": pa.array(flags, pa.list_(pa.string())),
        }
    )


def cautions_by_channel(learned: Learned, effects: pa.Table) -> list[list[str]]:
    """Return the flags of each channel, those of the baseline last.

    A channel of several labels has a flag where labels of more than half of its exposures do.
    """
    groups = learned.exposures.groups
    weights = effects["exposed_persons"].to_numpy() + 1e-9
    totals = np.bincount(learned.exposures.group_of_label, weights, len(groups))
    flags = effects["flags"].to_pylist()
    found: list[list[str]] = [[] for _ in groups]
    for caution in Caution:
        has = np.array([caution.value in one for one in flags], dtype=np.float64)
        parts = np.bincount(learned.exposures.group_of_label, weights * has, len(groups))
        for place in np.flatnonzero(parts > totals / 2).tolist():
            found[place].append(caution.value)
    seen = learned.exposures.paths.untouched.nulls > 0
    return [*found, [] if seen else [Caution.INFERRED.value]]


def _errors(learned: Learned) -> tuple[Floats, Floats]:
    """Return by label the standard error of the effect and the inflation of its variance."""
    trials = learned.trials
    information = trials.information(trials.log_odds(learned.fit.effects))
    shared = information[0, 1:] ** 2 / information[0, 0]
    alone = np.maximum(np.diag(information)[1:] - shared, 0.0)
    variances = np.diag(inverse_of(information, ridge(trials, learned.choice.penalty)))[1:]
    count = learned.exposures.amounts.shape[1]
    errors, inflation = np.zeros(count), np.ones(count)
    errors[learned.free] = np.sqrt(variances + learned.misfit[1:] ** 2)
    # With the penalty on both sides, a channel that nobody met has an inflation of 1.
    inflation[learned.free] = variances * (alone + learned.choice.penalty)
    errors[learned.tested] = learned.errors_tested
    return errors, inflation


def _alike(learned: Learned, exposed: Bools) -> Floats:
    """Return by label the share of the exposed whose pattern less the label was seen too."""
    persons = learned.trials.persons
    random = np.random.Generator(np.random.SFC64(0))
    # The sum of one random number a label names a set of labels, but for a chance of 2**-40.
    numbers = random.integers(0, 2**62, size=(exposed.shape[1],))
    names = (exposed * numbers).sum(axis=1)
    seen = np.unique(names[persons > 0])
    shares = np.zeros(exposed.shape[1])
    for label, number in enumerate(numbers.tolist()):
        rows = exposed[:, label]
        total = persons[rows].sum()
        if total > 0:
            found = np.isin(names[rows] - number, seen)
            shares[label] = persons[rows][found].sum() / total
    return shares


def calibration(learned: Learned) -> pa.Table:
    """Return about ten groups of persons, from the least likely to convert to the likeliest.

    Columns: `persons`, `conversions` that came, `expected` by the model (doubles). A pattern of
    exposure is never split, so groups are as even as the patterns allow.
    """
    trials = learned.trials
    log_odds = trials.log_odds(learned.fit.effects)
    expected = trials.persons * chance(log_odds)
    order = np.argsort(log_odds, kind="stable")
    middle = np.cumsum(trials.persons[order]) - trials.persons[order] / 2.0
    places = np.minimum(middle / max(trials.persons.sum(), 1e-300) * _DECILES, _DECILES - 1)
    _, groups = np.unique(places.astype(np.int64), return_inverse=True)
    columns = {"persons": trials.persons, "conversions": trials.conversions}
    columns["expected"] = expected
    return pa.table({name: np.bincount(groups, one[order]) for name, one in columns.items()})
