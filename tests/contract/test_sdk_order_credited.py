"""An order that a server's SDK tells of belongs to whom the browser's SDK saw arrive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from capture.collecting import KEY, collector
from headwater.workspace import Workspace
from telling import rows

pytestmark = pytest.mark.slow

AGENT = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0"}
URL = "https://example.com/?utm_source=google&utm_medium=cpc&utm_campaign=brand"
TP2 = "/com.snowplowanalytics.snowplow/tp2"
MP = f"/mp/collect?measurement_id={KEY}"

Post = Callable[..., None]


def tell_segment(post: Post) -> None:
    browser = {"writeKey": KEY, "anonymousId": "segment-a", "context": {"page": {"url": URL}}}
    post("/v1/p", {**browser, "messageId": "s1"}, headers=AGENT)
    post("/v1/i", {**browser, "messageId": "s2", "userId": "segment-u"}, headers=AGENT)
    order = {"order_id": "segment-o", "revenue": 10, "currency": "EUR"}
    told = {"writeKey": KEY, "userId": "segment-u", "event": "Order Completed"}
    post("/v1/track", {**told, "properties": order})


def tell_posthog(post: Post) -> None:
    device = {"$device_id": "posthog-a", "$current_url": URL}
    page = {"event": "$pageview", "distinct_id": "posthog-a", "properties": device}
    known = {"$anon_distinct_id": "posthog-a", **device}
    identify = {"event": "$identify", "distinct_id": "posthog-u", "properties": known}
    post("/e/", {"api_key": KEY, "batch": [page, identify]}, headers=AGENT)
    order = {"order_id": "posthog-o", "revenue": 10, "currency": "EUR"}
    bought = {"event": "Order Completed", "distinct_id": "posthog-u", "properties": order}
    post("/batch/", {"api_key": KEY, "batch": [bought]})


def tell_snowplow(post: Post) -> None:
    page = {"e": "pv", "url": URL, "duid": "snowplow-a", "aid": KEY}
    post(TP2, {"data": [page, {**page, "uid": "snowplow-u"}]}, headers=AGENT)
    order = {"e": "tr", "tr_id": "snowplow-o", "tr_tt": "10", "tr_cu": "EUR"}
    post(TP2, {"data": [{**order, "uid": "snowplow-u", "aid": KEY}]})


def tell_ga4(post: Post) -> None:
    page = {"name": "page_view", "params": {"page_location": URL}}
    post(MP, {"client_id": "ga4-a", "user_id": "ga4-u", "events": [page]})
    order = {"transaction_id": "ga4-o", "value": 10, "currency": "EUR"}
    post(MP, {"user_id": "ga4-u", "events": [{"name": "purchase", "params": order}]})


TOLD = {
    "segment": tell_segment,
    "posthog": tell_posthog,
    "snowplow": tell_snowplow,
    "ga4": tell_ga4,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """What was told by all four, with the tables made of it."""
    directory = tmp_path_factory.mktemp("orders") / "data"
    with collector(directory) as running, httpx.Client(trust_env=False) as client:

        def post(path: str, body: object, headers: dict[str, str] | None = None) -> None:
            sent = {"user-agent": "a-server/1.0", **(headers or {})}
            answer = client.post(running.url + path, json=body, headers=sent)
            assert answer.is_success, answer.text
            time.sleep(0.01)  # the order comes after the arrival

        for tell in TOLD.values():
            tell(post)
    with Workspace.open(directory) as workspace:
        workspace.rebuild()
        yield workspace


@pytest.mark.parametrize("protocol", list(TOLD))
def test_a_server_s_order_is_of_the_browser_s_visitor(made: Workspace, protocol: str) -> None:
    found = rows(
        made,
        """
        select touchpoints.source, touchpoints.medium, conversions.value_minor
        from conversions
        inner join touchpoints on touchpoints.person_id = conversions.person_id
        where conversions.kind = 'order' and touchpoints.visitor_id = $visitor
        """,
        visitor=f"{protocol}-a",
    )
    assert found == [{"source": "google", "medium": "cpc", "value_minor": 1000}]
