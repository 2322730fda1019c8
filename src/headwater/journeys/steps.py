"""What this stage asks the warehouse to make, in order."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from headwater.capture.agents import describe_all
from headwater.capture.bots import Limits
from headwater.domain.words import FactKind
from headwater.identity import PERSON_VISITORS, TOUCHED_PERSONS
from headwater.journeys.channels import RuleSet
from headwater.journeys.cutting import BOUNDS_SCHEMA, session_bounds
from headwater.journeys.local_time import local_time
from headwater.journeys.numbers import number_of
from headwater.journeys.origins import origins
from headwater.journeys.rates import rates
from headwater.journeys.robots import robot_steps
from headwater.warehouse.sql import load
from headwater.warehouse.steps import (
    PythonStep,
    Reader,
    Renewal,
    Scope,
    SqlStep,
    Step,
    Within,
)


def steps(rules: RuleSet, limits: Limits) -> tuple[Step, ...]:
    """Return this stage's steps.

    The channel rules decide where arrivals came from, the limits who browses like a robot.
    """
    return (*_facts(), *_dealings(), *_arrivals(rules), *_sessions(), *_persons(limits))


def _facts() -> tuple[Step, ...]:
    return (
        PythonStep("local_time", (), _local_time, Renewal(scope=Scope.ONCE)),
        _step("user_agents", _VIEW),
        PythonStep("agents", ("user_agents",), _agents, _NEW),
        _step("page_events", _VIEW),
        _step("bot_hits", _NEW),
        _step("recorded_touches", _NEW),
        _step("captures", _NEW),
    )


def _arrivals(rules: RuleSet) -> tuple[Step, ...]:
    def classified(reader: Reader) -> pa.Table:
        return origins(reader.unseen("arrival_keys", "origins", "origin_key"), rules)

    return (
        TOUCHED_PERSONS,
        _step("displaced_persons", _TOUCHED),
        PERSON_VISITORS,
        _step("known_sessions", _TOUCHED),
        _step("visitor_sessions", _TOUCHED),
        _step("late_visitors", _TOUCHED),
        _step("browsed_events", Renewal(scope=Scope.PASSING, reading=_OF_LATE_VISITORS)),
        _step("spend_rows", _VIEW),
        _step("arrival_keys", _VIEW),
        PythonStep("origins", ("arrival_keys",), classified, _NEW),
        _step("spend_days", Renewal(scope=Scope.WHOLE, needs=(FactKind.SPEND,))),
    )


def _sessions() -> tuple[Step, ...]:
    return (
        _step("gone_sessions", _TOUCHED),
        _step("carried_sessions", _TOUCHED),
        _step("session_events", _VIEW),
        _step("arrivals", _VIEW),
        PythonStep(
            "session_bounds",
            ("session_events", "arrivals"),
            session_bounds,
            Renewal(scope=Scope.PASSING, key=Within("visitor_number", "")),
            BOUNDS_SCHEMA,
            whole=("arrivals",),
        ),
        _step(
            "session_rows",
            Renewal(
                scope=Scope.KEYED,
                key=Within("session_id", "gone_sessions"),
                reading=_OF_LATE_VISITORS,
                grows=True,
            ),
        ),
        _step("their_sessions", _TOUCHED),
        _step(
            "session_owners",
            Renewal(
                scope=Scope.KEYED,
                key=Within("visitor_id", "person_visitors"),
                reading=_OF_THEIR_SESSIONS,
            ),
        ),
    )


def _dealings() -> tuple[Step, ...]:
    account = Within("account_id", "touched_accounts")
    deal = Within("deal_id", "touched_deals")
    order = Within("order_id", "touched_orders")
    marked = ("person_id",)
    return (
        _step("deal_states", _NEW),
        _step("order_states", _NEW),
        _step("money_days", _VIEW),
        PythonStep("rates", ("money_days",), _rates, _NEW),
        _step("touched_accounts", _TOUCHED),
        _step("account_persons", Renewal(scope=Scope.KEYED, key=account)),
        _step("touched_deals", _TOUCHED),
        _step("deals", Renewal(scope=Scope.KEYED, key=deal, marks=marked)),
        _step("deal_stages", Renewal(scope=Scope.KEYED, key=deal)),
        _step("touched_orders", _TOUCHED),
        _step("order_lines", Renewal(scope=Scope.KEYED, key=order, marks=marked)),
        _step("paid_deals", _TOUCHED),
        _step("orders", Renewal(scope=Scope.KEYED, key=order, marks=marked)),
        _step("paid_deals", _TOUCHED),
        _step("deal_payments", Renewal(scope=Scope.KEYED, key=deal, marks=marked)),
    )


def _persons(limits: Limits) -> tuple[Step, ...]:
    return (
        *robot_steps(limits),
        _step("sessions", Renewal(scope=Scope.STORED_VIEW)),
        _step("recorded_touchpoints", _by_person()),
        _step("touchpoints", Renewal(scope=Scope.STORED_VIEW)),
        _step("their_touches", Renewal(scope=Scope.TOUCHED, reading=_OF_THEIR_BROWSERS)),
        _step("leads", _by_person(touchpoints=OF_THEIR_TOUCHES)),
        _step("conversions", _by_person()),
    )


_OF_LATE_VISITORS: Final = {"facts_event": Within("visitor_id", "late_visitors")}
_OF_THEIR_SESSIONS: Final = {"session_rows": Within("", "their_sessions")}
_OF_THEIR_BROWSERS: Final = {
    **_OF_THEIR_SESSIONS,
    "session_owners": Within("visitor_id", "person_visitors"),
    "visitors": Within("visitor_id", "person_visitors"),
    "busy_visitors": Within("visitor_id", "person_visitors"),
    "persons": Within("person_id", "person_visitors", named="visitor_id"),
    "recorded_touchpoints": Within("person_id", "touched_persons"),
}
"""How touchpoints of touched persons are made: from the sessions of their visitors."""
OF_THEIR_TOUCHES: Final = Within("", "their_touches")
"""How they are read, once they are known."""
_VIEW: Final = Renewal(scope=Scope.VIEW)
_NEW: Final = Renewal(scope=Scope.NEW_FACTS)
_TOUCHED: Final = Renewal(scope=Scope.TOUCHED)


def _by_person(**reading: Within) -> Renewal:
    key = Within("person_id", "touched_persons")
    return Renewal(scope=Scope.KEYED, key=key, reading=reading)


def _step(name: str, renewal: Renewal) -> SqlStep:
    return SqlStep(load("journeys", name), renewal)


def _agents(reader: Reader) -> pa.Table:
    unseen = reader.unseen("user_agents", "agents", "user_agent")
    numbers = pa.array([number_of(text) for text in unseen], pa.int64())
    return describe_all(unseen).append_column("agent_number", numbers)


def _local_time(reader: Reader) -> pa.Table:
    return local_time(str(reader.params["timezone"]))


def _rates(reader: Reader) -> pa.Table:
    seen = reader.query("select currency, utc_day from money_days")
    known = reader.stored("rates")
    if known is not None:
        pair = ["currency", "utc_day"]
        seen = seen.join(known.select(pair), pair, join_type="left anti")
    seen = seen.sort_by([("currency", "ascending"), ("utc_day", "ascending")])
    return rates(seen, str(reader.params["currency"]))
