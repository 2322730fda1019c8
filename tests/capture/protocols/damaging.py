"""Recorded requests with something of them broken: a value of another kind, bytes, an end."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from capture.protocols.recordings import recordings
from headwater.capture.wire import WireRequest

_JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**30, 1.5, 1e308, "", " ", "x" * 9000, [], {}, [[]], [{}]),
    *("\ud800", "\x00", "1e999", "NaN", "-0", "9999-12-31T23:59:59Z", "a@b.de", "%", "$"),
    *({"a": {"b": []}}, [1, None, "x"], "2026-11-22", "17953054", "iglu:a/b", "{", "e30="),
)


def damaged(name: str, times: int, seed: int) -> Iterator[WireRequest]:
    """Yield damaged copies of the recordings of a protocol; the same ones for a seed."""
    chance = random.Random(seed)
    known = recordings(Path(__file__).parent / name / "any test")
    for _ in range(times):
        yield _damage(chance.choice(known), chance)


def _damage(whole: WireRequest, chance: random.Random) -> WireRequest:
    if not whole.body:
        return whole._replace(query=_text(whole.query, chance))
    try:
        value = json.loads(whole.body)
    except ValueError:
        return whole._replace(body=_bytes(whole.body, chance))
    if chance.random() < 0.2:
        return whole._replace(body=_bytes(whole.body, chance))
    for _ in range(chance.randint(1, 4)):
        value = _value(value, chance)
    return whole._replace(body=json.dumps(value).encode())


def _value(value: Any, chance: random.Random) -> Any:
    """Put junk at one place in depth, lose a member, or call it something else."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.05:
        return chance.choice(_JUNK)
    if isinstance(value, list):
        place = chance.randrange(len(value))
        return [*value[:place], _value(value[place], chance), *value[place + 1 :]]
    name = chance.choice(list(value))
    fate = chance.random()
    if fate < 0.1:
        return {key: inner for key, inner in value.items() if key != name}
    if fate < 0.2:
        other = chance.choice(list(value))
        return {**value, other: value[name]}
    return {**value, name: _value(value[name], chance)}


def _bytes(body: bytes, chance: random.Random) -> bytes:
    broken = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    return bytes(broken[: chance.randint(1, len(broken))] if chance.random() < 0.3 else broken)


def _text(text: str, chance: random.Random) -> str:
    return _bytes(text.encode() or b"x", chance).decode("latin-1")
