"""What other channel rules would change of the past, before they are applied.

Every stored way of arriving is classified anew and set against the channel that it has now. The
sessions themselves stay: rules decide channels, and sessions are cut where sources change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from headwater.domain.money import exponent
from headwater.journeys.channels import RuleSet, classify
from headwater.journeys.origins import read
from headwater.reports.request import ReportRequest, RevenueFrom
from headwater.reports.source import Source, ask
from headwater.reports.state import rebuild_state


@dataclass(frozen=True, slots=True)
class Weight:
    """How much hangs on some arrivals.

    Distinct ways of arriving, sessions, touches recorded without one, and the conversions and
    their value in minor units that the request's model credits to them.
    """

    arrivals: int = 0
    sessions: int = 0
    touches: int = 0
    conversions: float = 0.0
    value_minor: int = 0

    def __add__(self, other: Weight) -> Weight:
        return Weight(
            self.arrivals + other.arrivals,
            self.sessions + other.sessions,
            self.touches + other.touches,
            self.conversions + other.conversions,
            self.value_minor + other.value_minor,
        )


@dataclass(frozen=True, slots=True)
class Move:
    """What goes from one channel to another.

    `rules` are the rules that would decide, `sources` the sources, both the heaviest first.
    """

    before: str
    after: str
    weight: Weight
    rules: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """What a channel has now, and what it would have."""

    channel: str
    before: Weight
    after: Weight


@dataclass(frozen=True, slots=True)
class ChannelMoves:
    """All moves, the heaviest first, beside what stays; and the two versions of the rules.

    `staying` is what each channel keeps.
    """

    moves: tuple[Move, ...]
    staying: Mapping[str, Weight]
    version_before: str
    version_after: str
    model: str
    currency: str

    @property
    def moved(self) -> Weight:
        """Everything that changes its channel."""
        return sum((move.weight for move in self.moves), Weight())

    @property
    def stays(self) -> Weight:
        """Everything that keeps its channel."""
        return sum(self.staying.values(), Weight())

    @property
    def changes(self) -> tuple[ChannelChange, ...]:
        """Every channel that gains or loses, the one with most sessions first."""
        names = {name for move in self.moves for name in (move.before, move.after)}
        changes = [
            ChannelChange(name, self._held(name), self._held_after(name)) for name in names
        ]
        changes.sort(
            key=lambda one: (-max(one.before.sessions, one.after.sessions), one.channel)
        )
        return tuple(changes)

    def _held(self, channel: str) -> Weight:
        gone = (move.weight for move in self.moves if move.before == channel)
        return sum(gone, self.staying.get(channel, Weight()))

    def _held_after(self, channel: str) -> Weight:
        come = (move.weight for move in self.moves if move.after == channel)
        return sum(come, self.staying.get(channel, Weight()))


_NAMED = 5


def channel_moves(source: Source, rules: RuleSet, request: ReportRequest) -> ChannelMoves:
    """Return what would move between channels under `rules`.

    `source` holds the tables of a rebuild; conversions and their value are won deals or
    orders, as the request says, by its model among the stored ones (0 where it is not stored).
    """
    kind = "won" if request.revenue is RevenueFrom.DEALS else "order"
    rows = ask(source, "origin_weights", {"model": request.model, "kind": kind}).to_pylist()
    moved: dict[tuple[str, str], _Gathered] = {}
    staying: dict[str, Weight] = {}
    for row in rows:
        weight = Weight(
            arrivals=1,
            sessions=row["session_count"],
            touches=row["touch_count"],
            conversions=row["conversion_count"],
            value_minor=row["value_minor"],
        )
        channel = row["channel"]
        if row["origin_key"] is None:  # it says nothing, so no rule is asked
            staying[channel] = staying.get(channel, Weight()) + replace(weight, arrivals=0)
            continue
        now = classify(read(row["origin_key"]), rules)
        if now.channel == channel:
            staying[channel] = staying.get(channel, Weight()) + weight
        else:
            gathered = moved.setdefault((channel, now.channel), _Gathered())
            gathered.add(weight, now.rule, now.source or "")
    state = rebuild_state(source)
    moves = [gathered.as_move(*pair) for pair, gathered in moved.items()]
    moves.sort(key=lambda move: (-move.weight.sessions, -move.weight.arrivals, move.before))
    return ChannelMoves(
        moves=tuple(moves),
        staying=staying,
        version_before=state.get("rule_version", ""),
        version_after=rules.version,
        model=request.model,
        currency=request.currency,
    )


class _Gathered:
    """A move in the making."""

    def __init__(self) -> None:
        self._weight = Weight()
        self._rules: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()

    def add(self, weight: Weight, rule: str, source: str) -> None:
        self._weight += weight
        self._rules[rule] += weight.sessions + weight.touches + 1
        self._sources[source] += weight.sessions + weight.touches + 1

    def as_move(self, before: str, after: str) -> Move:
        named = [
            tuple(name for name, _ in counted.most_common(_NAMED))
            for counted in (self._rules, self._sources)
        ]
        return Move(before, after, self._weight, *named)


def channel_moves_to_json(found: ChannelMoves) -> str:
    """Return the moves as JSON; values are numbers in units of the currency."""

    def told(weight: Weight) -> dict[str, object]:
        return {
            "arrivals": weight.arrivals,
            "sessions": weight.sessions,
            "touches": weight.touches,
            "conversions": round(weight.conversions, 6),
            "value": weight.value_minor / 10 ** exponent(found.currency),
        }

    return json.dumps(
        {
            "version_before": found.version_before,
            "version_after": found.version_after,
            "model": found.model,
            "currency": found.currency,
            "moves": [
                {
                    "from": move.before,
                    "to": move.after,
                    **told(move.weight),
                    "rules": list(move.rules),
                    "sources": list(move.sources),
                }
                for move in found.moves
            ],
            "channels": [
                {
                    "channel": one.channel,
                    "before": told(one.before),
                    "after": told(one.after),
                }
                for one in found.changes
            ],
            "moved": told(found.moved),
            "stays": told(found.stays),
        },
        ensure_ascii=False,
        indent=2,
    )
