"""What the incremental model may be told: the exposure, the penalty, tests, and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.attribution.checks import check_distinct
from headwater.attribution.incremental.holdouts import Holdout
from headwater.domain.errors import InputError
from headwater.domain.words import BASELINE, NO_TOUCH


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the incremental model; InputError names the one that cannot be.

    `each_touch`: what may end in a conversion is each touch, rather than each path: for
    where a conversion ends the path, and who does not convert goes on to meet more.
    `penalty`: > 0, None to choose it by leaving persons out. `cap`: touches of one channel
    count up to this many (1: exposed or not). `holdouts`: tests that set their channel's
    effect. `roll_up`: the channel of each label, where the paths hold finer labels, such as
    campaigns; the effects are learned by label, the rows are channels. Labels that it does
    not name stand for themselves.
    """

    penalty: float | None = None
    cap: int = 1
    holdouts: tuple[Holdout, ...] = ()
    roll_up: Mapping[str, str] | None = None
    each_touch: bool = False

    def __post_init__(self) -> None:
        if self.penalty is not None and not (np.isfinite(self.penalty) and self.penalty > 0):
            raise InputError(
                f"The penalty is {self.penalty}; it is a number above 0, or None to choose it."
            )
        if isinstance(self.cap, bool) or not isinstance(self.cap, int) or self.cap < 1:
            raise InputError(f"The cap is {self.cap!r}; it is a whole number of 1 or more.")
        check_distinct("holdout test of the channel", (one.channel for one in self.holdouts))
        for name in {BASELINE, NO_TOUCH} & set((self.roll_up or {}).values()):
            raise InputError(f"No channel can be called '{name}': it is a row of its own.")

    def group_of(self, label: str) -> str:
        """Return the channel whose row shows this label."""
        return (self.roll_up or {}).get(label, label)
