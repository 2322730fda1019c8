"""Plausible's own browser client tells the collector everything once."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser

from contract.browsing import REFERRER, TAGS, Shop, visit
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_browser_client_tells_everything_once(
    browser: Browser, tenant: Tenant, relayed: Relay, pages: Shop
) -> None:
    address = f"{pages.origin}/plausible.html?{TAGS}"
    thrown = visit(browser, address, lambda: len(tenant.events("page_view")) == 2)
    assert thrown == []
    first, second = tenant.events("page_view")
    (lead,), (purchase,) = tenant.events("Lead"), tenant.events("purchase")
    (click,) = tenant.events("outbound_click")
    (order,) = tenant.facts(FactKind.ORDER)
    for event in (first, lead, purchase, click):
        assert event["url"] == address
        assert event["referrer"] == REFERRER
        assert event["visitor_id"] == first["visitor_id"]
        assert event["site"] == tenant.site.domain
    assert second["url"] == f"{pages.origin}/next"
    assert (lead["amount_minor"], lead["currency"]) == (1000, "EUR")
    assert json.loads(lead["properties"]) == {"plan": "pro"}
    assert json.loads(click["properties"])["link_url"].startswith("http://127.0.2.1")
    assert (order["order_id"], order["amount_minor"]) == ("o-1", 9995)
    assert order["visitor_id"] == first["visitor_id"]
    assert relayed.statuses("/api/event") == {202}
