"""Whatever is sent to the protocols of SDKs, they read it without raising, and answer it."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.protocols.damaging import damaged
from capture.protocols.replayed import BROWSER, RECEIVED_AT, assert_storable
from headwater.capture.protocols.ga4 import MeasurementProtocol
from headwater.capture.protocols.posthog import PostHog
from headwater.capture.protocols.segment import Segment
from headwater.capture.protocols.snowplow import Snowplow
from headwater.capture.wire import Outcome, Route, WireProtocol, WireRequest

pytestmark = pytest.mark.slow

WORDS = {
    "segment": """
        batch type event userId anonymousId previousId groupId messageId writeKey sentAt
        timestamp originalTimestamp context page url title referrer campaign source traits email
        phone name firstName properties products order_id revenue value total currency quantity
        coupon data category locale ip userAgent""",
    "posthog": """
        batch api_key token event distinct_id uuid timestamp sent_at offset properties $set
        $set_once $groups company $group_key $group_set $device_id $current_url $referrer $time
        $process_person_profile $is_identified $anon_distinct_id alias data compression _ email
        order_id revenue currency products quantity $insert_id""",
    "snowplow": """
        data schema e eid dtm stm ttm url page refr uid duid aid ue_pr ue_px co cx se_ac se_ca
        se_va tr_id tr_tt tr_cu ti_id lang ip ua targetUrl type transaction_id revenue currency
        email""",
    "ga4": """
        client_id app_instance_id user_id timestamp_micros events name params value currency
        items item_name quantity transaction_id coupon page_location page_title source
        user_properties measurement_id api_secret ip_override user_agent email""",
}
NAMES = [
    *("track", "page", "identify", "alias", "group", "Order Completed", "Order Refunded"),
    *("$pageview", "$identify", "$set", "$create_alias", "$groupidentify", "purchase"),
    *("pv", "pp", "se", "ue", "tr", "ti", "refund", "transaction", "campaign_details", "lz64"),
    *("iglu:v/snowplow_ecommerce_action/jsonschema/1-0-0", "iglu:v/refund/x/1", "iglu:"),
    *("2026-11-22T00:00:00Z", "9999-12-31T23:59:59+14:00", "0001-01-01", "1e999", "-0", "NaN"),
    "a@b.de",
]
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(NAMES)
    | st.just("\ud800\x00")
)
PROTOCOLS: list[WireProtocol] = [Segment(), PostHog(), Snowplow(), MeasurementProtocol()]


def objects(words: list[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        VALUES,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(words) | st.text(max_size=3), inner, max_size=8)
        ),
        max_leaves=12,
    )


def shaped(words: list[str]) -> st.SearchStrategy[object]:
    """Requests whose outermost shape is right, so that what is inside is reached."""
    inside = st.dictionaries(st.sampled_from(words), objects(words), max_size=10)
    batches = st.lists(inside | VALUES, max_size=3)
    return st.builds(
        lambda around, name, batch: {**around, name: batch},
        inside,
        st.sampled_from(["batch", "data", "events"]),
        batches,
    )


def bodies(words: list[str]) -> st.SearchStrategy[bytes]:
    told = (shaped(words) | objects(words)).map(lambda value: json.dumps(value).encode())
    packed = told.map(lambda body: b"data=" + base64.b64encode(body))
    form = st.dictionaries(st.sampled_from(words), st.text(max_size=12), max_size=10)
    forms = form.map(lambda fields: urlencode(fields, errors="replace").encode())
    return told | packed | forms | st.binary(max_size=60)


def paths(route: Route) -> st.SearchStrategy[str]:
    if not route.path.endswith("*"):
        return st.just(route.path)
    ends = st.sampled_from(["batch", "track", "t", "m", "", "//", "k/config.js", "k/config"])
    return (ends | st.text(max_size=8)).map(lambda end: route.path[:-1] + end)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: str(protocol.name))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_no_request_makes_a_protocol_fail(protocol: WireProtocol, data: st.DataObject) -> None:
    words = WORDS[protocol.name].split()
    route = data.draw(st.sampled_from(list(protocol.routes)))
    query = data.draw(
        st.dictionaries(
            st.sampled_from(words), st.text(max_size=12) | st.sampled_from(NAMES), max_size=12
        )
    )
    headers = {"user-agent": data.draw(st.sampled_from([BROWSER, "x", ""]))}
    headers["authorization"] = data.draw(
        st.text(max_size=8) | st.just("Basic aHc6") | st.just("basic ")
    )
    request = WireRequest(
        route.method,
        data.draw(paths(route)),
        urlencode(query, errors="replace"),
        headers,
        data.draw(bodies(words)),
        data.draw(st.sampled_from([None, "203.0.113.9", "::1"])),
        RECEIVED_AT,
    )
    assert_bearable(protocol, request)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: str(protocol.name))
def test_no_damaged_recording_makes_a_protocol_fail(protocol: WireProtocol) -> None:
    for request in damaged(protocol.name, times=500, seed=7):
        assert_bearable(protocol, request)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: str(protocol.name))
def test_no_depth_makes_a_protocol_fail(protocol: WireProtocol) -> None:
    whole, *_ = damaged(protocol.name, times=1, seed=7)
    for body in (b"[" * 200_000, b'{"batch":' * 50_000, b'{"data":[' * 50_000):
        assert_bearable(protocol, whole._replace(body=body))
    for depth in range(700, 1000, 5):  # where what can be read can hardly be walked
        deep = '{"\\u0061":' * depth + "1" + "}" * depth
        body = f'{{"events":[{{"name":"x","params":{deep}}}],"timestamp_micros":1}}'
        protocol.read(whole._replace(body=body.encode()))


def assert_bearable(protocol: WireProtocol, request: WireRequest) -> None:
    reading = protocol.read(request)
    for draft in reading.drafts:
        assert_storable(draft)
        assert isinstance(draft.shift, int)
    for refusal in reading.refusals:
        assert refusal.reason
    for outcome in (
        Outcome(len(reading.drafts), reading.refusals),
        Outcome(0, reading.refusals, is_durable=False),
    ):
        answer = protocol.answer(request, outcome)
        assert answer.status in (200, 204, 400, 404, 413, 503)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: str(protocol.name))
def test_a_request_of_too_many_events_is_refused_before_it_is_read(
    protocol: WireProtocol,
) -> None:
    event = {"type": "track", "event": "x", "e": "pv", "name": "x"}
    body = json.dumps(dict.fromkeys(("batch", "data", "events"), [event] * 501)).encode()
    path = {
        "segment": "/v1/batch",
        "posthog": "/batch/",
        "snowplow": "/com.snowplowanalytics.snowplow/tp2",
        "ga4": "/mp/collect",
    }[protocol.name]
    request = WireRequest("POST", path, "", {}, body, None, RECEIVED_AT)
    reading = protocol.read(request)
    assert [refusal.reason for refusal in reading.refusals] == ["too_many_events"]
    assert protocol.answer(request, Outcome(refusals=reading.refusals)).status == 413
