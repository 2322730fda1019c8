"""The steps that every draft goes through, in their order, whatever protocol it came by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from headwater.capture.collector.admission import (
    drop_foreign_origin,
    drop_own_address,
    drop_too_far,
    drop_too_old,
    drop_unknown_site,
    put_time,
)
from headwater.capture.collector.amounts import put_money
from headwater.capture.collector.completion import (
    put_agent,
    put_clean_texts,
    put_ip,
    put_properties,
    put_visitor,
)
from headwater.capture.collector.mailing import put_mail_click
from headwater.capture.collector.passage import Step
from headwater.capture.collector.persons import put_person
from headwater.capture.collector.sourcing import (
    drop_unknown_link,
    put_form_fields,
    put_promo_code,
)
from headwater.capture.links import LINKS
from headwater.domain.words import FactKind

STEPS: Final[tuple[Step, ...]] = (
    drop_unknown_link,
    drop_unknown_site,
    drop_foreign_origin,
    drop_own_address,
    put_time,
    drop_too_old,
    drop_too_far,
    put_visitor,
    put_mail_click,
    put_ip,
    put_agent,
    put_person,
    put_form_fields,
    put_promo_code,
    put_money,
    put_clean_texts,
    put_properties,
)
"""All. `put_visitor` stands before `put_ip`: the hash of a day is made of the whole address."""

_OF_KINDS: Final[Mapping[Step, frozenset[FactKind]]] = {
    put_agent: frozenset({FactKind.EVENT}),
    put_form_fields: frozenset({FactKind.LEAD}),
    put_promo_code: frozenset({FactKind.LEAD}),
}
_OF_PROTOCOLS: Final[Mapping[Step, frozenset[str]]] = {
    drop_unknown_link: frozenset({LINKS.name}),
}
_OF_FIELDS: Final[Mapping[Step, frozenset[str]]] = {
    put_mail_click: frozenset({"url", "referrer", "landing_page"}),
    put_person: frozenset({"email", "phone", "person_name", "message"}),
    put_form_fields: frozenset({"properties"}),
    put_promo_code: frozenset({"properties"}),
    put_money: frozenset({"amount", "currency"}),
    put_properties: frozenset({"properties"}),
}
"""Fields that no step puts in, and without all of which the step has nothing to do."""


@lru_cache(maxsize=4096)
def steps_for(protocol: str, kind: FactKind, fields: tuple[str, ...]) -> tuple[Step, ...]:
    """Return the steps that have something to do for a draft with these fields."""
    return tuple(
        step
        for step in STEPS
        if kind in _OF_KINDS.get(step, FactKind)
        and protocol in _OF_PROTOCOLS.get(step, (protocol,))
        and (step not in _OF_FIELDS or not _OF_FIELDS[step].isdisjoint(fields))
    )
