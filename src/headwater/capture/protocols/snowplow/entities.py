"""Self-describing JSON: `{"schema": "iglu:vendor/name/jsonschema/1-0-0", "data": {...}}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from headwater.capture.protocols.payloads import (
    base64_bytes,
    json_value,
    list_of,
    object_of,
    text_of,
)
from headwater.capture.wire import Refusal

_NOT_KEPT: Final = frozenset(
    {
        *("client_session", "mobile_context", "geolocation_context", "http_cookie"),
        *(
            "http_client_hints",
            "performance_timing",
            "PerformanceTiming",
            "PerformanceNavigation",
        ),
    }
)
"""Taken into columns, or a device's number, a place, cookies: nothing that a journey needs."""


@dataclass(frozen=True, slots=True)
class Entity:
    """What a schema calls itself, and its data."""

    name: str
    data: dict[str, object]

    @property
    def is_kept(self) -> bool:
        """Say whether it is stored with the event that it came with."""
        return self.name not in _NOT_KEPT


def entity_of(value: object) -> Entity | None:
    """Return the entity of a self-describing JSON value; None where no schema is named."""
    described = object_of(value)
    schema = text_of(described.get("schema"))
    if schema is None:
        return None
    parts = schema.removeprefix("iglu:").split("/")
    return Entity(parts[1] if len(parts) > 1 else parts[0], object_of(described.get("data")))


def entities_of(plain: object, encoded: object) -> list[Entity]:
    """Return the entities of a `contexts` value, told as JSON text or as base64 of it."""
    wrapper = object_of(described(plain, encoded))
    found = [entity_of(value) for value in list_of(wrapper.get("data"))]
    return [entity for entity in found if entity is not None]


def described(plain: object, encoded: object) -> object:
    """Return the JSON value of a parameter that comes as text or as base64, else None."""
    if isinstance(plain, dict):  # some trackers leave it as it is
        return plain
    text = plain.encode("utf-8", "replace") if isinstance(plain, str) else base64_bytes(encoded)
    value = json_value(text or b"")
    return None if isinstance(value, Refusal) else value
