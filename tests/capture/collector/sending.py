"""Requests of the tracker's kind, made by hand."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any, Final

import httpx

from capture.collecting import KEY, Collecting
from headwater.capture.snapshot import Site
from headwater.facts import fact_id

PAGE: Final = "https://www.example.com/shoes?utm_source=radio"
ORIGIN: Final = "https://www.example.com"
SHOP: Final = (
    Site(
        domain="example.com",
        aliases=("shop.example.net",),
        write_keys=(KEY,),
        region="DE",
        form_fields=("email", "phone", "name"),
        excluded_addresses=("198.51.100.0/24",),
    ),
    Site(domain="quiet.org", write_keys=("hw_quiet",), consent="cookieless"),
    Site(domain="private.org", write_keys=("hw_private",), honour_gpc=True, currency="JPY"),
)
_COUNT = itertools.count(1)


def now() -> int:
    """Return milliseconds since 1970."""
    return int(time.time() * 1000)


def event(name: str = "page_view", **fields: Any) -> dict[str, Any]:
    """Return an event with an id that no other test has."""
    return {"id": f"{next(_COUNT):032x}", "name": name, "at": now(), "url": PAGE, **fields}


def body(*events: Any, **head: Any) -> dict[str, Any]:
    """Return a batch for the shop."""
    return {"key": KEY, "events": list(events), **head}


def send(running: Collecting, told: Any, **headers: str) -> httpx.Response:
    """Post a body as the tracker does; header names are written with underscores."""
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    return httpx.post(
        f"{running.url}/e",
        content=content,
        headers={
            "content-type": "text/plain;charset=UTF-8",
            "origin": ORIGIN,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        timeout=30,
        trust_env=False,
    )


def explained(running: Collecting, told: Any, **headers: str) -> dict[str, Any]:
    """Post a body and ask what became of it."""
    answer = send(running, told, x_headwater_debug="1", **headers)
    found: dict[str, Any] = answer.json()
    return found


def stored(running: Collecting, sent: dict[str, Any], site: str = "example.com") -> Any:
    """Return the event fact of what was sent."""
    ident = fact_id("event", site, sent["id"])
    (found,) = [row for row in running.facts() if row["fact_id"] == ident]
    return found
