"""The requests recorded from official clients that lie beside a protocol's tests."""

from __future__ import annotations

import json
from pathlib import Path

from capture.protocols.replayed import RECEIVED_AT
from headwater.capture.wire import WireRequest


def recordings(test_file: Path) -> list[WireRequest]:
    """Return the recorded requests beside a test, in their order; bodies are unpacked."""
    return [
        _request(line)
        for line in (test_file.parent / "recordings.jsonl").read_text("utf-8").splitlines()
    ]


def _request(line: str) -> WireRequest:
    said = json.loads(line)
    path, _, query = said["path"].partition("?")
    headers = {name.lower(): text for name, text in said["h"].items()}
    body = said["body"].encode()
    return WireRequest(said["m"], path, query, headers, body, "203.0.113.9", RECEIVED_AT)
