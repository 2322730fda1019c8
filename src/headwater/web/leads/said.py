"""What a person said of themselves in forms, beside their name and address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from headwater.domain.words import FactKind
from headwater.web.leads import raw
from headwater.web.sqlfiles import ask

_LATEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class Said:
    """Each different thing that was said, in the order in which it was."""

    companies: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    promo_codes: tuple[str, ...] = ()


def said_by(person_id: str) -> Said:
    """Return what a person said of themselves whenever they made themselves known."""
    named = ask("person_captures", {"person_id": person_id}).to_pylist()
    if not named:
        return Said()
    wanted = [row["fact_id"] for row in named]
    between = (named[0]["lead_at"], _LATEST)
    table = raw.filtered(FactKind.LEAD, [("fact_id", "in", wanted)], between)
    rows = sorted(table.to_pylist(), key=lambda row: (row["occurred_at"], row["fact_id"]))
    told = [_properties(row["properties"]) for row in rows]
    return Said(
        companies=_each(one.get("company") for one in told),
        heard=_each(one.get("self_reported") for one in told),
        promo_codes=_each(one.get("promo_code") for one in told),
    )


def _properties(text: str | None) -> dict[str, object]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _each(texts: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if isinstance(text, str) and text))
