"""What other channel rules would change of the past, before they are applied.

Every stored way of arriving is classified anew and set against the channel that it has now. The
sessions themselves stay: rules decide channels, and sessions are cut where sources change.
"""

from __future__ import annotations

import json
from collections import Counter
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

    Distinct ways of arriving, sessions, touches recorded without one, and the value in minor
    units that the request's model credits to them.
    """

    arrivals: int = 0
    sessions: int = 0
    touches: int = 0
    value_minor: int = 0

    def __add__(self, other: Weight) -> Weight:
        return Weight(
            self.arrivals + other.arrivals,
            self.sessions + other.sessions,
            self.touches + other.touches,
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
class ChannelMoves:
    """All moves, the heaviest first, beside what stays; and the two versions of the rules."""

    moves: tuple[Move, ...]
    stays: Weight
    version_before: str
    version_after: str
    model: str
    currency: str

    @property
    def moved(self) -> Weight:
        """Everything that changes its channel."""
        return sum((move.weight for move in self.moves), Weight())


_NAMED = 5


def channel_moves(source: Source, rules: RuleSet, request: ReportRequest) -> ChannelMoves:
    """Return what would move between channels under `rules`.

    `source` holds the tables of a rebuild; the value is that of won deals or of orders, as the
    request says, by the request's model among the stored ones (0 where it is not stored).
    """
    kind = "won" if request.revenue is RevenueFrom.DEALS else "order"
    rows = ask(source, "origin_weights", {"model": request.model, "kind": kind}).to_pylist()
    moved: dict[tuple[str, str], _Gathered] = {}
    stays = Weight()
    for row in rows:
        weight = Weight(1, row["session_count"], row["touch_count"], row["value_minor"])
        if row["origin_key"] is None:  # it says nothing, so no rule is asked
            stays += replace(weight, arrivals=0)
            continue
        now = classify(read(row["origin_key"]), rules)
        if now.channel == row["channel"]:
            stays += weight
        else:
            gathered = moved.setdefault((row["channel"], now.channel), _Gathered())
            gathered.add(weight, now.rule, now.source or "")
    state = rebuild_state(source)
    moves = [gathered.as_move(*pair) for pair, gathered in moved.items()]
    moves.sort(key=lambda move: (-move.weight.sessions, -move.weight.arrivals, move.before))
    return ChannelMoves(
        moves=tuple(moves),
        stays=stays,
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
            "moved": told(found.moved),
            "stays": told(found.stays),
        },
        ensure_ascii=False,
        indent=2,
    )
