"""What the incremental model assumed and how it learned, as sentences for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from headwater.attribution.incremental.diagnostics import Diagnostics
from headwater.attribution.incremental.settings import Settings

_INSEPARABLE: Final = 1000.0
NOTHING: Final = "nobody with a touch converted, so no effect was learned"


def told(settings: Settings, diagnostics: Diagnostics | None) -> tuple[str, ...]:
    """Return what the figures rest on, without full stops; `diagnostics` None: nothing."""
    if diagnostics is None:
        return (NOTHING,)
    return tuple(_told(settings, diagnostics))


def _told(settings: Settings, found: Diagnostics) -> Iterator[str]:
    trials = "touches" if settings.each_touch else "persons"
    won = _number(found.conversions)
    yield (
        f"learned from {_number(found.persons)} {trials}, {won} of which converted, in "
        f"{found.patterns:,} patterns of what was met"
    )
    yield (
        "people who met a channel are taken to be as ready to convert without it as those who "
        "met the same but it"
    )
    yield (
        "a channel counts once, however often it was met"
        if settings.cap == 1
        else f"touches of a channel count up to {settings.cap:,}"
    )
    if settings.holdouts:
        names = ", ".join(one.channel for one in settings.holdouts)
        yield f"holdout tests set the effect of {names}"
    how = "was given" if settings.penalty is not None else "was chosen by leaving persons out"
    yield f"the penalty on effects, {found.penalty:,.4g}, {how}"
    seen = "as seen" if found.baseline_seen else "inferred, as everybody seen met something"
    yield f"who meets nothing converts at {found.baseline_rate:.3%} ({seen})"
    if found.condition > _INSEPARABLE:
        yield (
            "some effects cannot be told apart, as the same people met them (condition number "
            f"{found.condition:,.3g})"
        )


def _number(count: float) -> str:
    return f"{count:,.10g}"
