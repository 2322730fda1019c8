"""Matomo's own clients tell the collector everything once."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser

from contract.browsing import REFERRER, TAGS, Shop, visit
from contract.programs import NODE_MODULES, run_client
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow

NOVEMBER = 1_793_534_400_000_000  # 2026-11-01 12:00 UTC, the moment that the script names
SCRIPT = NODE_MODULES / "matomo" / "matomo.js"


def test_the_node_client_tells_everything_once(tenant: Tenant, relayed: Relay) -> None:
    printed = run_client("matomo_client.cjs", relayed.url, tenant.key)
    assert json.loads(printed) == {"status": "success", "tracked": 2, "invalid": 0}
    assert relayed.statuses("/matomo.php") == {200}
    home = f"https://{tenant.site.domain}"
    (page,) = tenant.events("page_view")
    assert (page["url"], page["title"]) == (f"{home}/docs?utm_source=google", "Home")
    assert (page["referrer"], page["language"]) == ("https://bing.com/", "de-DE")
    assert page["user_agent"] == "Mozilla/5.0 (X11; Linux x86_64)"
    assert "ip" not in page  # the server's, and no visitor's
    (lead,) = tenant.events("Lead")
    assert lead["occurred_at"] == NOVEMBER
    assert json.loads(lead["properties"])["value"] == "10"
    (purchase,) = tenant.events("purchase")
    (order,) = tenant.facts(FactKind.ORDER)
    assert order["amount_minor"] == purchase["amount_minor"] == 9995
    assert (order["order_id"], order["currency"]) == ("o-1", "EUR")
    for fact in (page, lead, purchase, order):
        assert (fact["visitor_id"], fact["external_id"]) == ("6cf853ac0f29da99", "u1")
    relayed.send_again()
    assert len(tenant.facts(FactKind.ORDER)) == len(tenant.events("purchase")) == 1


# No package carries matomo.js, so continuous integration has none: what it sends is replayed
# from recordings there. Put that of a Matomo at SCRIPT to run it here.
if SCRIPT.exists():

    @pytest.mark.browser
    def test_the_browser_script_tells_everything_once(
        browser: Browser, tenant: Tenant, relayed: Relay, pages: Shop
    ) -> None:
        address = f"{pages.origin}/matomo.html?{TAGS}"
        thrown = visit(browser, address, lambda: bool(tenant.events("engagement")))
        assert thrown == []
        names = ("page_view", "Lead", "purchase", "outbound_click", "search", "engagement")
        told = {name: tenant.events(name) for name in names}
        assert {name: len(facts) for name, facts in told.items()} == dict.fromkeys(names, 1)
        (page,), (lead,), (purchase,) = (told[name] for name in names[:3])
        assert (page["title"], page["referrer"]) == ("Home", REFERRER)
        for event in (page, lead, purchase):
            assert event["url"] == address
            assert (event["external_id"], event["language"]) == ("u1", "de-DE")
            assert abs(event["occurred_at"] - event["received_at"]) < 60_000_000
        assert len({event["visitor_id"] for event in (page, lead, purchase)}) == 1
        assert len(page["visitor_id"]) == 16
        (order,) = tenant.facts(FactKind.ORDER)
        assert (order["order_id"], order["amount_minor"]) == ("o-1", 9995)
        assert relayed.statuses("/matomo.php") <= {200, 204}
        before = tenant.counts()
        relayed.send_again()
        assert tenant.counts() == before
