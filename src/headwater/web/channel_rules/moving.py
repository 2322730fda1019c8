"""What a draft would change of the past, as the screen shows it."""

from __future__ import annotations

from dataclasses import dataclass

from headwater import reports
from headwater.journeys.channels import RuleSet
from headwater.reports import ChannelMoves
from headwater.reports.channel_moves import Weight
from headwater.web import formats, house, words


@dataclass(frozen=True, slots=True)
class Figures:
    """What hangs on something, as text."""

    sessions: str
    touches: str
    conversions: str
    value: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One channel, as it is and as it would be."""

    channel: str
    before: Figures
    after: Figures


@dataclass(frozen=True, slots=True)
class Moved:
    """What goes from one channel to another, by which rules, and from which sources."""

    before: str
    after: str
    figures: Figures
    rules: str
    sources: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole change. `model` shares out the conversions and their value."""

    channels: tuple[Changed, ...]
    moves: tuple[Moved, ...]
    moved: Figures
    stays: Figures
    model: str


def preview(rules: RuleSet) -> Preview | None:
    """Return what these rules would make of the past; None where there are no tables yet."""
    if not house.has_tables():
        return None
    workspace = house.workspace()
    found = house.remembered(
        ("channel moves", rules.version),
        lambda: reports.channel_moves(workspace.warehouse, rules, workspace.request()),
    )
    return _shown(found)


def _shown(found: ChannelMoves) -> Preview:
    return Preview(
        channels=tuple(
            Changed(one.channel, _figures(one.before), _figures(one.after))
            for one in found.changes
        ),
        moves=tuple(
            Moved(
                move.before,
                move.after,
                _figures(move.weight),
                ", ".join(move.rules),
                ", ".join(words.value(source or None) for source in move.sources),
            )
            for move in found.moves
        ),
        moved=_figures(found.moved),
        stays=_figures(found.stays),
        model=words.model(found.model),
    )


def _figures(weight: Weight) -> Figures:
    return Figures(
        formats.count(weight.sessions),
        formats.count(weight.touches),
        formats.count(weight.conversions),
        formats.money(weight.value_minor, house.currency()),
    )
