"""Browser clients of Segment, Jitsu, PostHog, Snowplow tell the collector everything once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from contract.browsing import REFERRER, TAGS, Shop, visit
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_CAPTURING = ("/v1/", "/api/s/", "/e/", "/i/v0/e/", "/com.snowplowanalytics.snowplow/tp2")


def assert_told(tenant: Tenant, address: str) -> dict[str, dict[str, Any]]:
    told = {name: tenant.events(name) for name in ("page_view", "Lead", "purchase")}
    assert {name: len(facts) for name, facts in told.items()} == dict.fromkeys(told, 1)
    page, lead, purchase = (told[name][0] for name in told)
    for event in (page, lead, purchase):
        assert event["url"] == address  # the campaign's tags with it
        assert event["language"] == "de-DE"
        assert "Chrome" in event["user_agent"]
        assert event["ip"].endswith(".0")
        assert abs(event["occurred_at"] - event["received_at"]) < 60_000_000
    assert page["title"] == "Home"
    assert page["referrer"] == REFERRER
    assert len({event["visitor_id"] for event in (page, lead, purchase)}) == 1
    (order,) = tenant.facts(FactKind.ORDER)
    assert order["order_id"] == "o-1"
    assert order["amount_minor"] == purchase["amount_minor"] == 9995
    assert purchase["external_id"] == "u1"
    return {"page": page, "lead": lead}


@pytest.mark.parametrize("client", ["segment", "jitsu", "posthog", "snowplow"])
def test_a_page_tells_everything_once(
    browser: Browser, tenant: Tenant, relayed: Relay, pages: Shop, client: str
) -> None:
    address = f"{pages.origin}/{client}.html?{TAGS}"
    thrown = visit(browser, address, lambda: len(tenant.facts()) >= 3 and bool(_linked(tenant)))
    assert thrown == []
    told = assert_told(tenant, address)
    if client != "snowplow":  # whose values have no currency, and who tells no addresses
        assert (told["lead"]["amount_minor"], told["lead"]["currency"]) == (1000, "EUR")
        (link,) = tenant.facts(FactKind.IDENTITY_LINK)
        assert link["visitor_id"] == told["page"]["visitor_id"]
        assert link["external_id"] == "u1"
        assert tenant.opened(link)["email"] == "ann@example.com"
    captured = {one.status for one in relayed.sent if one.path.startswith(_CAPTURING)}
    assert captured == {200}
    before = tenant.counts()
    relayed.send_again()
    assert tenant.counts() == before


def _linked(tenant: Tenant) -> list[dict[str, Any]]:
    return tenant.facts(FactKind.IDENTITY_LINK) or tenant.facts(FactKind.ORDER)
