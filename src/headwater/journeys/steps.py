"""What this stage asks the warehouse to make, in order."""

from __future__ import annotations

import pyarrow as pa

from headwater.capture.agents import describe_all
from headwater.journeys.channels import RuleSet
from headwater.journeys.local_time import local_time
from headwater.journeys.numbers import number_of
from headwater.journeys.origins import origins
from headwater.journeys.rates import rates
from headwater.warehouse.sql import Statement, load
from headwater.warehouse.steps import PythonStep, Reader, Scope, SqlStep, Step


def steps(rules: RuleSet) -> tuple[Step, ...]:
    """Return this stage's steps; the channel rules decide where arrivals came from."""

    def classified(reader: Reader) -> pa.Table:
        return origins(reader.unseen("arrival_keys", "origins", "origin_key"), rules)

    return (
        PythonStep("local_time", (), Scope.WHOLE, _local_time),
        SqlStep(_sql("page_events"), Scope.VIEW),
        SqlStep(_sql("user_agents"), Scope.VIEW),
        PythonStep("agents", ("user_agents",), Scope.NEW_FACTS, _agents),
        SqlStep(_sql("recorded_touches"), Scope.NEW_FACTS),
        SqlStep(_sql("spend_rows"), Scope.VIEW),
        SqlStep(_sql("arrival_keys"), Scope.VIEW),
        PythonStep("origins", ("arrival_keys",), Scope.NEW_FACTS, classified),
        SqlStep(_sql("session_rows"), Scope.VISITOR),
        SqlStep(_sql("sessions"), Scope.STORED_VIEW),
        SqlStep(_sql("recorded_touchpoints"), Scope.WHOLE, marks=("person_id",)),
        SqlStep(_sql("touchpoints"), Scope.STORED_VIEW),
        SqlStep(_sql("captures"), Scope.VIEW),
        SqlStep(_sql("leads"), Scope.PERSON),
        SqlStep(_sql("deal_states"), Scope.WHOLE),
        SqlStep(_sql("money_days"), Scope.VIEW),
        PythonStep("rates", ("money_days",), Scope.WHOLE, _rates),
        SqlStep(_sql("account_persons"), Scope.WHOLE),
        SqlStep(_sql("deals"), Scope.WHOLE),
        SqlStep(_sql("deal_stages"), Scope.WHOLE),
        SqlStep(_sql("order_lines"), Scope.VIEW),
        SqlStep(_sql("orders"), Scope.WHOLE),
        SqlStep(_sql("spend_days"), Scope.WHOLE),
        SqlStep(_sql("conversions"), Scope.WHOLE, marks=("person_id",)),
    )


def _sql(name: str) -> Statement:
    return load("journeys", name)


def _agents(reader: Reader) -> pa.Table:
    unseen = reader.unseen("user_agents", "agents", "user_agent")
    numbers = pa.array([number_of(text) for text in unseen], pa.int64())
    return describe_all(unseen).append_column("agent_number", numbers)


def _local_time(reader: Reader) -> pa.Table:
    return local_time(str(reader.params["timezone"]))


def _rates(reader: Reader) -> pa.Table:
    seen = reader.query("select currency, utc_day from money_days order by currency, utc_day")
    return rates(seen, str(reader.params["currency"]))
