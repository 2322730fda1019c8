"""What trackers of web analytics once sent is stored by the real collector."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from capture.protocols.recordings import recordings
from contract.tenants import Tenant
from headwater.capture.wire import WireRequest

pytestmark = pytest.mark.slow

PROTOCOLS = Path(__file__).parents[1] / "capture" / "protocols"
_PAGES = {
    "127.0.0.1": "{}",
    "http%3A%2F%2Fx": "http%3A%2F%2F{}",
    '"hostname":"x"': '"hostname":"{}"',
    '"hostname":"t"': '"hostname":"{}"',
    '"x.test"': '"{}"',
}
"""Where the recordings speak of the pages they are of."""
_WEBSITES = ('"w1"', '"11111111-1111-1111-1111-111111111111"')


@pytest.mark.parametrize(
    ("name", "statuses", "events"),
    [
        ("matomo", {200, 204}, ["page_view", "form", "engagement", "lead", *["page_view"] * 2]),
        ("plausible", {202}, ["page_view", "Lead", "engagement", "page_view", "engagement"]),
        ("umami", {200}, ["page_view", "Lead", *["page_view"] * 2, "Lead"]),
    ],
)
def test_recorded_requests_are_stored(
    tenant: Tenant, name: str, statuses: set[int], events: list[str]
) -> None:
    sent = recordings(PROTOCOLS / name / "any test")
    assert {_send(tenant, request) for request in sent} == statuses
    assert [event["name"] for event in tenant.facts()] == events
    browsers = {
        event["visitor_id"] for event in tenant.facts() if "utm_source" in event.get("url", "")
    }
    assert len(browsers) == 1


def test_hits_of_matomo_s_browser_script_are_stored_once(tenant: Tenant) -> None:
    sent = recordings(PROTOCOLS / "matomo" / "any test")[:3]
    for _ in range(2):
        assert {_send(tenant, request) for request in sent} == {204}
        assert len(tenant.facts()) == 3


def _send(tenant: Tenant, request: WireRequest) -> int:
    """Send a recording as from the tenant's own pages, with the tenant's key as website."""
    headers = {name: text for name, text in request.headers.items() if name != "cookie"}
    headers["user-agent"] = headers.get("user-agent", "").replace("HeadlessChrome", "Chrome")
    if "origin" in headers:
        headers["origin"] = f"http://{tenant.host}"
    path, body = f"{request.path}?{request.query}", request.body.decode()
    for page, form in _PAGES.items():
        ours = form.replace("{}", tenant.host)
        path, body = path.replace(page, ours), body.replace(page, ours)
    for website in _WEBSITES:
        body = body.replace(website, f'"{tenant.key}"')
    return httpx.request(
        request.method,
        tenant.collecting.url + path,
        headers=headers,
        content=body.encode(),
        trust_env=False,
    ).status_code
