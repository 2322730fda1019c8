"""The true effect of each way: what would not have happened without it.

Every person's chance is computed twice, with all that they met and with one way taken away
from what they met; the sum of the differences over all people is the way's true increment.
Nothing is simulated here, so the figures carry no luck beyond that of who met what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from headwater.world.arrays import Bools, Floats, Words, logistic
from headwater.world.columns import whole
from headwater.world.deals import EUROS_PER_DOLLAR, mean_amount
from headwater.world.orders import mean_shop_order
from headwater.world.outcomes import lift_of
from headwater.world.people import pays_in_dollars
from headwater.world.scene import Scene
from headwater.world.story import Story

KINDS: Final = ("lead", "won", "order")
"""Leads; leads won within the world; first orders in the shop without regard to leads."""
_FIGURES: Final = ("exposed", "expected", "without", "value_minor")


@dataclass(frozen=True, slots=True)
class _Subject:
    """One way, one channel or all marketing: what is taken away."""

    scope: str
    channel: str | None
    way: str | None
    lifts: Floats


def _subjects(scene: Scene) -> list[_Subject]:
    ways = scene.company.ways
    lifts = scene.company.way_numbers(lambda way: way.lift)
    single = [
        _Subject("way", way.channel, way.name, np.where(np.arange(len(ways)) == n, lifts, 0.0))
        for n, way in enumerate(ways)
    ]
    channels = np.array([way.channel for way in ways])
    whole_channels = [
        _Subject("channel", channel, None, np.where(channels == channel, lifts, 0.0))
        for channel in sorted(set(channels.tolist()))
    ]
    return [*single, *whole_channels, _Subject("all", None, None, lifts)]


def _mask(scene: Scene, subject: _Subject) -> np.uint64:
    ways = scene.company.ways
    bits = 0
    for number, way in enumerate(ways):
        within = subject.way in (None, way.name) and subject.channel in (None, way.channel)
        bits |= int(within) << number
    return np.uint64(bits)


class EffectBook:
    """Adds up chances with and without each way over all chunks."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._subjects = _subjects(scene)
        self._masks = [_mask(scene, subject) for subject in self._subjects]
        self._sums: Floats = np.zeros((len(self._subjects), len(KINDS), len(_FIGURES)))

    def add(self, story: Story) -> None:
        """Add one chunk's people."""
        met = story.outcomes.exposed
        rates = self._values(story)
        for row, (subject, mask) in enumerate(zip(self._subjects, self._masks, strict=True)):
            exposed = story.outcomes.in_time & ((met & mask) != 0)
            if subject.scope == "all":
                exposed = story.outcomes.in_time
            self._sums[row] += self._figures(story, exposed, subject.lifts, met, rates)

    def _values(self, story: Story) -> Floats:
        """Return the expected value of each kind for each person, in minor units of euros."""
        dollars = pays_in_dollars(self._scene.company, story.crowd.numbers)
        rate = np.where(dollars, EUROS_PER_DOLLAR, 1.0)
        worth = (0.0, mean_amount(self._scene.company), mean_shop_order(self._scene.company))
        return np.array(worth)[:, None] * rate

    def _figures(
        self, story: Story, exposed: Bools, lifts: Floats, met: Words, rates: Floats
    ) -> Floats:
        outcomes = story.outcomes
        removed = lift_of(met[exposed], lifts)
        won_in_time = outcomes.won_at[exposed] < self._scene.calendar.ends_at
        wins = outcomes.win_chance[exposed] * won_in_time
        buys = (~story.crowd.unseen[exposed]).astype(np.float64)
        figures = np.zeros((len(KINDS), len(_FIGURES)))
        for kind, (odds, factor) in enumerate(
            [
                (outcomes.lead_odds, np.ones_like(wins)),
                (outcomes.lead_odds, wins),
                (outcomes.order_odds, buys),
            ]
        ):
            with_it = logistic(odds[exposed]) * factor
            without = logistic(odds[exposed] - removed) * factor
            value = ((with_it - without) * rates[kind][exposed]).sum()
            figures[kind] = len(removed), with_it.sum(), without.sum(), value
        return figures

    def table(self) -> pa.Table:
        """Return one row per subject and kind of conversion."""
        rows = [(subject, kind) for subject in self._subjects for kind in KINDS]
        flat = self._sums.reshape(-1, len(_FIGURES))
        lift = [
            float(subject.lifts.sum()) if subject.scope == "way" else None
            for subject, _ in rows
        ]
        return pa.table(
            {
                "scope": pa.array([subject.scope for subject, _ in rows]),
                "channel": pa.array([subject.channel for subject, _ in rows], pa.string()),
                "way": pa.array([subject.way for subject, _ in rows], pa.string()),
                "kind": pa.array([kind for _, kind in rows]),
                "lift": pa.array(lift, pa.float64()),
                "exposed_persons": whole(np.rint(flat[:, 0]).astype(np.int64)),
                "expected": pa.array(flat[:, 1]),
                "expected_without": pa.array(flat[:, 2]),
                "incremental": pa.array(flat[:, 1] - flat[:, 2]),
                "incremental_value_minor": whole(np.rint(flat[:, 3]).astype(np.int64)),
            }
        )
