"""What official clients once sent is stored by the real collector, each event once."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx
import pytest

from capture.protocols.recordings import recordings
from contract.tenants import Tenant
from headwater.capture.wire import WireRequest
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow

PROTOCOLS = Path(__file__).parents[1] / "capture" / "protocols"
_RECORDED_KEYS = {
    "segment": ('"WK"', '"a:***"'),
    "posthog": ('"phc_x"', "/phc_x/"),
    "snowplow": ('"app"', '"a"', "=app&"),
    "ga4": ("=G-X&",),
}


@pytest.mark.parametrize(
    ("name", "events", "links"),
    [("segment", 11, 9), ("posthog", 4, 4), ("snowplow", 10, 0), ("ga4", 1, 0)],
)
def test_recorded_requests_are_stored_once(
    tenant: Tenant, name: str, events: int, links: int
) -> None:
    sent = recordings(PROTOCOLS / name / "any test")
    for repeat in range(2 if name != "ga4" else 1):  # which names no events
        statuses = {_send(tenant, name, request) for request in sent}
        assert statuses == ({204} if name == "ga4" else {200})
        assert len(tenant.facts()) == events, f"sent {repeat + 1} times"
        assert len(tenant.facts(FactKind.IDENTITY_LINK)) == links


def _send(tenant: Tenant, name: str, request: WireRequest) -> int:
    """Send a recording with the tenant's key; from a browser, from a page of the tenant's."""
    headers = dict(request.headers)
    headers.pop("content-encoding", None)  # the body was recorded as it was before
    if "authorization" in headers:
        pair = base64.b64encode(f"{tenant.key}:".encode()).decode()
        headers["authorization"] = f"Basic {pair}"
    if "origin" in headers:
        headers["origin"] = f"http://{tenant.host}"
    path, body = f"{request.path}?{request.query}", request.body.decode()
    for key in _RECORDED_KEYS[name]:
        ours = key[0] + tenant.key + key[-1]
        path, body = path.replace(key, ours), body.replace(key, ours)
    answer = httpx.request(
        request.method,
        tenant.collecting.url + path,
        headers=headers,
        content=body.encode(),
        trust_env=False,
    )
    return answer.status_code
