"""One person's journey: every touch, every conversion, and what each touch earned of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from headwater.domain.errors import InputError
from headwater.reports.report import Header, header
from headwater.reports.request import ReportRequest
from headwater.reports.source import Source, ask
from headwater.reports.state import (
    credits_of,
    models_at_hand,
    parted,
    rebuild_state,
    stored_models,
)

_MILESTONES = (
    "conversion_id",
    "person_id",
    "kind",
    "anchored_at",
    "value_minor",
    "lead_at",
    "opportunity_at",
    "closed_at",
)
_PATH = ("person_id", "touched_at", "touch_id", "channel", "is_direct")


@dataclass(frozen=True, slots=True)
class JourneyTouch:
    """One touch. Times are microseconds UTC; texts never recorded are None."""

    touch_id: str
    touched_at: int
    kind: str
    channel: str | None
    channel_rule: str | None
    source: str | None
    medium: str | None
    campaign: str | None
    content: str | None
    keyword: str | None
    landing_page: str | None
    is_direct: bool
    visitor_id: str | None
    session_id: str | None
    fact_id: str | None


@dataclass(frozen=True, slots=True)
class JourneyConversion:
    """One moment that earned credit; `excluded` says why it could not be credited."""

    conversion_id: str
    kind: str
    anchored_at: int
    converted_at: int
    counts: int
    value_minor: int
    excluded: str | None
    deal_id: str | None
    order_id: str | None


@dataclass(frozen=True, slots=True)
class JourneyCredit:
    """What a touch earned of a conversion under a model; `touch_id` None is `(no touch)`."""

    model: str
    conversion_id: str
    touch_id: str | None
    weight: float
    value_minor: int


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything known of how one person came, in the order of time."""

    person_id: str
    lead_at: int | None
    header: Header
    models: tuple[str, ...]
    touches: tuple[JourneyTouch, ...]
    conversions: tuple[JourneyConversion, ...]
    credits: tuple[JourneyCredit, ...]

    def credits_of(self, touch_id: str | None) -> tuple[JourneyCredit, ...]:
        """Return what one touch earned, by model and conversion; None asks for `(no touch)`."""
        return tuple(one for one in self.credits if one.touch_id == touch_id)


def person_of(source: Source, asked: str, typed: str = "") -> str:
    """Return the person an id names, InputError where it names nobody (as the user `typed` it).

    The id may be the person's own, another system's (`system:id`), a key of `person_keys`
    such as `email:<hash>`, a visitor's, a deal's or an order's; the first of these that fits
    decides.
    """
    found = ask(source, "person_of", {"asked": asked}).to_pylist()
    if not found:
        raise InputError(
            f"Nobody is known by '{typed or asked}'. Give an external id, or the id of a "
            "person, a visitor, a deal or an order; check that `headwater rebuild` ran since."
        )
    best = min(found, key=lambda row: (row["found_by"], row["person_id"]))
    return str(best["person_id"])


def journey(source: Source, asked: str, request: ReportRequest, typed: str = "") -> Journey:
    """Return one person's journey with credit by `request.models` (all at hand if empty).

    The request's dates play no part: a journey is always whole.
    """
    person_id = person_of(source, asked, typed)
    touches = ask(source, "journey_touches", {"person_id": person_id})
    conversions = ask(source, "journey_conversions", {"person_id": person_id})
    models = request.models or models_at_hand(source, request.lookback)
    lead = [row for row in conversions.to_pylist() if row["kind"] == "lead"]
    return Journey(
        person_id=person_id,
        lead_at=min((row["converted_at"] for row in lead), default=None),
        header=header(request, rebuild_state(source)),
        models=models,
        touches=tuple(
            JourneyTouch(**_without(row, "person_id")) for row in touches.to_pylist()
        ),
        conversions=tuple(_conversion(row) for row in conversions.to_pylist()),
        credits=_credits(source, models, request, touches, conversions),
    )


def _credits(
    source: Source,
    models: tuple[str, ...],
    request: ReportRequest,
    touches: pa.Table,
    conversions: pa.Table,
) -> tuple[JourneyCredit, ...]:
    if set(models) <= set(stored_models(source, rebuild_state(source), request.lookback)):
        person = conversions.column("person_id")[0].as_py() if conversions.num_rows else ""
        stored = ask(source, "journey_credits", {"person_id": person}).to_pylist()
    else:
        credited = conversions.filter(conversions.column("excluded").is_null())
        paths = touches.select(_PATH), credited.select(_MILESTONES)
        stored = credits_of(source, paths, parted(source, models), request.lookback).to_pylist()
    return tuple(JourneyCredit(**row) for row in stored if row["model"] in models)


def _conversion(row: dict[str, Any]) -> JourneyConversion:
    return JourneyConversion(
        **_without(row, "person_id", "lead_at", "opportunity_at", "closed_at", "paid_at")
    )


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
