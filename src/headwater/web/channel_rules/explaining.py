"""Which rule decides where somebody came from, for an address and a referrer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from headwater.journeys.channels import Explanation, RuleSet, explain, parse_url_arrival
from headwater.journeys.channels.signals import Field
from headwater.web.channel_rules.editing import SHIPPED
from headwater.web.channel_rules.wording import FIELDS, held

LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Explained:
    """How an arrival is classified. `place` counts the rules tried, the deciding one last.

    `before` is the channel that the saved rules give, empty where it is the same.
    """

    channel: str
    rule: str
    place: int
    is_own: bool
    because: tuple[str, ...]
    read: tuple[tuple[str, str], ...]
    before: str


def explained(url: str, referrer: str, rules: RuleSet, saved: RuleSet) -> Explained | None:
    """Return what these rules say of an arrival; None where none is given."""
    if not url.strip() and not referrer.strip():
        return None
    arrival = parse_url_arrival(url.strip()[:LONGEST], referrer.strip()[:LONGEST] or None)
    told = explain(arrival, rules)
    before = explain(arrival, saved).origin.channel
    return Explained(
        channel=told.origin.channel,
        rule=told.origin.rule,
        place=len(told.tried),
        is_own=told.origin.rule not in SHIPPED,
        because=because(told, rules),
        read=tuple(
            (str(FIELDS[Field(one.field)]), one.value)
            for one in told.readings
            if one.field in set(Field)
        ),
        before=before if before != told.origin.channel else "",
    )


def because(told: Explanation, rules: RuleSet) -> tuple[str, ...]:
    """Return what the deciding rule found in an arrival, in the reader's language."""
    rule = next((one for one in rules.file.rules if one.name == told.origin.rule), None)
    return held(rule.when if rule else None, told.signals, rules.file.terms)
