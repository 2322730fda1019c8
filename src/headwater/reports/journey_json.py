"""A journey as JSON for machines: times in ISO 8601, amounts in major units."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from headwater.domain.money import Money
from headwater.domain.times import from_micros
from headwater.reports.journey import Journey


def journey_to_json(journey: Journey) -> bytes:
    """Return `{person_id, lead_at, header, models, touches, conversions, credits}` as UTF-8.

    Field names are those of `Journey`, without its units: `value` instead of `value_minor`,
    in the header's currency, and every `..._at` as an ISO 8601 text in UTC.
    """
    told = _readable(asdict(journey), journey.header.currency)
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n"


def _readable(value: Any, currency: str) -> Any:
    if isinstance(value, dict):
        return dict(_field(name, inner, currency) for name, inner in value.items())
    if isinstance(value, (list, tuple)):
        return [_readable(inner, currency) for inner in value]
    return value


def _field(name: str, value: Any, currency: str) -> tuple[str, Any]:
    if name == "from_":
        return "from", value
    if name == "as_of" or name.endswith("_at"):
        return name, None if value is None else from_micros(value).isoformat()
    if name == "value_minor":
        major = None if value is None else float(Money.from_minor(value, currency).amount)
        return "value", major
    return name, _readable(value, currency)
