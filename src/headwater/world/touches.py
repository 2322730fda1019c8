"""Touchpoints that leave no click: visit lists of fairs, promo codes, what leads tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.world.arrays import Ints
from headwater.world.outcomes import Outcomes, Unclicked
from headwater.world.scene import Scene


@dataclass(frozen=True, slots=True)
class Told:
    """Touchpoints somebody wrote down, one entry each."""

    person: Ints
    way: Ints
    at: Ints


def draw_told(
    scene: Scene, outcomes: Outcomes, unclicked: Unclicked, rng: np.random.Generator
) -> Told:
    """Return what was written down: a fair's visits at once, the rest by those who decide."""
    chance = scene.company.way_numbers(lambda way: way.told)[unclicked.way]
    on_list = np.array([way.told_as == "visit list" for way in scene.company.ways])
    decided = outcomes.leads | outcomes.orders
    heard = on_list[unclicked.way] | decided[unclicked.person]
    rows = np.flatnonzero(heard & (rng.random(len(unclicked.way)) < chance))
    person = unclicked.person[rows]
    return Told(person, unclicked.way[rows], unclicked.met_at[rows])
