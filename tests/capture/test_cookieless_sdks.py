"""A site that recognises nobody tomorrow tells the visitors of other people's SDKs today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from capture.collecting import KEY, SITE, Collecting, collector
from headwater.domain.words import FactKind

pytestmark = pytest.mark.slow

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0"}
SERVER = {"user-agent": "analytics-python/2.4.0"}
ORDER = {"order_id": "o1", "revenue": 5, "currency": "EUR"}


@pytest.fixture
def collecting(tmp_path: Path) -> Iterator[Collecting]:
    site = SITE.model_copy(update={"consent": "cookieless"})
    with collector(tmp_path / "data", [site]) as running:
        yield running


def send(collecting: Collecting, headers: dict[str, str], **message: object) -> None:
    answer = httpx.post(
        f"{collecting.url}/v1/track",
        json={"writeKey": KEY, "anonymousId": "a1", **message},
        headers=headers,
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text


def test_a_browser_s_event_link_and_order_are_of_one_visitor(collecting: Collecting) -> None:
    context = {"userAgent": "Mozilla/5.0 (as the script saw it)"}
    send(collecting, BROWSER, event="Order Completed", properties=ORDER, context=context)
    send(collecting, BROWSER, type="identify", userId="u1", context=context)
    (event,) = collecting.facts()
    (order,) = collecting.facts(FactKind.ORDER)
    (link,) = collecting.facts(FactKind.IDENTITY_LINK)
    assert event["visitor_id"] == order["visitor_id"] == link["visitor_id"]
    assert event["visitor_id"] != "a1"


def test_a_server_does_not_make_one_visitor_of_all_its_users(collecting: Collecting) -> None:
    send(collecting, SERVER, event="Order Completed", properties=ORDER, userId="u1")
    send(collecting, SERVER, type="identify", userId="u2")
    (event,) = collecting.facts()
    (order,) = collecting.facts(FactKind.ORDER)
    (link,) = collecting.facts(FactKind.IDENTITY_LINK)
    assert [fact.get("visitor_id") for fact in (event, order, link)] == [None, None, None]
    assert event["external_id"] == order["external_id"] == "u1"
