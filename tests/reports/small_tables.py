"""Small derived tables of known content, and an in-memory engine that answers over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from headwater.attribution.model_runs.records import EFFECT_SCHEMA, RESULT_SCHEMA, RUN_SCHEMA
from headwater.domain.times import DAY, to_micros

TEXT, INT, REAL, FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()

_ORIGIN = "channel channel_rule source medium campaign content keyword"


def _schema(spec: str) -> pa.Schema:
    """Read `name name:type ...`; a column without a type is a text, `..._at` a whole number."""
    types = {"int": INT, "real": REAL, "flag": FLAG}
    fields = []
    for one in spec.split():
        name, _, kind = one.partition(":")
        usual = INT if name.endswith(("_at", "_minor")) else TEXT
        fields.append(pa.field(name, types.get(kind, usual)))
    return pa.schema(fields)


SCHEMAS: Mapping[str, pa.Schema] = {
    "person_keys": _schema("person_key person_id"),
    "visitors": _schema("visitor_id person_id"),
    "persons": _schema("person_id account_id external_id subject first_known_at"),
    "sessions": _schema(
        "session_id visitor_id site started_at ended_at events:int page_views:int landing_page"
        f" {_ORIGIN} click_id_kind is_direct:flag device os browser"
    ),
    "session_rows": _schema(
        "session_id visitor_id site started_at ended_at events:int page_views:int landing_page"
        " origin_number:int agent_number:int"
    ),
    "agents": _schema("user_agent agent_number:int bot_reason bot_family device os browser"),
    "bot_hits": _schema("visitor_id agent_number:int occurred_at site"),
    "bot_visitors": _schema(
        "visitor_id reason session_pages:int page_micros:int site sessions:int page_views:int"
        " events:int first_seen_at last_seen_at"
    ),
    "touchpoints": _schema(
        f"touch_id person_id touched_at kind {_ORIGIN} landing_page is_direct:flag visitor_id"
    ),
    "leads": _schema(
        f"person_id lead_at captures:int method external_id account_id {_ORIGIN} landing_page"
        " source_is_recorded:flag self_reported"
    ),
    "deals": _schema(
        "deal_id person_id account_id name pipeline stage status owner product region"
        " lost_reason probability:real created_at opportunity_at closed_at value_minor"
        " original_minor original_currency excluded"
    ),
    "orders": _schema(
        "order_key order_id person_id deal_id account_id paid_at lines:int"
        " value_minor refunded_minor cost_minor"
    ),
    "conversions": _schema(
        "conversion_id kind person_id anchored_at converted_at counts:int value_minor"
        " original_minor original_currency excluded deal_id order_id lead_at opportunity_at"
        " closed_at paid_at"
    ),
    "spend_days": _schema(
        "fact_id spent_at channel source medium campaign ad_group ad keyword region device"
        " impressions:int clicks:int cost_minor excluded"
    ),
    "credits": _schema("model conversion_id touch_id weight:real value_minor"),
    "model_credits": _schema("model conversion_id touch_id weight:real value_minor"),
    "model_runs": RUN_SCHEMA,
    "model_results": RESULT_SCHEMA,
    "model_effects": EFFECT_SCHEMA,
    "rebuild_state": _schema("name value"),
}
"""The columns of docs/reference/tables.md."""
_ALL_CREDITS = "from credits union all from model_credits"

Rows = Sequence[Mapping[str, object]]


def day(text: str) -> int:
    """Return a moment written as 2025-01-31 or 2025-01-31T10:00 in microseconds UTC."""
    return to_micros(datetime.fromisoformat(text).replace(tzinfo=UTC))


@dataclass
class Ledger:
    """A `Source` over tables given as rows; what is not given is null or empty."""

    tables: dict[str, Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = duckdb.connect()
        for name in SCHEMAS:
            self.put(name, self.tables.get(name, ()))
        self._connection.execute(f"create view all_credits as {_ALL_CREDITS}")

    def put(self, name: str, rows: Rows | pa.Table) -> None:
        """Store a table in the place of what was there."""
        schema = SCHEMAS[name]
        listed = rows.to_pylist() if isinstance(rows, pa.Table) else list(rows)
        for row in listed:
            assert set(row) <= set(schema.names), (
                f"{name} has no {set(row) - set(schema.names)}"
            )
        arrow = pa.Table.from_pylist(listed, schema=schema)
        self._connection.register("given", arrow)
        self._connection.execute(f"create or replace table {name} as select * from given")  # noqa: S608
        self._connection.unregister("given")

    def query(
        self,
        sql: str,
        params: Mapping[str, object] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """Return the rows of a SELECT."""
        cursor = self._connection.cursor()
        for name, table in (tables or {}).items():
            cursor.register(name, table)
        return cursor.sql(sql, params=dict(params or {})).to_arrow_table()


def state(lookback: str = "90d") -> Rows:
    """Return what a rebuild notes of itself."""
    return [
        {"name": "rule_version", "value": "rules-1"},
        {"name": "as_of", "value": str(day("2025-07-01"))},
        {"name": "lookback", "value": lookback},
    ]


def touch(
    touch_id: str, person: str, at: str, channel: str, **others: object
) -> dict[str, object]:
    """Return a session touch."""
    row = {
        "touch_id": touch_id,
        "person_id": person,
        "touched_at": day(at),
        "kind": "session",
        "channel": channel,
        "is_direct": channel == "Direct",
    }
    return {**row, **others}


LOOKBACK = 90 * DAY
