"""What the warehouse is asked about who browses like a robot."""

from __future__ import annotations

from typing import Final

from headwater.capture.bots import Limits
from headwater.domain.words import FactKind
from headwater.warehouse.sql import load
from headwater.warehouse.steps import PythonStep, Renewal, Scope, SqlStep, Step, Within

_BUSY: Final = Renewal(
    scope=Scope.KEYED,
    key=Within("visitor_id", "person_visitors"),
    reading={"session_rows": Within("", "their_sessions")},
)


_WATCHED: Final = Renewal(
    scope=Scope.SUMMED,
    reading={"session_rows": Within("", "gone_sessions")},
    needs=(FactKind.EVENT,),
)


def robot_steps(limits: Limits) -> tuple[Step, ...]:
    """Return the steps between the sessions as cut and those that people have.

    In an incremental rebuild the sessions of touched persons must be known.
    """
    return (
        PythonStep("bot_limits", (), lambda _reader: limits.table(), Renewal(scope=Scope.ONCE)),
        _step("busy_visitors", _BUSY),
        _step("watched_sites", _WATCHED),
        _step("bot_visitors", Renewal(scope=Scope.STORED_VIEW)),
    )


def _step(name: str, renewal: Renewal) -> SqlStep:
    return SqlStep(load("journeys", name), renewal)
