"""What tests said: persons shown a channel beside like persons who were kept from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.domain.errors import InputError


@dataclass(frozen=True, slots=True)
class Group:
    """Persons of one arm of a test, and how many of them converted (may be fractions)."""

    persons: float
    conversions: float


@dataclass(frozen=True, slots=True)
class Holdout:
    """A test of one channel, assigned by chance: who was shown it, and who was held from it.

    Both groups are persons whom the channel would have reached; where only some of those
    shown were reached, count the reached ones and those who would have been (ghost ads), or
    the effect is diluted. Raises InputError for numbers that cannot be.
    """

    channel: str
    shown: Group
    held: Group

    def __post_init__(self) -> None:
        for name, group in (("shown", self.shown), ("held", self.held)):
            numbers = np.array([group.persons, group.conversions])
            if not np.isfinite(numbers).all() or not 0 <= group.conversions <= group.persons:
                raise InputError(
                    f"The holdout test of '{self.channel}' has {group.conversions} conversions "
                    f"of {group.persons} persons {name}; give 0 <= conversions <= persons."
                )
            if not group.persons > 0:
                raise InputError(
                    f"The holdout test of '{self.channel}' has nobody {name}; "
                    "a test needs both groups."
                )

    @property
    def effect(self) -> float:
        """The effect on the log-odds of converting; half a person is added to each count."""
        return float(
            np.log(self._counts[0] / self._counts[1] * self._counts[3] / self._counts[2])
        )

    @property
    def error(self) -> float:
        """The standard error of the effect (Woolf 1955)."""
        return float(np.sqrt((1.0 / np.array(self._counts)).sum()))

    @property
    def _counts(self) -> tuple[float, float, float, float]:
        won = [group.conversions + 0.5 for group in (self.shown, self.held)]
        lost = [group.persons - group.conversions + 0.5 for group in (self.shown, self.held)]
        return won[0], lost[0], won[1], lost[1]
