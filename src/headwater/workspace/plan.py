"""How the derived tables of one data directory are made: every stage's steps, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from headwater import __version__, identity
from headwater.attribution.model_runs import RunsInUse, run_steps
from headwater.attribution.steps import steps as attribution_steps
from headwater.capture.bots import Limits
from headwater.domain.times import from_micros, now_micros
from headwater.journeys.channels import RuleSet
from headwater.journeys.steps import steps as journey_steps
from headwater.warehouse import Plan, SqlStep, Step
from headwater.workspace.settings import Settings


def plan(settings: Settings, rules: RuleSet, limits: Limits, in_use: RunsInUse) -> Plan:
    """Return the plan under these settings, channel rules, limits of bots and model runs."""
    lookback = settings.lookback_micros()
    attribution = attribution_steps(lookback)
    steps = (
        *identity.STEPS,
        *journey_steps(rules, limits),
        *attribution,
        *run_steps(attribution, in_use, lookback),
    )
    return Plan(
        steps=steps,
        params={
            "currency": settings.currency,
            "timezone": settings.timezone,
            "session_timeout": settings.session_timeout_micros(),
            "session_midnight": settings.session_midnight,
            "shared_key_above": settings.shared_key_above,
        },
        versions={
            "rule_version": rules.version,
            "bots_version": limits.version(),
            "settings_version": settings.version(),
            "code_version": _code_version(steps),
        },
        notes={
            "lookback": settings.lookback,
            "currency": settings.currency,
            "timezone": settings.timezone,
            "as_of": from_micros(now_micros()).isoformat(),
            "model_runs": in_use.version,
        },
    )


def _code_version(steps: Sequence[Step]) -> str:
    """Return a text that changes with the program and with any statement."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=8)
    for step in steps:
        digest.update(step.table.encode())
        if isinstance(step, SqlStep):
            digest.update(step.statement.text.encode())
    return digest.hexdigest()
