"""The collector's own pages: whether it is well, and what it counted."""

from __future__ import annotations

import hmac
import json
from typing import Final

from headwater.capture.collector.clients import Client
from headwater.capture.collector.headers import Headers
from headwater.capture.collector.metrics import CONTENT_TYPE, exposition
from headwater.capture.collector.worker import Worker
from headwater.capture.wire import Answer

HEALTH: Final = "/health"
METRICS: Final = "/metrics"


def answer(path: str, client: Client, headers: Headers, worker: Worker) -> Answer:
    """Return the page, 404 where there is none, 403 for metrics that are not for everybody."""
    if path == HEALTH:
        return _health(worker)
    if path == METRICS:
        if not (client.is_local or _has_token(headers, worker.options.token)):
            return Answer(403)
        body = exposition(worker.everyone()).encode()
        return Answer(200, body, {"content-type": CONTENT_TYPE, "cache-control": "no-store"})
    return Answer(404)


def _health(worker: Worker) -> Answer:
    problems = worker.problems()
    told = {
        "status": "failing" if problems else "ok",
        "problems": problems,
        "sites": len(worker.reader.sites()),
    }
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return Answer(503 if problems else 200, json.dumps(told).encode(), headers)


def _has_token(headers: Headers, token: str) -> bool:
    scheme, _, given = (headers.get("authorization") or "").partition(" ")
    is_right = hmac.compare_digest(given.encode(), token.encode())
    return bool(token) and scheme.lower() == "bearer" and is_right
