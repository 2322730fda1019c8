"""What stands around an answer: CORS, the visitor's cookie, help for whoever integrates."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from headwater.capture.collector.headers import Headers
from headwater.capture.collector.hosts import (
    LONGEST_HOST,
    bare_host,
    cookie_domain,
    origin_host,
)
from headwater.capture.protocols.own.reading import COOKIE
from headwater.capture.snapshot import Sites
from headwater.capture.wire import Answer, Outcome, WireRequest

HeaderList = list[tuple[bytes, bytes]]

RETRY_SECONDS: Final = 10
COOKIE_SECONDS: Final = 400 * 86_400

_TOKENS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,1000}")
_CREDENTIALS: Final = (b"access-control-allow-credentials", b"true")
_VARY: Final = (b"vary", b"origin")
_RETRY: Final = (
    (b"retry-after", str(RETRY_SECONDS).encode()),
    (b"access-control-expose-headers", b"retry-after"),
)
DEBUG_HEADER: Final = "x-headwater-debug"


def cors(headers: Headers, sites: Sites) -> HeaderList:
    """Let the pages of known sites read the answer and keep its cookie; nobody else's."""
    origin = headers.last.get(b"origin")
    if origin is None:
        return []
    return [*(_kept_cors if len(origin) <= LONGEST_HOST else _cors)(origin, sites)]


def _cors(origin: bytes, sites: Sites) -> tuple[tuple[bytes, bytes], ...]:
    if sites.of_host(origin_host(origin.decode("latin-1"))) is None:
        return (_VARY,)
    return (b"access-control-allow-origin", origin), _CREDENTIALS, _VARY


_kept_cors: Final = lru_cache(maxsize=1024)(_cors)


def preflight(headers: Headers, sites: Sites) -> HeaderList:
    """Answer what a browser asks before a request that no form could send."""
    allowed = cors(headers, sites)
    if len(allowed) < 2:
        return allowed
    wanted = headers.get("access-control-request-headers", "") or ""
    if _TOKENS.fullmatch(wanted):
        allowed.append((b"access-control-allow-headers", wanted.encode("latin-1")))
    return [
        *allowed,
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-max-age", b"86400"),
    ]


def cookie(visitor: str, host: str, sites: Sites, *, is_https: bool) -> tuple[bytes, bytes]:
    """Return the header that keeps the visitor's id, for all hosts of the site's domain."""
    attributes = cookie_attributes(host, sites, is_https)
    return b"set-cookie", f"{COOKIE}={visitor}{attributes}".encode()


@lru_cache(maxsize=64)
def cookie_attributes(host: str, sites: Sites, is_https: bool) -> str:
    """Return what stands behind the visitor's id."""
    parts = ["", f"Max-Age={COOKIE_SECONDS}", "Path=/", "SameSite=Lax"]
    name = bare_host(host)
    domain = cookie_domain(name)
    if domain is not None and _is_of_a_site(name, domain, sites):
        parts.append(f"Domain={domain}")
    if is_https:
        parts.append("Secure")
    return "; ".join(parts)


def _is_of_a_site(host: str, domain: str, sites: Sites) -> bool:
    if sites.of_host(host) is not None or sites.of_host(domain) is not None:
        return True
    return any(
        cookie_domain(name) == domain
        for site in sites.snapshot.sites
        for name in (site.domain, *site.aliases)
    )


def wants_debug(request: WireRequest) -> bool:
    """Tell whether the sender asks what became of each event."""
    if request.query and "debug=1" in request.query.split("&"):
        return True
    return DEBUG_HEADER in request.headers


def explanation(outcome: Outcome) -> Answer:
    """Return what became of a request in words; only to who asks, for it costs bytes."""
    told = {
        "stored": outcome.stored,
        "durable": outcome.is_durable,
        "refused": [
            {"reason": one.reason, "field": one.field, "detail": one.detail}
            for one in outcome.refusals
        ],
    }
    status = 200 if outcome.is_durable else 503
    return _json(status, told)


def problem(status: int, reason: str, detail: str) -> Answer:
    """Return an answer to a request that no protocol saw."""
    return _json(status, {"reason": reason, "detail": detail})


def too_many(wait: int) -> Answer:
    """Return the answer to one request too many, that may come again in `wait` seconds."""
    told = problem(429, "too_many_requests", f"try again in {wait} seconds")
    return Answer(429, told.body, {**told.headers, "retry-after": str(wait)})


def header_list(answer: Answer, around: Sequence[tuple[bytes, bytes]]) -> HeaderList:
    """Return the headers of an answer as the server sends them."""
    headers = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.headers.items()
    ]
    if answer.status == 503:
        headers += _RETRY
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    return [*headers, *around]


def _json(status: int, told: object) -> Answer:
    body = json.dumps(told, ensure_ascii=False).encode()
    return Answer(status, body, {"content-type": "application/json"})
