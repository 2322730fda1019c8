"""PostHog's clients, as it ships them, tell the collector everything once."""

from __future__ import annotations

import json

import pytest

from contract.programs import MOMENT, SAID, run_client
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", ["posthog_client.py", "posthog_client.cjs"])
def test_a_server_s_client_tells_everything_once(
    tenant: Tenant, relayed: Relay, script: str
) -> None:
    run_client(script, relayed.url, tenant.key, SAID)
    (lead,) = tenant.events("Lead")
    assert (lead["occurred_at"], lead["external_id"]) == (MOMENT, "u1")
    assert (lead["amount_minor"], lead["currency"]) == (1000, "EUR")
    (page,) = tenant.events("page_view")
    assert page["url"] == "https://example.com/docs?utm_source=google"
    assert (page["referrer"], page["title"]) == ("https://bing.com/", "Home")
    assert (page["visitor_id"], page["external_id"]) == ("a1", "u1")
    (purchase,) = tenant.events("purchase")
    (order,) = tenant.facts(FactKind.ORDER)
    assert purchase["amount_minor"] == order["amount_minor"] == 9995
    assert (order["order_id"], order["product"]) == ("o-1", "Chair")
    (traits,) = tenant.events("identify")
    assert json.loads(traits["properties"])["traits"] == {"plan": "pro"}
    links = {link["evidence"]: link for link in tenant.facts(FactKind.IDENTITY_LINK)}
    assert tenant.opened(links["identify"])["email"] == "ann@example.com"
    assert (links["alias"]["visitor_id"], links["alias"]["external_id"]) == ("a1", "u1")
    (company,) = tenant.events("group")
    assert company["account_id"] == "acme"
    before = tenant.counts()
    assert set(relayed.send_again()) == {200}
    assert tenant.counts() == before
