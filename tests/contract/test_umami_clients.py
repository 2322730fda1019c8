"""Umami's own clients tell the collector everything once."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser

from contract.browsing import REFERRER, TAGS, Shop, visit
from contract.programs import run_client
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", ["umami_client.cjs", "umami_client.py"])
def test_a_server_s_client_tells_everything_once(
    tenant: Tenant, relayed: Relay, script: str
) -> None:
    printed = run_client(script, relayed.url, tenant.key)
    assert "cache" in printed
    assert relayed.statuses("/api/send") == {200}
    names = ("page_view", "Lead", "purchase")
    (page,), (lead,), (purchase,) = (tenant.events(name) for name in names)
    (order,) = tenant.facts(FactKind.ORDER)
    for event in (page, lead, purchase):
        assert event["url"] == f"https://{tenant.site.domain}/docs?utm_source=google"
        assert event["referrer"] == "https://bing.com/"
        assert event["language"] == "de-DE"
        assert event["external_id"] == "u1"
        assert event["visitor_id"] == page["visitor_id"] == order["visitor_id"]
    assert page["title"] == "Home"
    assert (lead["amount_minor"], lead["currency"]) == (1000, "EUR")
    assert (order["order_id"], order["amount_minor"]) == ("o-1", 9995)
    if script.endswith(".cjs"):
        (link,) = tenant.facts(FactKind.IDENTITY_LINK)
        assert tenant.opened(link)["email"] == "ann@example.com"


@pytest.mark.browser
def test_the_browser_script_tells_everything_once(
    browser: Browser, tenant: Tenant, relayed: Relay, pages: Shop
) -> None:
    address = f"{pages.origin}/umami.html?{TAGS}"
    thrown = visit(browser, address, lambda: len(tenant.events("page_view")) == 2)
    assert thrown == []
    first, second = tenant.events("page_view")
    (lead,), (purchase,) = tenant.events("Lead"), tenant.events("purchase")
    (order,) = tenant.facts(FactKind.ORDER)
    path = f"https://{tenant.host}/umami.html?{TAGS}"
    for event in (first, lead, purchase):
        assert event["url"] == path  # the script tells host and path apart, without a port
        assert (event["title"], event["referrer"]) == ("Home", REFERRER)
        assert event["language"] == "de-DE"
        assert event["visitor_id"] == first["visitor_id"]
    assert second["url"] == f"https://{tenant.host}/next"
    assert second["referrer"] == path
    assert (lead["amount_minor"], lead["currency"]) == (1000, "EUR")
    assert (order["amount_minor"], order["visitor_id"]) == (9995, first["visitor_id"])
    (link,) = tenant.facts(FactKind.IDENTITY_LINK)
    assert tenant.opened(link)["email"] == "ann@example.com"
    assert json.loads(lead["properties"])["screen"] == "1280x720"
    assert relayed.statuses("/api/send") == {200}
