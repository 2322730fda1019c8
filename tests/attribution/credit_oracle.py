"""The rule-based models once more, slowly and obviously: pure Python, exact fractions.

Nothing here is shared with the product. Time decay alone is inexact, in binary64.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

F = Fraction


@dataclass(frozen=True)
class Touch:
    person_id: str
    touched_at: int
    touch_id: str
    channel: str
    is_direct: bool


@dataclass(frozen=True)
class Conversion:
    conversion_id: str
    person_id: str | None
    anchored_at: int
    value_minor: int
    kind: str = "won"
    lead_at: int | None = None
    opportunity_at: int | None = None
    counts: float = 1.0


def path_of(
    conversion: Conversion,
    touches: list[Touch],
    conversions: list[Conversion],
    lookback: int | None,
    reset: bool = False,
) -> list[Touch]:
    path = []
    earlier = [
        other.anchored_at
        for other in conversions
        if other.person_id == conversion.person_id
        and other.kind == conversion.kind
        and other.anchored_at < conversion.anchored_at
    ]
    for touch in touches:
        if conversion.person_id is None or touch.person_id != conversion.person_id:
            continue
        if touch.touched_at > conversion.anchored_at:
            continue
        if lookback is not None and touch.touched_at <= conversion.anchored_at - lookback:
            continue
        if reset and any(touch.touched_at <= moment for moment in earlier):
            continue
        path.append(touch)
    return sorted(path, key=lambda touch: (touch.touched_at, touch.touch_id))


def milestone(path: list[Touch], reached_at: int | None, conversion: Conversion) -> int | None:
    """The place of the last touch at or before the stage, if the stage came in time."""
    if reached_at is None or reached_at > conversion.anchored_at:
        return None
    before = [i for i, touch in enumerate(path) if touch.touched_at <= reached_at]
    return before[-1] if before else None


def scaled(masses: list[Fraction]) -> list[Fraction]:
    total = sum(masses)
    if not total:
        return [F(1, len(masses))] * len(masses)
    return [mass / total for mass in masses]


def by_places(
    size: int, places: list[tuple[int | None, Fraction]], rest: Fraction
) -> list[Fraction]:
    masses = [F(0)] * size
    named = {place for place, _ in places if place is not None}
    for place, mass in places:
        if place is not None:
            masses[place] += mass
    others = [i for i in range(size) if i not in named]
    for i in others:
        masses[i] += rest / len(others)
    return scaled(masses)


def single(place: int, n: int) -> list[Fraction]:
    return [F(int(i == place)) for i in range(n)]


def ends(n: int, first: Fraction, last: Fraction) -> list[Fraction]:
    if n == 1:
        return [F(1)]
    if n == 2:
        return [first / (first + last), last / (first + last)]
    return [first, *([(1 - first - last) / (n - 2)] * (n - 2)), last]


def decayed(path: list[Touch]) -> list[Fraction]:
    week = 7 * 24 * 3600 * 1_000_000
    return scaled([F(0.5 ** ((path[-1].touched_at - one.touched_at) / week)) for one in path])


def weights(model: str, path: list[Touch], conversion: Conversion) -> list[Fraction]:
    n = len(path)
    lead = milestone(path, conversion.lead_at, conversion)
    opportunity = milestone(path, conversion.opportunity_at, conversion)
    own = [i for i, touch in enumerate(path) if not touch.is_direct] or list(range(n))
    third, fourth = F(3, 10), F(225, 1000)
    stages = [(0, third), (lead, third), (opportunity, third)]
    all_stages = [(0, fourth), (lead, fourth), (opportunity, fourth), (n - 1, fourth)]
    found = {
        "first": lambda: single(0, n),
        "last": lambda: single(n - 1, n),
        "first_non_direct": lambda: single(own[0], n),
        "last_non_direct": lambda: single(own[-1], n),
        "linear": lambda: [F(1, n)] * n,
        "position": lambda: ends(n, F(4, 10), F(4, 10)),
        SHARES: lambda: ends(n, F(2, 10), F(5, 10)),
        "u_lead": lambda: by_places(n, [(0, F(4, 10)), (lead, F(4, 10))], F(2, 10)),
        "w_shaped": lambda: by_places(n, stages, F(1, 10)),
        "full_path": lambda: by_places(n, all_stages, F(1, 10)),
        "time_decay": lambda: decayed(path),
        HEAD_TAIL: lambda: by_positions(n),
        NO_DIRECT: lambda: scaled([CHANNEL_RULE.get(one.channel, F(1)) for one in path]),
    }
    return found[model]()


HEAD_TAIL = 'custom({"head": [5, 1], "tail": [2, 3], "rest": 1})'
NO_DIRECT = 'custom({"channels": {"A": 0, "B": 3}, "others": 1})'
SHARES = "position(f=.2,l=.5)"


CHANNEL_RULE = {"A": F(0), "B": F(3)}


def by_positions(n: int) -> list[Fraction]:
    wanted = [(0, F(5)), (1, F(1)), (n - 2, F(2)), (n - 1, F(3))]
    places = [(place if 0 <= place < n else None, mass) for place, mass in wanted]
    return by_places(n, places, F(1))


def credit_of(
    model: str,
    touches: list[Touch],
    conversions: list[Conversion],
    lookback: int | None,
    reset: bool = False,
) -> dict[tuple[str, str | None], Fraction]:
    """Weight by (conversion, touch); the touch is None where there is none."""
    found: dict[tuple[str, str | None], Fraction] = {}
    for conversion in conversions:
        path = path_of(conversion, touches, conversions, lookback, reset)
        if not path:
            found[conversion.conversion_id, None] = F(1)
            continue
        for touch, weight in zip(path, weights(model, path, conversion), strict=True):
            if weight:
                found[conversion.conversion_id, touch.touch_id] = weight
    return found


def by_channel(
    found: dict[tuple[str, str | None], Fraction],
    touches: list[Touch],
    conversions: list[Conversion],
) -> dict[str, tuple[Fraction, Fraction]]:
    """Conversions and value by channel, unrounded."""
    channels = {touch.touch_id: touch.channel for touch in touches}
    by_id = {conversion.conversion_id: conversion for conversion in conversions}
    sums: dict[str, tuple[Fraction, Fraction]] = defaultdict(lambda: (F(0), F(0)))
    for (conversion_id, touch_id), weight in found.items():
        name = channels[touch_id] if touch_id is not None else "(no touch)"
        conversion = by_id[conversion_id]
        count, value = sums[name]
        sums[name] = (
            count + weight * F(conversion.counts),
            value + weight * conversion.value_minor,
        )
    return sums
