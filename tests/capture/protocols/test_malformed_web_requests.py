"""Whatever is sent to the protocols of Matomo, Plausible and Umami, they read and answer it."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.protocols.replayed import BROWSER, RECEIVED_AT, assert_storable
from headwater.capture.protocols.matomo import MatomoProtocol
from headwater.capture.protocols.plausible import PlausibleProtocol
from headwater.capture.protocols.umami import UmamiProtocol
from headwater.capture.wire import Outcome, WireProtocol, WireRequest

pytestmark = pytest.mark.slow

WORDS = {
    "matomo": """
        requests token_auth send_image idsite rec url _id uid cid cdt cdo e_c e_a e_v c_n link
        download search ping idgoal ec_id ec_items revenue _pks _pkc _pkp cvar dimension1 ua cip
        lang pv_id r s action_name urlref ca""",
    "plausible": """
        n name u url d domain r referrer p props m meta $ revenue e sd i amount currency
        order_id""",
    "umami": """
        type payload website hostname url referrer title name data id timestamp ip userAgent
        revenue currency order_id email screen""",
}
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["1", "0", "event", "identify", "https://a.example/?x=%ff", "-1e999", "[["]
    )
    | st.just("\ud800\x00")
)
PROTOCOLS: list[WireProtocol] = [MatomoProtocol(), PlausibleProtocol(), UmamiProtocol()]


def objects(words: list[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        VALUES,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(words) | st.text(max_size=3), inner, max_size=8)
        ),
        max_leaves=20,
    )


def bodies(words: list[str]) -> st.SearchStrategy[bytes]:
    told = objects(words).map(lambda value: json.dumps(value).encode())
    form = st.dictionaries(st.sampled_from(words), st.text(max_size=12), max_size=10)
    forms = form.map(lambda fields: urlencode(fields, errors="replace").encode())
    return told | forms | st.binary(max_size=60) | st.just(b"[" * 60_000)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: str(protocol.name))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_request_makes_a_protocol_fail(protocol: WireProtocol, data: st.DataObject) -> None:
    words = WORDS[protocol.name].split()
    route = data.draw(st.sampled_from(list(protocol.routes)))
    body = data.draw(bodies(words))
    query = data.draw(
        st.dictionaries(st.sampled_from(words), st.text(max_size=12), max_size=12)
    )
    headers = {"user-agent": data.draw(st.sampled_from([BROWSER, "x", ""]))}
    if data.draw(st.booleans()):
        headers["origin"] = "https://a.example"
    request = WireRequest(
        route.method,
        route.path,
        urlencode(query, errors="replace"),
        headers,
        body,
        data.draw(st.sampled_from([None, "203.0.113.9", "::1"])),
        RECEIVED_AT,
    )
    reading = protocol.read(request)
    for draft in reading.drafts:
        assert_storable(draft)
    for refusal in reading.refusals:
        assert refusal.reason
    for outcome in (
        Outcome(len(reading.drafts), reading.refusals),
        Outcome(0, reading.refusals, is_durable=False),
    ):
        answer = protocol.answer(request, outcome)
        assert answer.status in (200, 202, 204, 400, 503)
        assert (answer.status == 503) == (not outcome.is_durable)
