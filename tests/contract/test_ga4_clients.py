"""The Measurement Protocol's client tells the collector everything once."""

from __future__ import annotations

import json

import pytest

from contract.programs import MOMENT, SAID, run_client
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow


def test_ga4mp_tells_everything_once(tenant: Tenant, relayed: Relay) -> None:
    run_client("ga4mp_client.py", relayed.url, tenant.key, SAID)
    (lead,) = tenant.events("generate_lead")  # the validated one is not stored
    assert lead["occurred_at"] == MOMENT
    assert (lead["amount_minor"], lead["currency"]) == (1000, "EUR")
    assert (lead["visitor_id"], lead["external_id"]) == ("123.456", "u1")
    assert json.loads(lead["properties"])["user_properties"] == {"plan": "pro"}
    (page,) = tenant.events("page_view")
    assert page["url"] == "https://example.com/docs?utm_source=google"
    assert (page["referrer"], page["title"]) == ("https://bing.com/", "Home")
    (purchase,) = tenant.events("purchase")
    (order,) = tenant.facts(FactKind.ORDER)
    assert purchase["amount_minor"] == order["amount_minor"] == 9995
    assert (order["order_id"], order["product"]) == ("o-1", "Chair")
    (postponed,) = tenant.events("sign_up")
    assert json.loads(postponed["properties"])["method"] == "mail"
    assert relayed.statuses("/mp/collect") == {204}
    assert relayed.statuses("/debug/mp/collect") == {200}
    before = tenant.counts()
    assert set(relayed.send_again()) == {200, 204}
    assert tenant.counts() == before
