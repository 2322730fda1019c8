"""The rule-based models: what each gives to the touches of a path.

Every model's weights are >= 0 and sum to 1 in each path; they never depend on the value.
docs/explanation/models.md tells each in prose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Final, Protocol

import numpy as np

from headwater.attribution.arrays import Floats, taken
from headwater.attribution.paths import FIRST, LAST, Anchor, Paths, Spot
from headwater.attribution.spreads import (
    Landmarks,
    Relative,
    Spread,
    landmarks,
    relative,
    single,
)
from headwater.domain.errors import InputError
from headwater.domain.times import DAY

LEAD: Final = "lead_at"
OPPORTUNITY: Final = "opportunity_at"
IS_DIRECT: Final = "is_direct"
CHANNEL: Final = "channel"


class Model(Protocol):
    """A rule that shares one conversion among the touches of its path."""

    @property
    def label(self) -> str:
        """The name that results carry."""
        ...

    @property
    def needs(self) -> frozenset[str]:
        """Columns that it reads beside ids and times: of touches or of conversions."""
        ...

    def spread(self, paths: Paths) -> Spread:
        """Return the weights in their compact form; `.weights(paths)` has one per row."""
        ...


@dataclass(frozen=True, slots=True)
class Single:
    """All credit to one touch: first, last, and both again without direct."""

    label: str
    end: str
    skips_direct: bool = False

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({IS_DIRECT} if self.skips_direct else ())

    def spread(self, paths: Paths) -> Landmarks:
        if self.skips_direct:
            owned = Anchor.OWNED_START if self.end == "first" else Anchor.OWNED_END
            return single(paths, Spot(owned))
        return single(paths, FIRST if self.end == "first" else LAST)


@dataclass(frozen=True, slots=True)
class Milestones:
    """Weights for the touches of milestones; the other touches share `rest` evenly.

    A mass of None leaves the milestone out: its touch is one of the others. Position is the
    case of first and last alone, linear that of none.
    """

    label: str
    first: float | None = None
    lead: float | None = None
    opportunity: float | None = None
    last: float | None = None
    rest: float = 0.0

    def __post_init__(self) -> None:
        masses = [self.first, self.lead, self.opportunity, self.last, self.rest]
        given = [mass for mass in masses if mass is not None]
        check_weights(self.label, given)
        if not isclose(sum(given), 1.0, abs_tol=1e-9):
            raise InputError(
                f"The weights of the model '{self.label}' sum to {sum(given):g}; they must sum "
                "to 1."
            )

    @property
    def needs(self) -> frozenset[str]:
        stages = {LEAD: self.lead, OPPORTUNITY: self.opportunity}
        return frozenset(stage for stage, mass in stages.items() if mass is not None)

    def spread(self, paths: Paths) -> Landmarks:
        masses = [
            (FIRST, self.first),
            (Spot(Anchor.STAGE, stage=LEAD), self.lead),
            (Spot(Anchor.STAGE, stage=OPPORTUNITY), self.opportunity),
            (LAST, self.last),
        ]
        given = [(spot, mass) for spot, mass in masses if mass is not None]
        return landmarks(paths, given, self.rest)


@dataclass(frozen=True, slots=True)
class TimeDecay:
    """Each touch weighs half as much as one a half-life later; continuous in time."""

    label: str
    half_life: int = 7 * DAY

    def __post_init__(self) -> None:
        if self.half_life <= 0:
            raise InputError(f"The half-life of '{self.label}' must be a positive span.")

    @property
    def needs(self) -> frozenset[str]:
        return frozenset()

    def spread(self, paths: Paths) -> Relative:
        # Age is measured from the path's last touch, which keeps the ratios and gives that
        # touch exactly 1: however old the path, its total cannot vanish.
        ends = paths.per_row(taken(paths.touches.touched_at, paths.lasts))
        ages = np.subtract(ends, paths.time_of_row, out=ends)
        raw = ages * (-1.0 / self.half_life)
        return relative(paths, np.exp2(raw, out=raw))


@dataclass(frozen=True, slots=True)
class ByPosition:
    """Custom weights by position: `head` from the start, `tail` to the end, `rest` between.

    Positions that fall on one touch add up; a path too short for some is scaled up to 1.
    """

    label: str
    head: tuple[float, ...] = ()
    tail: tuple[float, ...] = ()
    rest: float = 0.0

    def __post_init__(self) -> None:
        check_weights(self.label, [*self.head, *self.tail, self.rest])

    @property
    def needs(self) -> frozenset[str]:
        return frozenset()

    def spread(self, paths: Paths) -> Landmarks:
        head = [(Spot(Anchor.START, rank), mass) for rank, mass in enumerate(self.head)]
        tail = [(Spot(Anchor.END, i), mass) for i, mass in enumerate(reversed(self.tail))]
        return landmarks(paths, [*head, *tail], self.rest)


@dataclass(frozen=True, slots=True)
class ByChannel:
    """Custom weights by channel: each touch weighs what its channel does, scaled to 1.

    A path whose channels all weigh 0 is shared evenly.
    """

    label: str
    channels: tuple[tuple[str, float], ...]
    others: float = 1.0

    def __post_init__(self) -> None:
        check_weights(self.label, [*(weight for _, weight in self.channels), self.others])

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({CHANNEL})

    def spread(self, paths: Paths) -> Relative:
        known = dict(self.channels)
        names = paths.touches.channel_names
        scale: Floats = np.array([known.get(name, self.others) for name in names])
        return relative(paths, taken(scale, paths.at_rows(paths.touches.channels)))


def by_position(
    head: Sequence[float] = (), tail: Sequence[float] = (), rest: float = 0.0, *, label: str
) -> Model:
    """Return a custom model by position: `head` from the start, `tail` up to the end.

    For example `by_position(head=[5], tail=[2, 3], rest=1, label="ours")` weighs the first
    touch 5, the last but one 2, the last 3, and all between them together 1. Weights are
    relative, finite and >= 0, one of them positive; else InputError.
    """
    return ByPosition(label, tuple(head), tuple(tail), rest)


def by_channel(channels: Mapping[str, float], others: float = 1.0, *, label: str) -> Model:
    """Return a custom model by channel: `by_channel({"Direct": 0}, label="no direct")`.

    Weights are relative, finite and >= 0, one of them positive; else InputError.
    """
    return ByChannel(label, tuple(channels.items()), others)


def check_weights(label: str, weights: Sequence[float]) -> None:
    """Raise InputError unless all are finite and >= 0 and one is positive."""
    for weight in weights:
        if not isfinite(weight) or weight < 0:
            raise InputError(
                f"The model '{label}' has the weight {weight}; weights are 0 or more."
            )
    if not any(weights):
        raise InputError(
            f"The model '{label}' gives nothing to any touch; set a weight above 0."
        )
