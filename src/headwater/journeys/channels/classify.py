"""Classify arrivals, and tell why."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.domain.words import DIRECT
from headwater.journeys.channels.arrival import Arrival, Origin
from headwater.journeys.channels.evidence import (
    DIRECT_SOURCE,
    Decider,
    Evidence,
    gather,
    signals,
)
from headwater.journeys.channels.readings import Reading, readings
from headwater.journeys.channels.reasons import reasons
from headwater.journeys.channels.rules import RECORDED, UNASSIGNED, RuleSet, default_rules
from headwater.journeys.channels.signals import Signals

NO_RULE = "(no rule)"


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an arrival was classified.

    `decided_by` says what named the source; `tried` are the names of the rules looked at, in
    order, the deciding one last; `because` are the conditions of that rule that held;
    `readings` what was read of the arrival, and where.
    """

    origin: Origin
    decided_by: Decider
    signals: Signals
    tried: tuple[str, ...]
    because: tuple[str, ...]
    readings: tuple[Reading, ...]


def classify(arrival: Arrival, rules: RuleSet | None = None) -> Origin:
    """Return where an arrival came from, by the shipped rules unless others are given.

    Never fails: whatever cannot be read counts as not there.
    """
    used = default_rules() if rules is None else rules
    evidence = gather(arrival, used)
    seen = signals(evidence)
    for candidate in used.compiled:
        if candidate.is_met(seen):
            return _origin(evidence, candidate.rule.channel, candidate.rule.name)
    return _origin(evidence, UNASSIGNED, NO_RULE)


def explain(arrival: Arrival, rules: RuleSet | None = None) -> Explanation:
    """Return the origin together with the rules tried and the conditions that decided."""
    used = default_rules() if rules is None else rules
    evidence = gather(arrival, used)
    seen = signals(evidence)
    read = readings(arrival, evidence, used)
    tried: list[str] = []
    for candidate in used.compiled:
        tried.append(candidate.rule.name)
        if candidate.is_met(seen):
            origin = _origin(evidence, candidate.rule.channel, candidate.rule.name)
            because = reasons(candidate.rule.when, seen, used.file.terms)
            return Explanation(origin, evidence.decider, seen, tuple(tried), because, read)
    origin = _origin(evidence, UNASSIGNED, NO_RULE)
    return Explanation(origin, evidence.decider, seen, tuple(tried), (), read)


def _origin(evidence: Evidence, rule_channel: str, rule: str) -> Origin:
    channel = rule_channel if rule_channel != RECORDED else evidence.channel or UNASSIGNED
    return Origin(
        channel=channel,
        rule=rule,
        source=evidence.source or None,
        medium=evidence.medium or None,
        campaign=evidence.campaign or None,
        content=evidence.content or None,
        keyword=evidence.keyword or None,
        click_id_kind=evidence.click_id_kind or None,
        referrer_domain=evidence.found.domain if evidence.found else None,
        is_direct=channel == DIRECT,
        is_internal=evidence.decider is Decider.INTERNAL and evidence.source == DIRECT_SOURCE,
    )
