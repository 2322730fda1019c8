"""Holds the persons that were found against the synthetic company's truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from headwater.domain.words import FactKind
from headwater.workspace import Workspace

Sightings = list[tuple[Any, Any]]
"""The person found and the true one, for each."""

_BY_ADDRESS = (FactKind.CHAT, FactKind.ORDER, FactKind.IDENTITY_LINK)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, by what was sighted."""

    facts: Sightings
    """Leads, calls, chats, deals, orders, log-ins and mail clicks."""
    browsers: Sightings
    """Browsers of one person each, that ever told whose they are."""
    lost: Sightings
    """All browsers of people who are known, also those whose cookie was lost before."""
    in_turns: Sightings
    """Sessions of known people on browsers that two known people used, with the person found
    for each, and the persons found for who it really was."""


def judge(workspace: Workspace, truth: Mapping[str, pa.Table]) -> Judged:
    facts = _facts(workspace, truth)
    known = {true for _found, true in facts}
    owners = dict(_pairs(workspace, "select visitor_id, person_id from visitors"))
    users: dict[str, set[int]] = defaultdict(set)
    for row in truth["identity"].to_pylist():
        users[row["visitor_id"]].add(row["person"])
    alone = {visitor: next(iter(who)) for visitor, who in users.items() if len(who) == 1}
    return Judged(
        facts=facts,
        browsers=[(owners[one], who) for one, who in alone.items() if one in owners],
        lost=[(owners.get(one, one), who) for one, who in alone.items() if who in known],
        in_turns=_in_turns(workspace, truth, facts),
    )


def _in_turns(
    workspace: Workspace, truth: Mapping[str, pa.Table], facts: Sightings
) -> Sightings:
    persons: dict[Any, set[str]] = defaultdict(set)
    for found, true in facts:
        persons[true].add(found)
    told = {
        (row["visitor_id"], row["touched_at"]): row["person_id"]
        for row in workspace.warehouse.query(
            "select visitor_id, touched_at, person_id from touchpoints"
            " where visitor_id in (select visitor_id from visitor_turns)"
        ).to_pylist()
    }
    return [
        (told[row["visitor_id"], row["started_at"]], frozenset(persons[row["person"]]))
        for row in truth["shared_browsers"].to_pylist()
        if (row["visitor_id"], row["started_at"]) in told and row["person"] in persons
    ]


def true_people(workspace: Workspace, truth: Mapping[str, pa.Table]) -> dict[str, int]:
    """Return who really told each fact: leads, calls, chats, orders, log-ins, mail clicks."""
    tellers: dict[str, int] = {
        row["fact_id"]: row["person"]
        for name in ("leads", "calls")
        for row in truth[name].to_pylist()
        if row["person"] is not None
    }
    email_key = workspace.facts.vault.email_key
    addresses = {
        email_key(row["email"]): row["person"]
        for row in truth["people"].select(["email", "person"]).to_pylist()
    }
    for kind in _BY_ADDRESS:
        tellers |= {
            row["fact_id"]: addresses[row["email_key"]]
            for row in workspace.facts.read(kind, ["fact_id", "email_key"]).to_pylist()
            if row["email_key"] in addresses
        }
    return tellers


def _facts(workspace: Workspace, truth: Mapping[str, pa.Table]) -> Sightings:
    found = dict(_pairs(workspace, "select fact_id, person_id from fact_persons"))
    deals = dict(_pairs(workspace, "select deal_id, person_id from deals"))
    sightings: Sightings = [
        (found[fact], person)
        for fact, person in true_people(workspace, truth).items()
        if fact in found
    ]
    sightings += [
        (deals[row["deal_id"]], row["person"])
        for row in truth["deals"].to_pylist()
        if deals.get(row["deal_id"])
    ]
    return sightings


def _pairs(workspace: Workspace, sql: str) -> list[tuple[str, str]]:
    table = workspace.warehouse.query(sql)
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))
