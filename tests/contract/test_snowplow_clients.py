"""Snowplow's trackers, as it ships them, tell the collector everything once."""

from __future__ import annotations

import json

import pytest

from contract.programs import MOMENT, SAID, run_client
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("method", ["post", "get"])
@pytest.mark.parametrize("script", ["snowplow_client.py", "snowplow_client.cjs"])
def test_a_server_s_tracker_tells_everything_once(
    tenant: Tenant, relayed: Relay, script: str, method: str
) -> None:
    run_client(script, relayed.url, tenant.key, SAID, method)
    (page,) = tenant.events("page_view")
    assert page["url"] == "https://example.com/docs?utm_source=google"
    assert (page["referrer"], page["title"]) == ("https://bing.com/", "Home")
    assert (page["visitor_id"], page["external_id"]) == ("a1", "u1")
    assert page["language"] == "de-DE"
    (lead,) = tenant.events("Lead")
    assert lead["occurred_at"] == MOMENT
    assert float(json.loads(lead["properties"])["value"]) == 10
    (demo,) = tenant.events("demo_booked")
    told = json.loads(demo["properties"])
    assert told["seats"] == 4
    assert told["contexts"] == {"plan": {"name": "pro"}}
    (purchase,) = tenant.events("purchase")
    (order,) = tenant.facts(FactKind.ORDER)
    assert purchase["amount_minor"] == order["amount_minor"] == 9995
    assert (order["order_id"], order["currency"]) == ("o-1", "EUR")
    assert (order["visitor_id"], order["external_id"]) == ("a1", "u1")
    before = tenant.counts()
    assert set(relayed.send_again()) == {200}
    assert tenant.counts() == before
