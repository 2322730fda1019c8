"""A company whose channels' true effects are known, and slow, plain ways to check the model."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa

CHANNELS = ["Ad", "Mail", "Search", "Social"]
EFFECTS = np.array([0.8, 0.3, 0.0, -0.4])
BASE = -2.5
MET = np.array([0.4, 0.3, 0.5, 0.2])


def patterns() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All sets of channels but the empty one, how common each is, and its true chance."""
    sets = np.array(list(product([0, 1], repeat=len(CHANNELS)))[1:], dtype=float)
    common = np.prod(np.where(sets > 0, MET, 1 - MET), axis=1)
    return sets, common / common.sum(), 1 / (1 + np.exp(-(BASE + sets @ EFFECTS)))


def table(sets: np.ndarray, won: np.ndarray, lost: np.ndarray, worth: float = 10.0) -> pa.Table:
    paths = [[one for one, met in zip(CHANNELS, row, strict=True) if met] for row in sets]
    return pa.table(
        {
            "path": pa.array(paths, pa.list_(pa.string())),
            "conversions": np.asarray(won, dtype=float),
            "value": np.asarray(won, dtype=float) * worth,
            "nulls": np.asarray(lost, dtype=float),
        }
    )


def by_chance(persons: int, seed: int) -> tuple[pa.Table, np.ndarray]:
    """Some persons who came by, and how many had each pattern."""
    random = np.random.default_rng(seed)
    sets, common, rates = patterns()
    came = random.multinomial(persons, common)
    won = random.binomial(came, rates)
    return table(sets, won, came - won), came


def stopping() -> pa.Table:
    """Exactly what is expected where everyone meets up to five touches, until they convert.

    Ad comes early and works (its effect is 1 on log-odds of -3); Brand comes late and does not.
    """
    rows: dict[tuple[str, ...], list[float]] = {(): [0.0, 1e6]}
    for length in range(5):
        for path in [one for one in rows if len(one) == length]:
            left = rows[path][1]
            if length:
                rows[path][1] = 0.0
            for channel, share in (
                (("Ad", 0.7), ("Brand", 0.3)) if not length else (("Ad", 0.2), ("Brand", 0.8))
            ):
                rate = float(chance(np.array(-3.0 + ("Ad" in (*path, channel)))))
                rows[(*path, channel)] = [left * share * rate, left * share * (1 - rate)]
    del rows[()]
    return pa.table(
        {
            "path": [list(path) for path in rows],
            "conversions": [row[0] for row in rows.values()],
            "nulls": [row[1] for row in rows.values()],
        }
    )


def chance(log_odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-log_odds))


def slow_effects(
    sets: np.ndarray, won: np.ndarray, lost: np.ndarray, penalty: float
) -> np.ndarray:
    """The ridge estimate by small steps uphill, one coordinate after the other."""
    design = np.column_stack([np.ones(len(sets)), sets])
    weights = np.r_[0.0, np.full(sets.shape[1], penalty)]
    effects = np.zeros(design.shape[1])
    for _ in range(3000):
        for at in range(effects.size):
            rates = chance(design @ effects)
            slope = design[:, at] @ (won - (won + lost) * rates) - weights[at] * effects[at]
            bend = design[:, at] ** 2 @ ((won + lost) * rates * (1 - rates)) + weights[at]
            effects[at] += slope / max(bend, 1e-9)
    return effects


def slow_added(sets: np.ndarray, won: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """What each channel adds while all that was met fades in, by 2,000 small steps."""
    steps = (np.arange(2000) + 0.5) / 2000
    added = np.zeros(sets.shape[1])
    for row, count in zip(sets, won, strict=True):
        whole = chance(effects[0] + row @ effects[1:])
        rates = chance(effects[0] + steps * (row @ effects[1:]))
        added += count / whole * effects[1:] * row * (rates * (1 - rates)).mean()
    return added


def true_added(came: np.ndarray) -> np.ndarray:
    """What each channel truly adds to so many persons by pattern, the baseline last."""
    sets, _, rates = patterns()
    added = slow_added(sets, came * rates, np.r_[BASE, EFFECTS])
    return np.append(added, (came * rates).sum() - added.sum())
