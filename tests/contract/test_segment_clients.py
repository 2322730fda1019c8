"""Clients of the Segment API, as their makers ship them, tell the collector everything once."""

from __future__ import annotations

import json

import pytest

from contract.programs import MOMENT, SAID, run_client
from contract.relaying import Relay
from contract.tenants import Tenant
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow

PAGE = "https://example.com/docs?utm_source=google"


def assert_all_was_told(tenant: Tenant) -> None:
    (lead,) = tenant.events("Lead")
    assert lead["occurred_at"] == MOMENT
    assert (lead["amount_minor"], lead["currency"]) == (1000, "EUR")
    assert lead["external_id"] == "u1"
    (page,) = tenant.events("page_view")
    assert (page["visitor_id"], page["url"]) == ("a1", PAGE)
    assert (page["referrer"], page["title"]) == ("https://bing.com/", "Home")
    (purchase,) = tenant.events("purchase")
    assert (purchase["amount_minor"], purchase["currency"]) == (9995, "EUR")
    (order,) = tenant.facts(FactKind.ORDER)
    assert (order["order_id"], order["amount_minor"], order["product"]) == (
        "o-1",
        9995,
        "Chair",
    )
    links = {link["evidence"]: link for link in tenant.facts(FactKind.IDENTITY_LINK)}
    assert tenant.opened(links["identify"])["email"] == "ann@example.com"
    assert links["identify"]["visitor_id"] == "a1"
    assert (links["alias"]["visitor_id"], links["alias"]["external_id"]) == ("a1", "u1")
    assert links["group"]["account_id"] == "acme"
    (traits,) = tenant.events("identify")
    assert json.loads(traits["properties"])["traits"] == {"plan": "pro"}
    assert {fact.get("user_agent") for fact in tenant.facts()} == {None}


@pytest.mark.parametrize(
    "script",
    [
        "segment_client.py",
        "segment_client.cjs",
        "rudderstack_client.py",
        "rudderstack_client.cjs",
    ],
)
def test_a_server_s_client_tells_everything_once(
    tenant: Tenant, relayed: Relay, script: str
) -> None:
    run_client(script, relayed.url, tenant.key, SAID)
    assert_all_was_told(tenant)
    before = tenant.counts()
    assert set(relayed.send_again()) == {200}
    assert tenant.counts() == before
