"""What every Snowplow event has: who, where, when and with what, by its short parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from headwater.capture.protocols.arrivals import seen_by
from headwater.capture.protocols.payloads import text_of
from headwater.capture.protocols.snowplow.entities import Entity, entities_of
from headwater.capture.protocols.times import MILLISECOND, clock_shift, unix_micros
from headwater.capture.protocols.traits import known_user
from headwater.capture.wire import Draft, WireRequest
from headwater.domain.words import FactKind

_KEY_START: Final = "hw_"
_KEPT: Final = {
    "aid": "app_id",
    "tna": "tracker",
    "tv": "tracker_version",
    "p": "platform",
    "sid": "session",
    "vid": "session_number",
    "res": "screen",
    "tz": "timezone",
}
"""What has no column and is kept as a property; the protocol's page says what is not."""

_TOLD: Final = {"url": "url", "page": "title", "refr": "referrer", "lang": "language"}


@dataclass(frozen=True, slots=True)
class Parameters:
    """One event as it came: `fields` are the protocol's short names."""

    fields: Mapping[str, object]
    request: WireRequest

    def text(self, name: str) -> str | None:
        """Return a parameter's text; None where it is absent or empty."""
        return text_of(self.fields.get(name))

    def entities(self) -> list[Entity]:
        """Return the entities that came with the event (its custom contexts)."""
        return entities_of(self.fields.get("co"), self.fields.get("cx"))

    def values(self, name: str, properties: Mapping[str, object]) -> dict[str, object]:
        """Return the columns of an event called `name` with these properties of its own."""
        entities = self.entities()
        session = _first(entities, "client_session")
        told: dict[str, object] = {
            "occurred_at": self._occurred_at(),
            "visitor_id": self.text("duid") or text_of(session.get("userId")),
            **known_user(self.text("uid")),
            **{column: self.text(field) for field, column in _TOLD.items()},
            "user_agent": self.text("ua"),
            "ip": self.text("ip"),
        }
        kept = {plain: self.text(field) for field, plain in _KEPT.items()}
        contexts = {entity.name: entity.data for entity in entities if entity.is_kept}
        told["properties"] = (
            _known({**kept, **properties, "contexts": contexts or None}) or None
        )
        return {"name": name, **seen_by(self.request), **_known(told)}

    def draft(self, name: str, properties: Mapping[str, object]) -> Draft:
        """Return the event; what is told of it besides may be put into its values."""
        values = self.values(name, properties)
        return self.stamped(Draft(FactKind.EVENT, values, self.text("eid")))

    def stamped(self, draft: Draft) -> Draft:
        """Return the draft with its site, its clock and how its visitor may be told."""
        app = self.text("aid") or ""
        draft.write_key = app if app.startswith(_KEY_START) else None
        draft.shift = self._shift()
        is_anonymous = "sp-anonymous" in self.request.headers
        draft.is_cookieless = is_anonymous and draft.values.get("visitor_id") is None
        return draft

    def _occurred_at(self) -> int | None:
        told = unix_micros(self.fields.get("ttm"), MILLISECOND)
        return unix_micros(self.fields.get("dtm"), MILLISECOND) if told is None else told

    def _shift(self) -> int:
        """None for a time that the tracker calls true: it was not read off its clock."""
        if unix_micros(self.fields.get("ttm"), MILLISECOND) is not None:
            return 0
        sent_at = unix_micros(self.fields.get("stm"), MILLISECOND)
        return clock_shift(sent_at, self.request.received_at)


def _known(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _first(entities: list[Entity], name: str) -> Mapping[str, object]:
    return next((entity.data for entity in entities if entity.name == name), {})
