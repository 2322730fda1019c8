"""Requests as clients could send them, and what a draft may hold."""

from __future__ import annotations

import json

from headwater.capture.wire import Draft, WireRequest
from headwater.domain.words import FactKind
from headwater.facts.schemas import SCHEMAS

RECEIVED_AT = 1_795_306_980_000_000
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
_PLAIN = {"amount", "email", "phone", "person_name", "message", "user_agent", "ip"}
_TYPES = {"string": str, "int64": int, "double": float, "bool": bool}


def request(path: str, body: object = b"", method: str = "POST", **headers: str) -> WireRequest:
    """Return a request; a body that is no bytes is sent as JSON."""
    where, _, query = path.partition("?")
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-").lower(): text for name, text in headers.items()}
    named.setdefault("user-agent", BROWSER)
    return WireRequest(method, where, query, named, sent, "203.0.113.9", RECEIVED_AT)


def assert_storable(draft: Draft) -> None:
    """Hold a draft to its contract: columns of its kind, of their types, whole texts."""
    schema = SCHEMAS[FactKind(draft.kind)]
    for name, value in draft.values.items():
        assert name in schema.names or name in _PLAIN, name
        if value is None:
            continue
        if name == "properties":
            json.dumps(value, allow_nan=False).encode()
            continue
        kind = str(schema.field(name).type) if name in schema.names else "string"
        assert type(value) is _TYPES[kind], (name, value)
        if isinstance(value, str):
            assert value, name
            value.encode()
    assert draft.event_id is None or draft.event_id
