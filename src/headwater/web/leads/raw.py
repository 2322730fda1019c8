"""The raw facts under one touch, as they came in, and which rule made its channel of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.domain.errors import InputError
from headwater.domain.words import FactKind
from headwater.journeys.channels import Explanation, explain, parse_url_arrival
from headwater.web import formats, house
from headwater.web.channel_rules.explaining import because
from headwater.web.sqlfiles import ask

MOST: Final = 50
_HIDDEN: Final = frozenset(
    {"personal", "seq", "email_key", "phone_key", "subject", "occurred_at"}
)
_BY_TOUCH: Final = {
    "call": (FactKind.CALL,),
    "chat": (FactKind.CHAT,),
}
_ANY: Final = (FactKind.LEAD, FactKind.EVENT, FactKind.CALL, FactKind.CHAT)


@dataclass(frozen=True, slots=True)
class RawFact:
    """One fact: its kind, when it happened, and every field that was known.

    `title` tells it from its neighbours; empty where nothing does.
    """

    kind: str
    occurred_at: int
    title: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule that decided a channel: its place among the rules, and what it saw."""

    rule: str
    place: int
    rules: int
    version: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is under a touch. `left_out` counts facts beyond the first ones."""

    touch: dict[str, Any]
    facts: tuple[RawFact, ...]
    left_out: int
    decision: Decision


def evidence(touch_id: str) -> Evidence:
    """Return the facts of a touch; InputError where there is no such touch."""
    rows = ask("touch_known", {"touch_id": touch_id}).to_pylist()
    if not rows:
        raise InputError(
            f"There is no touch '{touch_id}'. It may have been made again by a rebuild: "
            "open the journey anew."
        )
    touch = rows[0]
    found = _session_facts(touch) if touch["session_id"] else _single_fact(touch)
    facts = sorted(found, key=lambda pair: (pair[1]["occurred_at"], pair[1]["fact_id"]))
    return Evidence(
        touch=touch,
        facts=tuple(_shown(kind, row) for kind, row in facts[:MOST]),
        left_out=max(0, len(facts) - MOST),
        decision=_decision(touch, facts[0][1] if facts else {}),
    )


def _session_facts(touch: dict[str, Any]) -> list[tuple[FactKind, dict[str, Any]]]:
    """Return the events of a session: those of its visitor between its ends."""
    table = filtered(
        FactKind.EVENT,
        [
            ("visitor_id", "==", touch["visitor_id"]),
            ("occurred_at", ">=", touch["started_at"]),
            ("occurred_at", "<=", touch["ended_at"]),
        ],
        (touch["started_at"], touch["ended_at"]),
    )
    return [(FactKind.EVENT, row) for row in table.to_pylist()]


def _single_fact(touch: dict[str, Any]) -> list[tuple[FactKind, dict[str, Any]]]:
    at = touch["touched_at"]
    for kind in _BY_TOUCH.get(touch["kind"], _ANY):
        table = filtered(kind, [("fact_id", "==", touch["touch_id"])], (at, at))
        if table.num_rows:
            return [(kind, row) for row in table.to_pylist()]
    return []


def filtered(
    kind: FactKind, filters: list[tuple[str, str, Any]], between: tuple[int, int]
) -> pa.Table:
    """Return the facts wanted; files and row groups that cannot hold them are skipped."""
    wanted = pq.filters_to_expression(filters)
    with house.workspace().facts.snapshot() as snapshot:
        parts = [snapshot.hot(kind).filter(wanted)]
        parts += [
            pq.read_table(file.path, filters=wanted, partitioning=None)
            for file in snapshot.files(kind)
            if file.min_at <= between[1] and file.max_at >= between[0]
        ]
    return pa.concat_tables(parts, promote_options="permissive")


def _shown(kind: FactKind, row: dict[str, Any]) -> RawFact:
    fields = [
        (name, _text(name, value))
        for name, value in row.items()
        if value is not None and name not in _HIDDEN
    ]
    return RawFact(kind.value, row["occurred_at"], _title(row), tuple(fields))


def _title(row: dict[str, Any]) -> str:
    """Return what tells a fact from its neighbours: its page, or how it ended."""
    return str(urlsplit(row.get("url") or "").path or row.get("outcome") or "")


def _text(name: str, value: object) -> str:
    if name.endswith("_at") and isinstance(value, int):
        return formats.moment_exact(value, house.zone())
    if name == "properties" and isinstance(value, str):
        try:
            return json.dumps(json.loads(value), ensure_ascii=False, sort_keys=True)
        except ValueError:
            return value
    return str(value)


def _decision(touch: dict[str, Any], first: dict[str, Any]) -> Decision:
    """Classify the touch's first fact again, by the tables' own rules, and tell how."""
    rules = house.workspace().rules
    names = [one.rule.name for one in rules.compiled]
    rule = touch["channel_rule"] or ""
    told = _explained(first) if first else None
    is_same = told is not None and told.origin.rule == rule
    return Decision(
        rule=rule,
        place=names.index(rule) + 1 if rule in names else 0,
        rules=len(names),
        version=rules.version,
        because=because(told, rules) if told and is_same else (),
    )


def _explained(fact: dict[str, Any]) -> Explanation:
    url = fact.get("url") or ""
    site = fact.get("site") or urlsplit(url).hostname
    arrival = parse_url_arrival(url, fact.get("referrer"), site)
    own = ("channel", "source", "medium", "campaign", "content", "keyword", "click_id_kind")
    recorded = {name: fact[name] for name in own if fact.get(name)}
    return explain(replace(arrival, **recorded), house.workspace().rules)
